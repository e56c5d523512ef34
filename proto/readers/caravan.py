"""Reads what Caravan sends (batches, joined ones and parts, events, schemas in pieces, records) with nothing but the Python standard library.

    from caravan import Reader, line
    reader = Reader()
    for reading in reader.take(topic, payload):  # of any MQTT client, or of a recording
        print(line(reading))

A reading is a dict: of a sample {"fleet", "device", "route", "stream", "seq", "t", "signal", "value", "unit", "quality"} and "label" where its value has a
text; those of an event have its id as "event" in place of "seq", and before them comes one of the event itself, with its "kind". "t" is in microseconds since 1970 UTC; "value" is an
int, with all its digits, where the signal has whole numbers, else a float, str, bytes or bool, and None where "quality" says that there is none. Those of a divided
message have "part" and "parts". (fleet, device, route, stream, seq, parts, part) is the key to remove duplicates by. What cannot be read gives {"refused": why, "topic"}.

    python3 caravan.py FILE.cvstream ...                        the readings of recordings: of `tail --record`, of an uplink to files
    python3 caravan.py [--heads] SCHEMA.hex MESSAGE.hex ...     single messages, each as hex in a file; values as the hex of their bits, to compare
"""
import hashlib
import itertools
import json
import math
import os
import re
import struct
import sys
import time as clock
import zlib
from typing import NamedTuple

SIGNED, UNSIGNED, BOOLEAN, FLOAT, DOUBLE, TEXT, BLOCK = range(1, 8)
QUALITIES = ("", "ok", "not_available", "error", "out_of_range", "stale", "substituted", "undecodable")
WITH_VALUE = (1, 4, 6)
MASK = (1 << 64) - 1
LARGEST = 8 << 20
MOST_SAMPLES = MOST_PARTS = 1 << 20
MOST_PARTS_OF_SCHEMA = 1 << 18
MOST_OF_JOINED = 1 << 23
MOST_JOINED = 1024
MOST_PIECES = 1 << 16
MOST_DEPTH = 8
MOST_WORK = 64 << 20
VARINT, FIXED, BYTES = range(3)


class Malformed(ValueError):
    """A message that is none, or wants more than it may."""


FAILURES = (Malformed, UnicodeDecodeError, zlib.error)


# protobuf

def varint(data, at):
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise Malformed("cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & MASK, at
    raise Malformed("a number of more than 10 bytes")


def fields(data):
    """Number and wire type of each field, as in its tag -> its values in order."""
    found, at, end = {}, 0, len(data)
    while at < end:
        tag, at = varint(data, at)
        if tag & 7 == VARINT:
            value, at = varint(data, at)
        else:
            if tag & 7 == BYTES:
                size, at = varint(data, at)
            elif tag & 7 in (FIXED, 5):
                size = 8 if tag & 7 == FIXED else 4
            else:
                raise Malformed(f"wire type {tag & 7}")
            if size > end - at:
                raise Malformed("cut off")
            value, at = data[at:at + size], at + size
        if tag < 8:
            raise Malformed("field 0")
        found.setdefault(tag, []).append(value)
    return found


def number(message, field, absent=0):
    return message[field << 3][-1] if field << 3 in message else absent


def blobs(message, field):
    return message.get(field << 3 | BYTES, [])


def blob(message, field):
    return blobs(message, field)[-1] if blobs(message, field) else b""


def text(message, field):
    return blob(message, field).decode()


def double(message, field, absent):
    fixed = message.get(field << 3 | FIXED)
    return struct.unpack("<d", fixed[-1])[0] if fixed else absent


def signed(zigzag):
    return (zigzag >> 1) ^ -(zigzag & 1)


def wrap(value):
    """As 64 bits, two's complement."""
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


class Numbers:
    """A repeated field of numbers, packed or not, that is taken from front to back."""

    def __init__(self, message, field, convert=int, wire=VARINT):
        alone, packed = message.get(field << 3 | wire, []), blobs(message, field)
        if alone and any(packed):
            raise Malformed(f"field {field}: packed and not")
        self.field, self.is_absent = field, not alone and not any(packed)
        self.left = map(convert, self.unpacked(packed, wire) if packed else self.fixed(alone) if wire else alone)

    def unpacked(self, runs, wire):
        for run in runs:
            at = 0
            if wire == FIXED:
                if len(run) % 8:
                    raise Malformed("cut off")
                yield from (value for value, in struct.iter_unpack("<Q", run))
            while wire == VARINT and at < len(run):
                value, at = varint(run, at)
                yield value

    def fixed(self, values):
        return (struct.unpack("<Q", value)[0] for value in values)

    def next(self, lowest=-MASK, highest=MASK):
        value = next(self.left, None)
        if value is None or not lowest <= value <= highest:
            raise Malformed(f"field {self.field}: want {lowest}..{highest}, got {'no more' if value is None else value}")
        return value

    def end(self):
        if next(self.left, None) is not None:
            raise Malformed(f"field {self.field}: more numbers than are needed")


def inflate(data):
    inflater = zlib.decompressobj(-15)
    result = inflater.decompress(data, LARGEST + 1)
    if not inflater.eof or inflater.unused_data or len(result) > LARGEST:
        raise Malformed("packed: cut off, larger than 8 MiB, or with something behind it")
    return result


# schemas

class Signal(NamedTuple):
    order: int  # its place in the schema
    path: str
    unit: str
    kind: int
    factor: float
    offset: float
    labels: dict

    def physical(self, raw):
        """In binary64; NaN for text and bytes. `raw` is the whole number, or the bits of a floating-point one."""
        if self.kind in (TEXT, BLOCK):
            return math.nan
        raw = struct.unpack("<d", struct.pack("<Q", raw))[0] if self.kind in (FLOAT, DOUBLE) else float(raw)
        return raw * self.factor + self.offset

    def value(self, raw):
        if self.kind == BOOLEAN:
            return raw != 0
        if self.kind in (SIGNED, UNSIGNED) and self.factor.is_integer() and self.offset.is_integer():
            return raw * int(self.factor) + int(self.offset)
        return raw if self.kind in (TEXT, BLOCK) else self.physical(raw)


def digest(message):
    return hashlib.sha256(message).digest()[:8]


def whole(schema):
    """A schema as it is, or what it has packed."""
    packed = blob(fields(schema), 7)
    return inflate(packed) if packed else schema


def read_schema(data):
    """Groups, each a list of signals."""
    groups, order, parts = [], 0, 0
    for group in blobs(fields(data), 4):
        signals, parts = [], parts + 1
        for signal in blobs(fields(group), 2):
            signal = fields(signal)
            parts += 1 + len(blobs(signal, 8))
            if parts > MOST_PARTS_OF_SCHEMA or not SIGNED <= number(signal, 3) <= BLOCK:
                raise Malformed(f"schema: kind {number(signal, 3)}, want 1..7; or more than {MOST_PARTS_OF_SCHEMA} groups, signals and labels")
            labels = {signed(number(label, 1)): text(label, 2) for label in map(fields, blobs(signal, 8))}
            signals.append(Signal(order, text(signal, 1), text(signal, 2), number(signal, 3), double(signal, 4, 1.0), double(signal, 5, 0.0), labels))
            order += 1
        if parts > MOST_PARTS_OF_SCHEMA:
            raise Malformed(f"schema: more than {MOST_PARTS_OF_SCHEMA} groups")
        groups.append(signals)
    return groups


# batches

def apart(message):
    """The batches of a message of them, each as the fields that it would have alone."""
    outside = fields(message)
    encoding = number(outside, 4)
    check_parts(outside, 6, 7, 8)
    if encoding not in (4, 5) and not number(outside, 11):
        return [outside]
    joined = inflate(blob(outside, 10)) if encoding == 5 else blob(outside, 10)
    batches = blobs(fields(joined), 1)
    first = number(outside, 1)
    if encoding not in (4, 5) or len(joined) > LARGEST or not 1 < number(outside, 11) - first + 1 == len(batches) <= MOST_JOINED or number(outside, 7):
        raise Malformed("joined: not as many batches as it says, or too large")
    return (alone(fields(batch), outside, first + i) for i, batch in enumerate(batches))


def alone(batch, outside, sequence):
    if number(batch, 4) > 3 or number(batch, 7) or number(batch, 11):
        raise Malformed("joined batches are whole ones")
    return {**{tag: values for tag, values in batch.items() if tag >> 3 not in (1, 2, 3, 8)},
            **{tag: values for tag, values in outside.items() if tag >> 3 in (2, 3, 8)}, 1 << 3: [sequence]}


def check_parts(message, part, parts, stream):
    part, parts = number(message, part), number(message, parts)
    if (part or parts) and not 1 <= part <= parts <= MOST_PARTS or stream and len(blob(message, stream)) not in (0, 8):
        raise Malformed(f"part {part} of {parts}, or a stream of other than 8 bytes")


def content_of(batch):
    """The fields of its content, and whether that is compact."""
    encoding = number(batch, 4)
    if encoding > 3:
        raise Malformed(f"encoding {encoding}")
    content = blob(batch, 9 if encoding >= 2 else 5)
    content = inflate(content) if encoding in (1, 3) else content
    if len(content) > LARGEST or encoding == 2 and not content:
        raise Malformed("content: none, or larger than 8 MiB")
    content = fields(content)
    for ledger in blobs(content, 3) + blobs(batch, 15):
        fields(ledger)
    return content, encoding >= 2


def times(mode, n, first, period, residuals):
    result = [first]
    for i in range(1, n):
        if mode == 0:
            time = result[-1] + period
        else:
            time = first + (wrap(i * period) >> (8 if mode in (2, 4) else 0))
        result.append(time if mode >= 3 else time + residuals.next())
    return result


def column(n, layout, first, plain, gaps, step):
    """All n values; `step` makes the next one of the one before."""
    values = [first]
    if layout == 2:
        if plain is None:
            raise Malformed("layout 2 is for floating point only")
        values += [plain.next() for _ in range(n - 1)]
    elif layout == 1:
        for _ in range(n - 1):
            values.append(step(values[-1]))
    for _ in range(layout - 2):
        values += [values[-1]] * gaps.next(0, n - 1 - len(values))
        values.append(step(values[-1]))
    return values + [values[-1]] * (n - len(values))


def read_columns(batch, groups):
    """(time in microseconds, signal, raw, quality) of each sample: a whole number, bits of a float, text or bytes; by time, those of one time as in the schema."""
    content, compact = content_of(batch)
    heads, sizes, firsts, periods = (Numbers(content, field) for field in range(9, 13))
    residuals, layouts = Numbers(content, 13, signed), Numbers(content, 14)
    first_values, steps = Numbers(content, 15, signed), Numbers(content, 16, signed)
    gaps, members = Numbers(content, 17), Numbers(content, 18)
    bits, shifts, xors = Numbers(content, 19, wire=FIXED), Numbers(content, 20), Numbers(content, 21)
    skips, lengths, qualities = (Numbers(content, field) for field in range(24, 27))
    base, exponent = signed(number(content, 4)), number(content, 5)
    texts, blocks = [each.decode() for each in blobs(content, 22)], blobs(content, 23)
    if exponent > 6:
        raise Malformed(f"time unit 10^{exponent} us")
    walk, group = [], 0  # time, latest time of its column so far, signal, raw of each sample
    for head in heads.left:
        group += head >> 4
        if group >= len(groups) or not groups[group] or head & 7 > 4:
            raise Malformed(f"group {group}, time mode {head & 7}")
        chosen = groups[group]
        if head & 8:
            chosen, after = [], 0
            for _ in range(members.next(1, len(groups[group]))):
                place = after + members.next(0, len(groups[group]) - 1 - after)
                chosen.append(groups[group][place])
                after = place + 1
        n = 1 if compact and sizes.is_absent else sizes.next(1)
        if n * len(chosen) > MOST_SAMPLES - len(walk):
            raise Malformed(f"more than {MOST_SAMPLES} samples")
        first = 0 if compact and firsts.is_absent else firsts.next()
        at = [wrap((base + time) * 10 ** exponent) for time in times(head & 7, n, first, periods.next() if n > 1 else 0, residuals)]
        for signal in chosen:
            layout = 0 if compact and n == 1 else layouts.next(0, MOST_SAMPLES + 2)
            if signal.kind in (FLOAT, DOUBLE):
                start = bits.next()
                shift = shifts.next(0, 63) if layout not in (0, 2) else 0
                values = column(n, layout, start, bits, gaps, lambda value: value ^ xors.next() << shift & MASK)
            else:
                values = column(n, layout, first_values.next(), None, gaps, lambda value: wrap(value + steps.next()))
            if signal.kind in (TEXT, BLOCK):
                known = texts if signal.kind == TEXT else blocks
                if not 0 <= min(values) <= max(values) < len(known):
                    raise Malformed("a text or block that is not there")
                values = [known[value] for value in values]
            elif signal.kind == UNSIGNED:
                values = [value & MASK for value in values]
            walk += zip(at, itertools.accumulate(at, max), itertools.repeat(signal), values)
    quality, done = bytearray([1]) * len(walk), 0
    for each in qualities.left:
        start = done + skips.next(0, len(walk) - done)
        done = start + lengths.next(1, len(walk) - start)
        quality[start:done] = bytes([each if 1 <= each <= 7 else 7]) * (done - start)
    for numbers in (sizes, firsts, periods, residuals, layouts, first_values, steps, gaps, members, bits, shifts, xors, skips, lengths):
        numbers.end()
    # whose times run backwards keeps its order
    for place in sorted(range(len(walk)), key=lambda place: (walk[place][1], walk[place][2].order)):
        time, _, signal, raw = walk[place]
        yield time, signal, raw, quality[place]


def is_event(message):
    """Field 1 is the id of an event, and the sequence number of a batch."""
    return 1 << 3 | BYTES in fields(message)


def read_event(message):
    """The fields of an event, and those of its snapshots."""
    event = fields(message)
    check_parts(event, 16, 17, 18)
    snapshots = [fields(each) for each in blobs(event, 11)[:MOST_PIECES + 1]]
    if not 1 <= len(blob(event, 1)) <= 64 or len(snapshots) > MOST_PIECES or any(blob(each, 3) != blob(snapshots[0], 3) for each in snapshots):
        raise Malformed("an event without an id, or with snapshots of different schemas")
    return event, snapshots


# records

def is_records(message):
    """They have none of the fields that a batch or an event begins with."""
    return blobs(message, 4) and not any(tag >> 3 < 4 for tag in message)


def read_records(message):
    """What the readings of records have beside where they come from."""
    records = [fields(each) for each in blobs(message, 14)[:MOST_SAMPLES + 1]]
    check_parts(message, 10, 11, None)
    if len(records) > MOST_SAMPLES:
        raise Malformed(f"records: more than {MOST_SAMPLES} samples")
    for record in records:
        values = [read for tag, read in VALUES.items() if tag in record]
        quality = number(record, 9)
        if len(values) > 1:
            raise Malformed("records: more than one value")
        reading = {"t": wrap(number(record, 2)), "signal": text(record, 1), "value": values[0](record) if values and quality in WITH_VALUE else None}
        if blobs(record, 11):
            reading["label"] = text(record, 11)
        yield {**reading, "unit": text(record, 10), "quality": QUALITIES[quality if 1 <= quality <= 7 else 7]}


def large(record):
    digits = text(record, 5)
    if not re.fullmatch("-?[0-9]{1,400}", digits, re.ASCII):
        raise Malformed("records: no whole number")
    return int(digits)


VALUES = {
    3 << 3 | FIXED: lambda record: double(record, 3, 0.0),
    4 << 3: lambda record: signed(number(record, 4)),
    5 << 3 | BYTES: large,
    6 << 3: lambda record: number(record, 6) != 0,
    7 << 3 | BYTES: lambda record: text(record, 7),
    8 << 3 | BYTES: lambda record: blob(record, 8)}


# readings

class Shelf:
    """What came last, in a room of so many bytes."""

    def __init__(self, room):
        self.room, self.items = room, {}

    def put(self, key, value, size):
        """Gives back what had to go for it."""
        self.take(key)
        self.items[key] = value, size
        self.room -= size
        gone = []
        while self.room < 0:
            gone.append(self.take(next(iter(self.items))))
        return gone

    def find(self, key):
        return self.items[key][0] if key in self.items else None

    def take(self, key):
        value, size = self.items.pop(key, (None, 0))
        self.room += size
        return value


class Schemas:
    """Those that came, whole or in pieces, by ids that are made of their bytes: who publishes another under an id of yours changes nothing."""

    def __init__(self, room):
        self.known, self.pieces, self.lists = Shelf(room), Shelf(room // 2), Shelf(room // 4)
        self.work = self.joined = 0  # bytes read because of one message, and joined of one list

    def arrived(self, key, message):
        """One message; what is wrong with what waited for it."""
        if key in self.known.items:
            self.known.put(key, *self.known.items[key])  # is now the newest
            return
        found, own, self.work = fields(message), digest(message), 0
        names, run = blobs(found, 5), blob(found, 6)
        if not names and not run:
            self.came(message)
            return
        if run or key == own:
            self.pieces.put(own, (names, run), 200 + len(message) * (1 if run else 6))
            wanting = [each for each, ((_, wants), _) in self.lists.items.items() if wants == own]
        else:
            self.lists.put(key, (names, None), 200 + len(message) * 6)
            wanting = [key]
        for each in wanting:
            try:
                self.join(each)
            except FAILURES as reason:
                self.work += LARGEST
                self.lists.take(each)
                yield reason

    def came(self, message):
        schema = whole(message)
        self.work += 4 * len(schema)
        groups = read_schema(schema)
        self.known.put(digest(schema), groups, 200 + len(schema) * 4 + 600 * sum(map(len, groups)))
        return digest(schema)

    def join(self, key):
        if key not in self.lists.items:
            raise Malformed("a schema in pieces: its list is larger than the room")
        names, runs, self.joined = self.lists.find(key)[0], [], 0
        missing = self.collect(names, runs, 1)
        if missing:
            self.lists.put(key, (names, missing), self.lists.items[key][1])
            return
        if self.came(b"".join(runs)) != key:
            raise Malformed("the pieces of a schema make another")
        self.lists.take(key)

    def collect(self, names, runs, depth):
        """Adds the runs of these pieces; the id of the first that is not there."""
        if depth > MOST_DEPTH:
            raise Malformed("a schema in pieces: lists too deep")
        for name in names:
            self.work += 64
            piece = self.pieces.find(name)
            if piece is None:
                return name
            runs.append(piece[1])
            self.joined += len(piece[1])
            if self.work > MOST_WORK or len(runs) > MOST_PIECES or self.joined > LARGEST:
                raise Malformed("a schema in pieces: too many or too large")
            missing = self.collect(piece[0], runs, depth + 1) if piece[0] else None
            if missing:
                return missing
        return None


WORD = re.compile(r"(?<![^\W_])(FLEET|DEVICE|ROUTE|SIGNAL|KIND|ID)(?![^\W_])")


def topics(template, kind):
    """The topics of a kind by a template of all, as of `topic` of a route: a pattern whose groups are FLEET, DEVICE, ROUTE, ID."""
    levels = template.split("/")
    if kind == "schema":
        levels = ["ID" if level == "ROUTE" else level for level in levels + ["ROUTE"] * ("ROUTE" not in levels)]
    if kind != "data":
        levels = [level for level in levels if level not in ("ROUTE", "SIGNAL")]
    texts = WORD.split("/".join(levels))
    return re.compile("".join(
        re.escape(each) if i % 2 == 0 else kind if each == "KIND" else f"(?P<{each}>[^/+#]+?)" for i, each in enumerate(texts)))


class Reader:
    """Keeps schemas, and lets a message wait until the one that it needs is there, all in a room of so many bytes. `asks(topic, body)` may be set, to
    publish a request to the device: it is called when messages need a schema that does not come within 2 s, for each at most once a minute."""

    def __init__(self, template="caravan/v1/FLEET/DEVICE/KIND/ROUTE", room=64 << 20):
        self.topics = {kind: topics(template, kind) for kind in ("data", "schema", "event")}
        self.schemas, self.waiting, self.arrived = Schemas(room), Shelf(room), 0
        self.template, self.asks, self.asked = template, None, Shelf(100_000)

    def take(self, topic, message):
        """The readings that can be had now that this message came, one by one."""
        for kind, pattern in self.topics.items():
            place = pattern.fullmatch(topic)
            if place and message:
                try:
                    yield from getattr(self, kind)(place.groupdict(), bytes(message), topic)
                except FAILURES as reason:
                    yield {"refused": str(reason), "topic": topic}

    def schema(self, place, message, topic):
        if not re.fullmatch("([0-9a-f]{2}){1,64}", place["ID"]):
            raise Malformed("the topic of a schema does not end in its id")
        for reason in self.schemas.arrived(bytes.fromhex(place["ID"]), message):
            yield {"refused": str(reason), "topic": topic}
        for number, ((key, *_), _) in list(self.waiting.items.items()):
            groups = self.schemas.known.find(key)
            if groups is not None and number in self.waiting.items:
                _, kind, place, waited, topic = self.waiting.take(number)
                try:
                    yield from kind(place, waited, topic)
                except FAILURES as reason:
                    yield {"refused": str(reason), "topic": topic}

    def groups(self, message, kind, place, whole, topic):
        """What a batch needs to be read; None, and its message waits, where that did not come yet."""
        key = blob(message, 3)
        groups = self.schemas.known.find(key)
        if groups is None:
            self.arrived += 1
            for gone in self.waiting.put(self.arrived, (key, kind, place, whole, topic), len(whole) + 500):
                yield {"refused": f"its schema {gone[0].hex()} did not come, and there is no room to wait", "topic": gone[4]}
            self.ask(key, place)
        return groups

    def ask(self, key, place):
        now = clock.monotonic()
        due = self.asked.find(key)
        if due is None or now >= due:
            self.asked.put(key, now + (2 if due is None else 60), 100)
        if due is not None and now >= due and self.asks:
            levels = [level for level in self.template.split("/") if level not in ("ROUTE", "SIGNAL")]
            topic = WORD.sub(lambda word: "request" if word[0] == "KIND" else place[word[0]], "/".join(levels))
            self.asks(topic, b"\n" + bytes([len(key)]) + key)

    def records(self, place, message):
        stream, event = text(message, 7), fields(blob(message, 15))
        if not re.fullmatch("([0-9a-f]{16})?", stream, re.ASCII):
            raise Malformed("records: a stream of other than 8 bytes")
        told = {"FLEET": text(message, 4), "DEVICE": text(message, 5), "ROUTE": text(message, 6)}
        about = {**head({**told, **place}, message, 8), "stream": stream}
        numbers = {"seq": number(message, 8), **divided(message, 10, 11)}
        if blobs(message, 15):
            about["event"] = text(event, 1)
            yield {**about, **numbers, "kind": text(event, 2), "trigger": text(event, 3), "t": wrap(number(event, 4)), "text": text(event, 5),
                   "paths": [path.decode() for path in blobs(event, 6)], "evicted": number(event, 7), "rejected": number(event, 8)}
            numbers = {}
        for reading in read_records(message):
            yield {**about, **numbers, **reading}

    def data(self, place, message, topic):
        found = fields(message)
        if is_records(found):
            yield from self.records(place, found)
            return
        groups = yield from self.groups(found, self.data, place, message, topic)
        left = MOST_OF_JOINED
        for batch in apart(message) if groups is not None else ():
            for reading in self.samples(batch, groups, {**head(place, batch, 8), "seq": number(batch, 1), **divided(batch, 6, 7)}):
                yield reading
                left -= 1
                if left < 0:
                    raise Malformed(f"joined: more than {MOST_OF_JOINED} samples")

    def event(self, place, message, topic):
        if is_records(fields(message)):
            yield from self.records(place, fields(message))
            return
        event, snapshots = read_event(message)
        groups = [] if not snapshots else (yield from self.groups(snapshots[0], self.event, place, message, topic))
        if groups is None:
            return
        place = {**place, "ROUTE": text(event, 12)}
        about = {**head(place, event, 18), "event": blob(event, 1).hex()}
        yield {**about, "seq": number(event, 13), **divided(event, 16, 17), "kind": text(event, 2), "trigger": text(event, 3), "t": signed(number(event, 4)),
               "text": text(event, 9), "paths": [path.decode() for path in blobs(event, 10)], "evicted": number(event, 14), "rejected": number(event, 15)}
        for snapshot in snapshots:
            yield from self.samples(snapshot, groups, about)

    def samples(self, batch, groups, about):
        for time, signal, raw, quality in read_columns(batch, groups):
            has_value = quality in WITH_VALUE
            reading = {**about, "t": time, "signal": signal.path, "value": signal.value(raw) if has_value else None}
            label = signal.labels.get(wrap(raw)) if has_value and signal.labels and isinstance(raw, int) else None
            if label is not None:
                reading["label"] = label
            yield {**reading, "unit": signal.unit, "quality": QUALITIES[quality]}


def head(place, message, stream):
    return {**{word.lower(): place[word] for word in ("FLEET", "DEVICE", "ROUTE") if word in place}, "stream": blob(message, stream).hex()}


def divided(message, part, parts):
    return {"part": number(message, part), "parts": number(message, parts)} if number(message, parts) else {}


def line(reading):
    """A reading as a line of JSON: floats in digits that read back to the same bits, NaN and infinities as texts, bytes as hex."""
    value = reading.get("value")
    if isinstance(value, float) and not math.isfinite(value):
        reading = {**reading, "value": "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"}
    return json.dumps(reading, separators=(",", ":"), default=bytes.hex)


# recordings, and single messages

MAGIC = b"CVSTREA1"
CRC32C = list(range(256))
for _ in range(8):
    CRC32C = [crc >> 1 ^ 0x82F63B78 * (crc & 1) for crc in CRC32C]


def crc32c(data):
    crc = MASK >> 32
    for byte in data:
        crc = CRC32C[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ MASK >> 32


def recorded(file):
    """Topic and message of each that a recording has; what is torn at its end, as its writer was killed, is left out."""
    if file.read(8) != MAGIC:
        raise Malformed("no recording")
    while len(start := file.read(12)) == 12:
        topic, payload, crc = struct.unpack(">III", start)
        if crc != crc32c(start[:8]) or not 0 < topic < 1 << 16 or payload > 256 << 20:
            raise Malformed("a damaged message")
        rest = file.read(topic + payload + 4)
        if len(rest) < topic + payload + 4:
            return
        if crc32c(rest[:-4]) != struct.unpack(">I", rest[-4:])[0]:
            raise Malformed("a damaged message")
        yield rest[:topic].decode(), rest[topic:-4]


def as_line(value):
    return json.dumps(value, separators=(",", ":"))


def as_bits(number):
    return "nan" if number != number else struct.pack(">d", number).hex()


def head_lines(batch):
    """What a batch says of itself; no ledger where it does not tell it."""
    content, compact = content_of(batch)
    exponent = number(content, 5)
    unit = min(10 ** exponent, 1000) if compact else 1
    told = fields(blob(content, 3)) if blobs(content, 3) or not compact else None
    yield as_line({
        "batch": number(batch, 1), "late": number(batch, 2) != 0, "part": number(batch, 6), "parts": number(batch, 7),
        "stream": blob(batch, 8).hex(), "boot": blob(content, 1).hex(), "boots": number(content, 2),
        "base": signed(number(content, 4)) * 10 ** exponent, "monotonic": signed(number(content, 6)) * unit,
        "origin": number(content, 7), "error": number(content, 8) * unit,
        "ledger": told if told is None else [number(told, field) for field in range(1, 13)]})


def batch_lines(batch, schema):
    if blob(batch, 3) != digest(schema):
        raise Malformed("the batch needs another schema")
    for time, signal, raw, quality in read_columns(batch, read_schema(schema)):
        sample = {"t": time, "signal": signal.path, "quality": quality}
        if signal.kind in (TEXT, BLOCK):
            sample["text" if signal.kind == TEXT else "bytes"] = raw if signal.kind == TEXT else raw.hex()
        else:
            sample.update({"bits": f"{raw:016x}"} if signal.kind in (FLOAT, DOUBLE) else {"raw": raw}, value=as_bits(signal.physical(raw)))
        yield as_line(sample)


def event_lines(message, schema):
    event, snapshots = read_event(message)
    stream = {"stream": blob(event, 18).hex()} if blobs(event, 18) else {}
    yield as_line({
        "event": blob(event, 1).hex(), "route": text(event, 12), "sequence": number(event, 13), "kind": text(event, 2),
        "trigger": text(event, 3), "t": signed(number(event, 4)), "text": text(event, 9),
        "paths": [path.decode() for path in blobs(event, 10)], "evicted": number(event, 14),
        "rejected": number(event, 15), "part": number(event, 16), "parts": number(event, 17), **stream})
    for snapshot in snapshots:
        yield from batch_lines(snapshot, schema)


def lines(message, schema, heads):
    schema = whole(schema)
    if is_event(message):
        yield from event_lines(message, schema)
        return
    for batch in apart(message):
        yield from head_lines(batch) if heads else ()
        yield from batch_lines(batch, schema)


def main(names):
    heads = names[:1] == ["--heads"]
    files = names[heads:]
    with open(files[0], "rb") as file:
        is_recording = file.read(8) == MAGIC
    if is_recording:
        reader = Reader()
        for name in files:
            with open(name, "rb") as file:
                for topic, message in recorded(file):
                    for reading in reader.take(topic, message):
                        print(line(reading))
        return
    schema, *messages = [bytes.fromhex(open(name).read()) for name in files]
    for message in messages:
        for each in lines(message, schema, heads):
            print(each)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except (OSError, ValueError, zlib.error) as reason:
        sys.exit(f"caravan.py: {reason}")
