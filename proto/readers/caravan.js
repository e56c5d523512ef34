// Reads what Caravan sends (batches, joined ones and parts, events, schemas in pieces, records), in browsers and Node 18, with nothing else. The same as caravan.py.
//
//   const {Reader, line} = require("./caravan.js");            // Node; or import {Reader, line} from "./caravan.js"
//   <script src="caravan.js"></script>                         // browser: caravan.Reader, caravan.line
//   const reader = new Reader();
//   for await (const reading of reader.take(topic, payload))   // of any MQTT client, or of a recording; payload is an ArrayBuffer or Uint8Array
//     console.log(line(reading));
//
// A reading is an object: of a sample {fleet, device, route, stream, seq, t, signal, value, unit, quality} and `label` where its value has a text; those of an
// event have its id as `event` in place of `seq`, and before them comes one of the event itself, with its `kind`. `t` is in microseconds since 1970 UTC. Whole numbers are
// of type number, and BigInt where that cannot hold them exactly, beyond 2^53; `value` is a number, BigInt, string, boolean or Uint8Array, and null where `quality` says that there is none.
// Those of a divided message have `part` and `parts`. (fleet, device, route, stream, seq, parts, part) is the key to remove duplicates by. What cannot be read gives
// {refused: why, topic}.
//
//   node caravan.js FILE.cvstream ...                        the readings of recordings: of `tail --record`, of an uplink to files
//   node caravan.js [--heads] SCHEMA.hex MESSAGE.hex ...     single messages, each as hex in a file; values as the hex of their bits, to compare
"use strict";
(() => {
const [SIGNED, UNSIGNED, BOOLEAN, FLOAT, DOUBLE, TEXT, BLOCK] = [1, 2, 3, 4, 5, 6, 7];
const QUALITIES = ["", "ok", "not_available", "error", "out_of_range", "stale", "substituted", "undecodable"];
const hasValue = (quality) => quality === 1 || quality === 4 || quality === 6;
const LARGEST = 8 << 20, MOST_SAMPLES = 1 << 20, MOST_PARTS = 1 << 20, MOST_PARTS_OF_SCHEMA = 1 << 18;
const MOST_JOINED = 1024, MOST_OF_JOINED = 1 << 23;
const MOST_PIECES = 1 << 16, MOST_DEPTH = 8, MOST_WORK = 64 << 20;
const [VARINT, FIXED, BYTES] = [0, 1, 2];
const NONE = new Uint8Array(0);
const isNode = typeof process === "object" && !!process.versions?.node;

/** A message that is none, or wants more than it may. */
class Malformed extends Error {}

// bytes

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function ofHex(text) {
  const digits = text.replace(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) {
    throw new Malformed("no bytes in hex");
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const utf8 = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});

function text(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed("no UTF-8");
  }
}

/** A number where that is exact. */
const plain = (whole) => whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
const signed = (zigzag) => BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
const bits = new DataView(new ArrayBuffer(8));

function ofBits(whole) {
  bits.setBigUint64(0, whole);
  return bits.getFloat64(0);
}

function asBits(double) {
  bits.setFloat64(0, double);
  return Number.isNaN(double) ? "nan" : bits.getBigUint64(0).toString(16).padStart(16, "0");
}

async function inflate(data) {
  try {
    return isNode ? await inflateInNode(data) : await inflateInBrowser(data);
  } catch {
    throw new Malformed("packed: cut off, larger than 8 MiB, or with something behind it");
  }
}

async function inflateInNode(data) {
  const zlib = await import(/* webpackIgnore: true */ "node:zlib");
  const {buffer, engine} = zlib.inflateRawSync(data, {maxOutputLength: LARGEST, info: true});
  if (engine.bytesWritten !== data.length) {
    throw new Malformed("bytes behind it");
  }
  return new Uint8Array(buffer);
}

async function inflateInBrowser(data) {
  const chunks = [];
  let size = 0;
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (let {done, value} = await reader.read(); !done; {done, value} = await reader.read()) {
    chunks.push(value);
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new Malformed("too large");
    }
  }
  return joined(chunks);
}

function joined(runs) {
  const all = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    all.set(run, at);
    at += run.length;
  }
  return all;
}

// SHA-256, FIPS 180-4: browsers have their own on pages of https alone.
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) {
  if (PRIMES.every((prime) => n % prime)) {
    PRIMES.push(n);
  }
}
const fraction = (root) => (root - Math.floor(root)) * 2 ** 32 | 0;
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const turned = (word, by) => word >>> by | word << 32 - by;

/** The first 8 bytes of the SHA-256 of a message, in hex: the id of a schema. */
function digest(message) {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  view(padded).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const words = view(padded), w = new Int32Array(64), sum = Int32Array.from(START);
  for (let block = 0; block < padded.length; block += 64) {
    let [a, b, c, d, e, f, g, h] = sum;
    for (let i = 0; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = i < 16
        ? words.getInt32(block + 4 * i)
        : w[i - 16] + (turned(x, 7) ^ turned(x, 18) ^ x >>> 3) + w[i - 7] + (turned(y, 17) ^ turned(y, 19) ^ y >>> 10);
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + ROUNDS[i] + w[i] | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => sum[i] += word);
  }
  return [sum[0], sum[1]].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

// protobuf

/** Reads numbers and fields of bytes from front to back. */
class Bytes {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isLeft() {
    return this.at < this.bytes.length;
  }

  /** A number below 2^53. */
  small() {
    const whole = this.varint();
    if (whole > Number.MAX_SAFE_INTEGER) {
      throw new Malformed(`${whole}; too large`);
    }
    return Number(whole);
  }

  /** A BigInt, 64 bits without a sign. */
  varint() {
    let low = 0, high = 0n;
    for (let i = 0; i < 10; i++) {
      if (!this.isLeft) {
        throw new Malformed("cut off");
      }
      const byte = this.bytes[this.at++];
      if (i < 7) {
        low += (byte & 0x7F) * 2 ** (7 * i);
      } else {
        high |= BigInt(byte & 0x7F) << BigInt(7 * i);
      }
      if (byte < 0x80) {
        return BigInt.asUintN(64, BigInt(low) | high);
      }
    }
    throw new Malformed("a number of more than 10 bytes");
  }

  take(size) {
    if (size > this.bytes.length - this.at) {
      throw new Malformed("cut off");
    }
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
}

/** Number and wire type of each field, as in its tag -> its values in order. */
function fields(data) {
  const found = new Map(), from = new Bytes(data);
  while (from.isLeft) {
    const tag = from.small(), wire = tag % 8;
    if (tag < 8 || ![VARINT, FIXED, BYTES, 5].includes(wire)) {
      throw new Malformed(`field ${Math.floor(tag / 8)}, wire type ${wire}`);
    }
    const value = wire === VARINT ? from.varint() : from.take(wire === BYTES ? from.small() : wire === FIXED ? 8 : 4);
    if (found.has(tag)) {
      found.get(tag).push(value);
    } else {
      found.set(tag, [value]);
    }
  }
  return found;
}

const all = (message, field, wire) => message.get(field * 8 + wire) ?? [];
const whole = (message, field) => all(message, field, VARINT).at(-1) ?? 0n;
const number = (message, field) => plain(whole(message, field));
const blobs = (message, field) => all(message, field, BYTES);
const blob = (message, field) => blobs(message, field).at(-1) ?? NONE;

function double(message, field, absent) {
  const fixed = all(message, field, FIXED).at(-1);
  return fixed ? view(fixed).getFloat64(0, true) : absent;
}

/** A repeated field of numbers, packed or not, that is taken from front to back. */
class Numbers {
  constructor(message, field, convert = (value) => value, wire = VARINT) {
    const alone = all(message, field, wire), packed = blobs(message, field).filter((run) => run.length);
    if (alone.length && packed.length) {
      throw new Malformed(`field ${field}: packed and not`);
    }
    Object.assign(this, {field, convert, wire, alone, place: 0, isAbsent: !alone.length && !packed.length});
    this.from = new Bytes(packed.length === 1 ? packed[0] : joined(packed));
  }

  get isLeft() {
    return this.place < this.alone.length || this.from.isLeft;
  }

  whole() {
    if (!this.isLeft) {
      throw new Malformed(`field ${this.field}: no more numbers`);
    }
    const value = this.place < this.alone.length
      ? this.alone[this.place++]
      : this.wire === FIXED ? this.from.take(8) : this.from.varint();
    return this.convert(this.wire === FIXED ? view(value).getBigUint64(0, true) : value);
  }

  /** The next one, which must be in a range, as a number. */
  next(lowest, highest) {
    const value = this.whole();
    if (value < lowest || value > highest) {
      throw new Malformed(`field ${this.field}: want ${lowest}..${highest}, got ${value}`);
    }
    return Number(value);
  }

  end() {
    if (this.isLeft) {
      throw new Malformed(`field ${this.field}: more numbers than are needed`);
    }
  }
}

// schemas

class Signal {
  constructor(order, message) {
    this.order = order; // its place in the schema
    this.path = text(blob(message, 1));
    this.unit = text(blob(message, 2));
    this.kind = number(message, 3);
    if (!(this.kind >= SIGNED && this.kind <= BLOCK)) {
      throw new Malformed(`schema: kind ${this.kind}; want 1..7`);
    }
    this.factor = double(message, 4, 1);
    this.offset = double(message, 5, 0);
    this.labels = new Map(blobs(message, 8).map(fields).map((label) => [signed(whole(label, 1)), text(blob(label, 2))]));
    this.isFloating = this.kind === FLOAT || this.kind === DOUBLE;
    this.isNumber = this.kind < TEXT;
    const isInteger = this.kind === SIGNED || this.kind === UNSIGNED;
    this.isWhole = isInteger && Number.isInteger(this.factor) && Number.isInteger(this.offset);
  }

  /** In binary64; NaN for text and bytes. `raw` is the whole number, or the bits of a floating-point one, as BigInt. */
  physical(raw) {
    return this.isNumber ? (this.isFloating ? ofBits(raw) : Number(raw)) * this.factor + this.offset : NaN;
  }

  value(raw) {
    if (this.kind === BOOLEAN) {
      return raw !== 0n;
    }
    return this.isWhole ? plain(raw * BigInt(this.factor) + BigInt(this.offset)) : this.isNumber ? this.physical(raw) : raw;
  }
}

/** A schema as it is, or what it has packed. */
async function unpacked(schema) {
  const packed = blob(fields(schema), 7);
  return packed.length ? inflate(packed) : schema;
}

/** Groups, each a list of signals. */
function readSchema(data) {
  let order = 0, parts = 0;
  const count = (some) => {
    parts += some;
    if (parts > MOST_PARTS_OF_SCHEMA) {
      throw new Malformed(`schema: more than ${MOST_PARTS_OF_SCHEMA} groups, signals and labels`);
    }
  };
  return blobs(fields(data), 4).map((group) => {
    const signals = blobs(fields(group), 2);
    count(1 + signals.length);
    return signals.map((each) => {
      const signal = fields(each);
      count(blobs(signal, 8).length);
      return new Signal(order++, signal);
    });
  });
}

// batches

/** The batches of a message of them, each as the fields that it would have alone. */
async function* apart(message) {
  const outside = fields(message), encoding = number(outside, 4);
  checkParts(outside, 6, 7, 8);
  const isJoined = encoding === 4 || encoding === 5;
  if (!isJoined && !number(outside, 11)) {
    yield outside;
    return;
  }
  const content = encoding === 5 ? await inflate(blob(outside, 10)) : blob(outside, 10);
  const batches = blobs(fields(content), 1), first = whole(outside, 1);
  const count = whole(outside, 11) - first + 1n;
  if (!isJoined || content.length > LARGEST || count < 2n || count > MOST_JOINED || Number(count) !== batches.length || whole(outside, 7)) {
    throw new Malformed("joined: not as many batches as it says, or too large");
  }
  for (let i = 0; i < batches.length; i++) {
    const batch = fields(batches[i]);
    if (number(batch, 4) > 3 || whole(batch, 7) || whole(batch, 11)) {
      throw new Malformed("joined batches are whole ones");
    }
    const own = [...batch].filter(([tag]) => ![1, 2, 3, 8].includes(tag >> 3));
    const shared = [...outside].filter(([tag]) => [2, 3, 8].includes(tag >> 3));
    yield new Map([...own, ...shared, [1 << 3, [first + BigInt(i)]]]);
  }
}

function checkParts(message, part, parts, stream) {
  [part, parts] = [number(message, part), number(message, parts)];
  const isDivided = part !== 0 || parts !== 0;
  const isOdd = stream && ![0, 8].includes(blob(message, stream).length);
  if (isOdd || isDivided && !(part >= 1 && part <= parts && parts <= MOST_PARTS)) {
    throw new Malformed(`part ${part} of ${parts}, or a stream of other than 8 bytes`);
  }
}

/** The fields of its content, and whether that is compact. */
async function contentOf(batch) {
  const encoding = number(batch, 4);
  if (encoding > 3) {
    throw new Malformed(`encoding ${encoding}`);
  }
  const packed = blob(batch, encoding >= 2 ? 9 : 5);
  const bytes = encoding % 2 ? await inflate(packed) : packed;
  if (bytes.length > LARGEST || encoding === 2 && !bytes.length) {
    throw new Malformed("content: none, or larger than 8 MiB");
  }
  const content = fields(bytes);
  [...blobs(content, 3), ...blobs(batch, 15)].forEach(fields); // ledgers
  return [content, encoding >= 2];
}

const wrap = (whole) => BigInt.asIntN(64, whole);

/** The times of a column, in time units. */
function times(mode, n, first, period, residuals) {
  const result = [first];
  for (let i = 1; i < n; i++) {
    const expected = mode === 0 ? result[i - 1] + period : first + (wrap(BigInt(i) * period) >> (mode === 2 || mode === 4 ? 8n : 0n));
    result.push(mode >= 3 ? expected : wrap(expected + residuals.whole()));
  }
  return result;
}

/** All n values; `step` makes the next one of the one before. */
function column(n, layout, first, plain, gaps, step) {
  const values = [first];
  const stay = (until) => {
    for (const last = values.at(-1); values.length < until;) {
      values.push(last);
    }
  };
  if (layout === 2) {
    if (!plain) {
      throw new Malformed("layout 2 is for floating point only");
    }
    while (values.length < n) {
      values.push(plain.whole());
    }
  }
  while (layout === 1 && values.length < n) {
    values.push(step(values.at(-1)));
  }
  for (let change = 2; change < layout; change++) {
    stay(values.length + gaps.next(0, n - 1 - values.length));
    values.push(step(values.at(-1)));
  }
  stay(n);
  return values;
}

/** [time in microseconds, signal, raw, quality] of each sample: a whole number, bits of a float, text or bytes; by time, those of one time as in the schema. */
async function* readColumns(batch, groups) {
  const [content, compact] = await contentOf(batch);
  const list = (field, convert, wire) => new Numbers(content, field, convert, wire);
  const heads = list(9), sizes = list(10), firsts = list(11), periods = list(12), residuals = list(13, signed), layouts = list(14);
  const firstValues = list(15, signed), steps = list(16, signed), gaps = list(17), members = list(18);
  const floats = list(19, undefined, FIXED), shifts = list(20), xors = list(21), skips = list(24), lengths = list(25), qualities = list(26);
  const base = signed(whole(content, 4)), exponent = number(content, 5);
  const texts = blobs(content, 22).map(text), blocks = blobs(content, 23);
  if (exponent > 6) {
    throw new Malformed(`time unit 10^${exponent} us`);
  }
  const unit = BigInt(10 ** exponent);
  const at = [], peaks = [], signals = [], raws = []; // of each sample; a peak is the latest time of its column so far
  let group = 0;
  while (heads.isLeft) {
    const head = heads.next(0, Number.MAX_SAFE_INTEGER), mode = head % 8;
    group += Math.floor(head / 16);
    const all = groups[group] ?? [];
    if (!all.length || mode > 4) {
      throw new Malformed(`group ${group}, time mode ${mode}`);
    }
    const chosen = head % 16 < 8 ? all : some(all, members);
    const n = compact && sizes.isAbsent ? 1 : sizes.next(1, MOST_SAMPLES);
    if (n * chosen.length > MOST_SAMPLES - at.length) {
      throw new Malformed(`more than ${MOST_SAMPLES} samples`);
    }
    const first = compact && firsts.isAbsent ? 0n : firsts.whole();
    const own = times(mode, n, first, n > 1 ? periods.whole() : 0n, residuals).map((time) => wrap((base + time) * unit));
    for (const signal of chosen) {
      const layout = compact && n === 1 ? 0 : layouts.next(0, MOST_SAMPLES + 2);
      let values;
      if (signal.isFloating) {
        const start = floats.whole(), shift = layout === 0 || layout === 2 ? 0n : BigInt(shifts.next(0, 63));
        values = column(n, layout, start, floats, gaps, (value) => value ^ BigInt.asUintN(64, xors.whole() << shift));
      } else {
        const cut = signal.kind === UNSIGNED ? BigInt.asUintN : BigInt.asIntN;
        values = column(n, layout, cut(64, firstValues.whole()), null, gaps, (value) => cut(64, value + steps.whole()));
      }
      const known = signal.kind === TEXT ? texts : blocks;
      for (let i = 0, peak = own[0]; i < n; i++) {
        peak = own[i] > peak ? own[i] : peak;
        if (!signal.isNumber && !(values[i] >= 0 && values[i] < known.length)) {
          throw new Malformed("a text or block that is not there");
        }
        at.push(own[i]);
        peaks.push(peak);
        signals.push(signal);
        raws.push(signal.isNumber ? values[i] : known[Number(values[i])]);
      }
    }
  }
  const quality = new Uint8Array(at.length).fill(1);
  let done = 0;
  while (qualities.isLeft) {
    const start = done + skips.next(0, at.length - done), each = qualities.whole();
    done = start + lengths.next(1, at.length - start);
    quality.fill(each >= 1n && each <= 7n ? Number(each) : 7, start, done);
  }
  [sizes, firsts, periods, residuals, layouts, firstValues, steps, gaps, members, floats, shifts, xors, skips, lengths].forEach((each) => each.end());
  // whose times run backwards keeps its order
  const order = (one, two) => peaks[one] < peaks[two] ? -1 : peaks[one] > peaks[two] ? 1 : signals[one].order - signals[two].order || one - two;
  for (const place of Uint32Array.from(at.keys()).sort(order)) {
    yield [at[place], signals[place], raws[place], quality[place]];
  }
}

function some(signals, members) {
  const chosen = [];
  let after = 0;
  for (let left = members.next(1, signals.length); left > 0; left--) {
    const place = after + members.next(0, signals.length - 1 - after);
    chosen.push(signals[place]);
    after = place + 1;
  }
  return chosen;
}

/** Field 1 is the id of an event, and the sequence number of a batch. */
const isEvent = (message) => fields(message).has(1 << 3 | BYTES);

/** The fields of an event, and those of its snapshots. */
function readEvent(message) {
  const event = fields(message), snapshots = blobs(event, 11).slice(0, MOST_PIECES + 1).map(fields), id = blob(event, 1).length;
  checkParts(event, 16, 17, 18);
  if (id < 1 || id > 64 || snapshots.length > MOST_PIECES || snapshots.some((each) => hex(blob(each, 3)) !== hex(blob(snapshots[0], 3)))) {
    throw new Malformed("an event without an id, or with snapshots of different schemas");
  }
  return [event, snapshots];
}

// records

/** They have none of the fields that a batch or an event begins with. */
const isRecords = (message) => blobs(message, 4).length && ![...message.keys()].some((tag) => tag < 4 << 3);

const VALUES = new Map([
  [3 << 3 | FIXED, (record) => double(record, 3)],
  [4 << 3, (record) => plain(signed(whole(record, 4)))],
  [5 << 3 | BYTES, (record) => large(text(blob(record, 5)))],
  [6 << 3, (record) => whole(record, 6) !== 0n],
  [7 << 3 | BYTES, (record) => text(blob(record, 7))],
  [8 << 3 | BYTES, (record) => blob(record, 8)]]);

function large(digits) {
  if (!/^-?[0-9]{1,400}$/.test(digits)) {
    throw new Malformed("records: no whole number");
  }
  return plain(BigInt(digits));
}

/** What the readings of records have beside where they come from. */
function* readRecords(message) {
  const records = blobs(message, 14);
  checkParts(message, 10, 11);
  if (records.length > MOST_SAMPLES) {
    throw new Malformed(`records: more than ${MOST_SAMPLES} samples`);
  }
  for (const record of records.map(fields)) {
    const values = [...VALUES].filter(([tag]) => record.has(tag)), quality = number(record, 9);
    if (values.length > 1) {
      throw new Malformed("records: more than one value");
    }
    const value = values.length && hasValue(quality) ? values[0][1](record) : null;
    const reading = {t: plain(wrap(whole(record, 2))), signal: text(blob(record, 1)), value};
    if (blobs(record, 11).length) {
      reading.label = text(blob(record, 11));
    }
    yield {...reading, unit: text(blob(record, 10)), quality: QUALITIES[quality >= 1 && quality <= 7 ? quality : 7]};
  }
}

// readings

/** What came last, in a room of so many bytes. */
class Shelf {
  constructor(room) {
    this.room = room;
    this.items = new Map();
  }

  /** Gives back what had to go for it. */
  put(key, value, size) {
    this.take(key);
    this.items.set(key, {value, size});
    this.room -= size;
    const gone = [];
    while (this.room < 0) {
      gone.push(this.take(this.items.keys().next().value));
    }
    return gone;
  }

  find(key) {
    return this.items.get(key)?.value;
  }

  take(key) {
    const item = this.items.get(key);
    this.items.delete(key);
    this.room += item?.size ?? 0;
    return item?.value;
  }
}

/** Those that came, whole or in pieces, by ids that are made of their bytes: who publishes another under an id of yours changes nothing. */
class Schemas {
  constructor(room) {
    this.known = new Shelf(room);
    this.pieces = new Shelf(room / 2);
    this.lists = new Shelf(room / 4);
    this.work = 0;
  }

  /** One message; what is wrong with what waited for it. */
  async arrived(key, message) {
    const known = this.known.items.get(key), failures = [];
    if (known) {
      this.known.put(key, known.value, known.size); // is now the newest
      return failures;
    }
    const found = fields(message), own = digest(message);
    const names = blobs(found, 5).map(hex), run = blob(found, 6);
    this.work = 0;
    if (!names.length && !run.length) {
      await this.came(message);
      return failures;
    }
    let wanting = [key];
    if (run.length || key === own) {
      this.pieces.put(own, {names, run}, 200 + message.length * (run.length ? 1 : 6));
      wanting = [...this.lists.items].filter(([, {value}]) => value.wants === own).map(([id]) => id);
    } else {
      this.lists.put(key, {names}, 200 + message.length * 6);
    }
    for (const id of wanting) {
      try {
        await this.join(id);
      } catch (failure) {
        this.work += LARGEST;
        this.lists.take(id);
        failures.push(failure);
      }
    }
    return failures;
  }

  async came(message) {
    const schema = await unpacked(message), id = digest(schema);
    this.work += 4 * schema.length;
    const groups = readSchema(schema);
    this.known.put(id, groups, 200 + schema.length * 4 + 600 * groups.reduce((sum, group) => sum + group.length, 0));
    return id;
  }

  async join(id) {
    const list = this.lists.items.get(id), runs = [];
    if (!list) {
      throw new Malformed("a schema in pieces: its list is larger than the room");
    }
    const wants = this.collect(list.value.names, runs, 1);
    if (wants) {
      this.lists.put(id, {names: list.value.names, wants}, list.size);
      return;
    }
    if (await this.came(joined(runs)) !== id) {
      throw new Malformed("the pieces of a schema make another");
    }
    this.lists.take(id);
  }

  /** Adds the runs of these pieces; the id of the first that is not there. */
  collect(names, runs, depth) {
    if (depth > MOST_DEPTH) {
      throw new Malformed("a schema in pieces: lists too deep");
    }
    for (const name of names) {
      this.work += 64;
      const piece = this.pieces.find(name);
      if (!piece) {
        return name;
      }
      runs.push(piece.run);
      runs.size = (runs.size ?? 0) + piece.run.length;
      if (this.work > MOST_WORK || runs.length > MOST_PIECES || runs.size > LARGEST) {
        throw new Malformed("a schema in pieces: too many or too large");
      }
      const wants = this.collect(piece.names, runs, depth + 1);
      if (wants) {
        return wants;
      }
    }
    return undefined;
  }
}

const WORD = /(?<![\p{L}\p{N}])(FLEET|DEVICE|ROUTE|SIGNAL|KIND|ID)(?![\p{L}\p{N}])/u;

/** The topics of a kind by a template of all, as of `topic` of a route: a pattern whose groups are FLEET, DEVICE, ROUTE, ID. */
function topics(template, kind) {
  let levels = template.split("/");
  if (kind === "schema") {
    levels = (levels.includes("ROUTE") ? levels : [...levels, "ROUTE"]).map((level) => level === "ROUTE" ? "ID" : level);
  }
  if (kind !== "data") {
    levels = levels.filter((level) => level !== "ROUTE" && level !== "SIGNAL");
  }
  const parts = levels.join("/").split(WORD).map((part, i) =>
    i % 2 && part !== "KIND" ? `(?<${part}>[^/+#]+?)` : (i % 2 ? kind : part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("")}$`, "s");
}

/**
 * Keeps schemas, and lets a message wait until the one that it needs is there, all in a room of so many bytes. asks(topic, body) may be set, to
 * publish a request to the device: it is called when messages need a schema that does not come within 2 s, for each at most once a minute.
 */
class Reader {
  constructor(template = "caravan/v1/FLEET/DEVICE/KIND/ROUTE", room = 64 << 20) {
    this.topics = ["data", "schema", "event"].map((kind) => [kind, topics(template, kind)]);
    this.schemas = new Schemas(room);
    this.waiting = new Shelf(room);
    this.arrived = 0;
    this.template = template;
    this.asks = undefined;
    this.asked = new Shelf(100_000);
  }

  /** The readings that can be had now that this message came, one by one. */
  async *take(topic, message) {
    const bytes = new Uint8Array(message);
    for (const [kind, pattern] of this.topics) {
      const place = pattern.exec(topic)?.groups;
      if (place && bytes.length) {
        yield* this.read(kind, place, bytes, topic);
      }
    }
  }

  async *read(kind, place, message, topic) {
    try {
      yield* this[kind](place, message, topic);
    } catch (failure) {
      if (!(failure instanceof Malformed)) {
        throw failure;
      }
      yield {refused: failure.message, topic};
    }
  }

  async *schema(place, message, topic) {
    if (!/^([0-9a-f]{2}){1,64}$/.test(place.ID)) {
      throw new Malformed("the topic of a schema does not end in its id");
    }
    for (const failure of await this.schemas.arrived(place.ID, message)) {
      yield {refused: failure.message, topic};
    }
    for (const [count, {value}] of [...this.waiting.items]) {
      if (this.schemas.known.find(value.key) && this.waiting.take(count)) {
        yield* this.read(value.kind, value.place, value.message, value.topic);
      }
    }
  }

  /** What a batch needs to be read; undefined, and its message waits, where that did not come yet. */
  *groups(batch, kind, place, message, topic) {
    const key = hex(blob(batch, 3)), groups = this.schemas.known.find(key);
    if (!groups) {
      for (const gone of this.waiting.put(++this.arrived, {key, kind, place, message, topic}, message.length + 500)) {
        yield {refused: `its schema ${gone.key} did not come, and there is no room to wait`, topic: gone.topic};
      }
      this.ask(key, place);
    }
    return groups;
  }

  ask(key, place) {
    const now = performance.now(), due = this.asked.find(key);
    if (due === undefined || now >= due) {
      this.asked.put(key, now + (due === undefined ? 2000 : 60_000), 100);
    }
    if (now >= due && this.asks) {
      const levels = this.template.split("/").filter((level) => level !== "ROUTE" && level !== "SIGNAL");
      const parts = levels.join("/").split(WORD);
      const topic = parts.map((part, i) => i % 2 ? (part === "KIND" ? "request" : place[part]) : part).join("");
      this.asks(topic, new Uint8Array([10, key.length / 2, ...key.match(/../g).map((byte) => parseInt(byte, 16))]));
    }
  }

  *records(place, message) {
    const stream = text(blob(message, 7)), event = fields(blob(message, 15));
    if (!/^([0-9a-f]{16})?$/.test(stream)) {
      throw new Malformed("records: a stream of other than 8 bytes");
    }
    const [FLEET, DEVICE, ROUTE] = [4, 5, 6].map((field) => text(blob(message, field)));
    const about = {...head({FLEET, DEVICE, ROUTE, ...place}, message, 8), stream};
    const numbers = {seq: number(message, 8), ...divided(message, 10, 11)};
    if (!blobs(message, 15).length) {
      for (const reading of readRecords(message)) {
        yield {...about, ...numbers, ...reading};
      }
      return;
    }
    about.event = text(blob(event, 1));
    yield {
      ...about, ...numbers, kind: text(blob(event, 2)), trigger: text(blob(event, 3)), t: plain(wrap(whole(event, 4))),
      text: text(blob(event, 5)), paths: blobs(event, 6).map(text), evicted: number(event, 7), rejected: number(event, 8)};
    for (const reading of readRecords(message)) {
      yield {...about, ...reading};
    }
  }

  async *data(place, message, topic) {
    const found = fields(message);
    if (isRecords(found)) {
      yield* this.records(place, found);
      return;
    }
    const groups = yield* this.groups(found, "data", place, message, topic);
    if (!groups) {
      return;
    }
    let left = MOST_OF_JOINED;
    for await (const batch of apart(message)) {
      for await (const reading of samples(batch, groups, {...head(place, batch, 8), seq: number(batch, 1), ...divided(batch, 6, 7)})) {
        yield reading;
        if (--left < 0) {
          throw new Malformed(`joined: more than ${MOST_OF_JOINED} samples`);
        }
      }
    }
  }

  async *event(place, message, topic) {
    if (isRecords(fields(message))) {
      yield* this.records(place, fields(message));
      return;
    }
    const [event, snapshots] = readEvent(message);
    const groups = snapshots.length ? yield* this.groups(snapshots[0], "event", place, message, topic) : [];
    if (!groups) {
      return;
    }
    const about = {...head({...place, ROUTE: text(blob(event, 12))}, event, 18), event: hex(blob(event, 1))};
    yield {
      ...about, seq: number(event, 13), ...divided(event, 16, 17), kind: text(blob(event, 2)), trigger: text(blob(event, 3)),
      t: plain(signed(whole(event, 4))), text: text(blob(event, 9)), paths: blobs(event, 10).map(text),
      evicted: number(event, 14), rejected: number(event, 15)};
    for (const snapshot of snapshots) {
      yield* samples(snapshot, groups, about);
    }
  }
}

async function* samples(batch, groups, about) {
  for await (const [time, signal, raw, quality] of readColumns(batch, groups)) {
    const isThere = hasValue(quality);
    const reading = {...about, t: plain(time), signal: signal.path, value: isThere ? signal.value(raw) : null};
    const label = isThere && signal.labels.size && signal.isNumber ? signal.labels.get(BigInt.asIntN(64, raw)) : undefined;
    if (label !== undefined) {
      reading.label = label;
    }
    reading.unit = signal.unit;
    reading.quality = QUALITIES[quality];
    yield reading;
  }
}

function head(place, message, stream) {
  const words = ["FLEET", "DEVICE", "ROUTE"].filter((word) => place[word] !== undefined);
  return {...Object.fromEntries(words.map((word) => [word.toLowerCase(), place[word]])), stream: hex(blob(message, stream))};
}

const divided = (message, part, parts) =>
  number(message, parts) ? {part: number(message, part), parts: number(message, parts)} : {};

/** A reading as a line of JSON: numbers in digits that read back to the same bits, NaN and infinities as texts, bytes as hex. */
function line(reading) {
  const json = (value) => {
    if (typeof value === "number") {
      if (!Number.isFinite(value)) {
        return `"${value}"`;
      }
      return Object.is(value, -0) ? "-0.0" : Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : String(value);
    }
    if (typeof value === "bigint") {
      return String(value);
    }
    if (Array.isArray(value)) {
      return `[${value.map(json).join(",")}]`;
    }
    if (value instanceof Uint8Array) {
      return `"${hex(value)}"`;
    }
    if (value !== null && typeof value === "object") {
      return `{${Object.entries(value).map(([name, each]) => `${json(name)}:${json(each)}`).join(",")}}`;
    }
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
  };
  return json(reading);
}

// recordings, and single messages

const MAGIC = "CVSTREA1";
const CRC32C = Int32Array.from({length: 256}, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc >>> 1 ^ 0x82F63B78 * (crc & 1);
  }
  return crc;
});

function crc32c(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc = CRC32C[(crc ^ byte) & 0xFF] ^ crc >>> 8;
  }
  return ~crc >>> 0;
}

/** Topic and message of each that the bytes of a recording have; what is torn at its end, as its writer was killed, is left out. */
function* recorded(bytes) {
  if (bytes.length < 8 || text(bytes.subarray(0, 8)) !== MAGIC) {
    throw new Malformed("no recording");
  }
  for (let at = 8; at + 12 <= bytes.length;) {
    const start = view(bytes.subarray(at, at + 12)), topic = start.getUint32(0), payload = start.getUint32(4);
    if (start.getUint32(8) !== crc32c(bytes.subarray(at, at + 8)) || topic < 1 || topic >= 1 << 16 || payload > 256 << 20) {
      throw new Malformed("a damaged message");
    }
    const rest = bytes.subarray(at + 12, at + 12 + topic + payload + 4), content = rest.subarray(0, topic + payload);
    if (rest.length < topic + payload + 4) {
      return;
    }
    if (crc32c(content) !== view(rest).getUint32(topic + payload)) {
      throw new Malformed("a damaged message");
    }
    yield [text(content.subarray(0, topic)), content.subarray(topic)];
    at += 12 + rest.length;
  }
}

/** What a batch says of itself; no ledger where it does not tell it. */
async function headLine(batch) {
  const [content, compact] = await contentOf(batch);
  const unit = 10n ** whole(content, 5), clock = !compact ? 1n : unit < 1000n ? unit : 1000n;
  const told = blobs(content, 3).length || !compact ? fields(blob(content, 3)) : null;
  return line({
    batch: number(batch, 1), late: whole(batch, 2) !== 0n, part: number(batch, 6), parts: number(batch, 7),
    stream: hex(blob(batch, 8)), boot: hex(blob(content, 1)), boots: number(content, 2),
    base: signed(whole(content, 4)) * unit, monotonic: signed(whole(content, 6)) * clock,
    origin: number(content, 7), error: whole(content, 8) * clock,
    ledger: told && Array.from({length: 12}, (_, i) => number(told, i + 1))});
}

async function* batchLines(batch, schema) {
  if (hex(blob(batch, 3)) !== digest(schema)) {
    throw new Malformed("the batch needs another schema");
  }
  for await (const [t, signal, raw, quality] of readColumns(batch, readSchema(schema))) {
    const sample = {t, signal: signal.path, quality};
    if (!signal.isNumber) {
      sample[signal.kind === TEXT ? "text" : "bytes"] = raw;
    } else {
      Object.assign(sample, signal.isFloating ? {bits: raw.toString(16).padStart(16, "0")} : {raw}, {value: asBits(signal.physical(raw))});
    }
    yield line(sample);
  }
}

async function* eventLines(message, schema) {
  const [event, snapshots] = readEvent(message);
  const stream = blobs(event, 18).length ? {stream: hex(blob(event, 18))} : {};
  yield line({
    event: hex(blob(event, 1)), route: text(blob(event, 12)), sequence: number(event, 13), kind: text(blob(event, 2)),
    trigger: text(blob(event, 3)), t: signed(whole(event, 4)), text: text(blob(event, 9)), paths: blobs(event, 10).map(text),
    evicted: number(event, 14), rejected: number(event, 15), part: number(event, 16), parts: number(event, 17), ...stream});
  for (const snapshot of snapshots) {
    yield* batchLines(snapshot, schema);
  }
}

async function* lines(message, packed, heads) {
  const schema = await unpacked(packed);
  if (isEvent(message)) {
    yield* eventLines(message, schema);
    return;
  }
  for await (const batch of apart(message)) {
    if (heads) {
      yield await headLine(batch);
    }
    yield* batchLines(batch, schema);
  }
}

async function main(names) {
  if (!names.length) {
    throw new Malformed("want FILE.cvstream ..., or [--heads] SCHEMA.hex MESSAGE.hex ...");
  }
  const heads = names[0] === "--heads", files = heads ? names.slice(1) : names;
  const {readFileSync} = await import("node:fs");
  const contents = files.map((name) => readFileSync(name));
  if (contents[0].toString("latin1", 0, 8) === MAGIC) {
    const reader = new Reader();
    for (const content of contents) {
      for (const [topic, message] of recorded(content)) {
        for await (const reading of reader.take(topic, message)) {
          console.log(line(reading));
        }
      }
    }
    return;
  }
  const [schema, ...messages] = contents.map((content) => ofHex(content.toString("latin1")));
  for (const message of messages) {
    for await (const each of lines(message, schema, heads)) {
      console.log(each);
    }
  }
}

if (typeof module === "object" && module.exports) {
  module.exports = {Reader, Malformed, line, recorded, lines};
  if (require.main === module) {
    process.stdout.on("error", () => process.exit(1)); // nobody reads on
    main(process.argv.slice(2)).catch((failure) => {
      console.error(`caravan.js: ${failure.message}`);
      process.exitCode = 1;
    });
  }
} else {
  globalThis.caravan = {Reader, Malformed, line, recorded, lines};
}
})();
