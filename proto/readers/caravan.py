"""Reads caravan.v1 batches and events with nothing but the Python standard library, written from proto/README.md alone.

    python3 caravan.py [--heads] SCHEMA.hex MESSAGE.hex ...

prints one JSON object for each sample; of an event first one for itself, and with --heads of each batch too, joined or alone. Files hold the bytes of one message each, as hex. Bits of
floating-point numbers are printed as hex, so that comparing lines compares bits.

To read what comes from a broker, give each message to a Reader, as follow.py does.
"""
import hashlib
import heapq
import json
import struct
import sys
import zlib

SIGNED, UNSIGNED, BOOLEAN, FLOAT, DOUBLE, TEXT, BLOCK = range(1, 8)
MASK = (1 << 64) - 1
LARGEST = 8 << 20


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & MASK, at
        shift += 7


def fields(data):
    """Field number -> its values in order: int, or bytes where a length stands before them."""
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 1:
            value, at = data[at:at + 8], at + 8
        elif key & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {key & 7}")
        found.setdefault(key >> 3, []).append(value)
    return found


def signed(zigzag):
    return (zigzag >> 1) ^ -(zigzag & 1)


def wrap(value):
    """As 64 bits, two's complement."""
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


def packed(content, number, convert=lambda value: value):
    """The numbers of a repeated field, packed or not."""
    for value in content.get(number, []):
        if isinstance(value, int):
            yield convert(value)
            continue
        at = 0
        while at < len(value):
            one, at = varint(value, at)
            yield convert(one)


def packed_bits(content, number):
    for value in content.get(number, []):
        yield from struct.unpack(f"<{len(value) // 8}Q", value)


def text(message, number):
    return message.get(number, [b""])[-1].decode()


def double(message, number, absent):
    return struct.unpack("<d", message[number][-1])[0] if number in message else absent


def inflate(data):
    inflater = zlib.decompressobj(-15)
    result = inflater.decompress(data, LARGEST)
    if not inflater.eof:
        raise ValueError("cut off, or larger than 8 MiB")
    return result


def whole(schema):
    """A schema as it is, or what it has packed."""
    found = fields(schema)
    return inflate(found[7][-1]) if 7 in found else schema


def read_schema(data):
    """Groups, each a list of (place in the schema, path, kind, factor, offset)."""
    groups, order = [], 0
    for group in fields(data).get(4, []):
        signals = []
        for signal in map(fields, fields(group).get(2, [])):
            signals.append((order, text(signal, 1), signal[3][-1], double(signal, 4, 1.0), double(signal, 5, 0.0)))
            order += 1
        groups.append(signals)
    return groups


def times(mode, n, first, period, residuals):
    result = [first]
    for i in range(1, n):
        if mode == 0:
            time = result[-1] + period
        elif mode in (1, 3):
            time = first + i * period
        else:
            time = first + (i * period >> 8)
        result.append(time if mode >= 3 else time + next(residuals))
    return result


def column(n, layout, first, plain, gaps, step):
    """All n values; `step` makes the next one of the one before."""
    values = [first]
    if layout == 2:
        return values + [next(plain) for _ in range(n - 1)]
    if layout == 1:
        for _ in range(n - 1):
            values.append(step(values[-1]))
    for _ in range(layout - 2):
        values += [values[-1]] * next(gaps)
        values.append(step(values[-1]))
    return values + [values[-1]] * (n - len(values))


def as_varint(value):
    return bytes([value & 0x7F | 0x80]) + as_varint(value >> 7) if value > 0x7F else bytes([value])


def apart(data):
    """The batches of a message, each as the message that it would be alone."""
    outside = fields(data)
    if number(outside, 4) not in (4, 5):
        return [data]
    joined = inflate(outside[10][-1]) if number(outside, 4) == 5 else outside[10][-1]
    batches = fields(joined)[1]
    first = number(outside, 1)
    if not 1 < number(outside, 11) - first + 1 == len(batches):
        raise ValueError("not as many batches as it says")
    if any(number(batch, 4) > 3 or 7 in batch for batch in map(fields, batches)):
        raise ValueError("joined batches are whole ones")
    rest = b"".join(as_varint(field << 3 | 2) + as_varint(len(outside[field][-1])) + outside[field][-1]
                    for field in (3, 8) if field in outside)
    rest += bytes([2 << 3, number(outside, 2)])
    return [batch + rest + bytes([1 << 3]) + as_varint(first + i) for i, batch in enumerate(batches)]


def content_of(batch):
    """The fields of its content, and whether that is compact."""
    encoding = number(batch, 4)
    if encoding > 3:
        raise ValueError(f"encoding {encoding}")
    content = batch[9 if encoding >= 2 else 5][-1]
    return fields(inflate(content) if encoding in (1, 3) else content), encoding >= 2


def read_head(data):
    """What a batch says of itself; no ledger where it does not tell it."""
    batch = fields(data)
    content, compact = content_of(batch)
    unit = min(10 ** number(content, 5), 1000) if compact else 1
    told = fields(content.get(3, [b""])[-1]) if 3 in content or not compact else None
    yield json.dumps({
        "batch": number(batch, 1), "late": number(batch, 2) == 1, "part": number(batch, 6), "parts": number(batch, 7),
        "stream": batch.get(8, [b""])[-1].hex(), "boot": content.get(1, [b""])[-1].hex(), "boots": number(content, 2),
        "base": signed(number(content, 4)) * 10 ** number(content, 5), "monotonic": signed(number(content, 6)) * unit,
        "origin": number(content, 7), "error": number(content, 8) * unit,
        "ledger": told if told is None else [number(told, field) for field in range(1, 13)]}, separators=(",", ":"))


def read_batch(data, schema):
    batch = fields(data)
    schema = whole(schema)
    if batch[3][-1] != hashlib.sha256(schema).digest()[:8]:
        raise ValueError("the batch needs another schema")
    content, compact = content_of(batch)
    groups = read_schema(schema)
    base, unit = signed(content.get(4, [0])[-1]), 10 ** content.get(5, [0])[-1]
    sizes, firsts, periods = packed(content, 10), packed(content, 11), packed(content, 12)
    residuals = packed(content, 13, signed)
    layouts, first_values, steps = packed(content, 14), packed(content, 15, signed), packed(content, 16, signed)
    gaps, members = packed(content, 17), packed(content, 18)
    bits, shifts, xors = packed_bits(content, 19), packed(content, 20), packed(content, 21)
    texts, blocks = content.get(22, []), content.get(23, [])
    walk, group = [], 0
    for head in packed(content, 9):
        group += head >> 4
        chosen = groups[group]
        if head & 8:
            chosen, place = [], -1
            for _ in range(next(members)):
                place += 1 + next(members)
                chosen.append(groups[group][place])
        n = 1 if compact and 10 not in content else next(sizes)
        first = 0 if compact and 11 not in content else next(firsts)
        at = times(head & 7, n, first, next(periods) if n > 1 else 0, residuals)
        for signal in chosen:
            layout = 0 if compact and n == 1 else next(layouts)
            if signal[2] in (FLOAT, DOUBLE):
                start = next(bits)
                shift = next(shifts) if layout not in (0, 2) else 0
                values = column(n, layout, start, bits, gaps, lambda value: value ^ next(xors) << shift)
            else:
                values = column(n, layout, next(first_values), None, gaps, lambda value: wrap(value + next(steps)))
            walk += [[(base + time) * unit, signal, value, 1] for time, value in zip(at, values)]
    done = 0
    for skip, length, quality in zip(packed(content, 24), packed(content, 25), packed(content, 26)):
        for sample in walk[done + skip:done + skip + length]:
            sample[3] = quality
        done += skip + length
    per_signal = {}
    for sample in walk:
        per_signal.setdefault(sample[1][0], []).append(sample)
    for time, signal, value, quality in heapq.merge(*per_signal.values(), key=lambda sample: (sample[0], sample[1][0])):
        yield describe(time, signal, value, quality, texts, blocks)


def as_bits(number):
    return "nan" if number != number else struct.pack(">d", number).hex()


def describe(time, signal, value, quality, texts, blocks):
    _, path, kind, factor, offset = signal
    sample = {"t": time, "signal": path, "quality": quality}
    if kind == TEXT:
        sample["text"] = texts[value].decode()
    elif kind == BLOCK:
        sample["bytes"] = blocks[value].hex()
    elif kind in (FLOAT, DOUBLE):
        sample["bits"] = f"{value:016x}"
        number = struct.unpack("<d", struct.pack("<Q", value))[0]
        sample["value"] = as_bits(number * factor + offset)
    else:
        raw = value & MASK if kind == UNSIGNED else value
        sample["raw"] = raw
        sample["value"] = as_bits(float(raw) * factor + offset)
    return json.dumps(sample, separators=(",", ":"))


def number(message, field):
    return message.get(field, [0])[-1]


def is_event(data):
    """Field 1 is the id of an event, and the sequence number of a batch."""
    return isinstance(fields(data).get(1, [0])[-1], bytes)


def read_event(data, schema):
    event = fields(data)
    stream = {"stream": event[18][-1].hex()} if 18 in event else {}
    yield json.dumps({
        "event": event[1][-1].hex(), "route": text(event, 12), "sequence": number(event, 13), "kind": text(event, 2),
        "trigger": text(event, 3), "t": signed(number(event, 4)), "text": text(event, 9),
        "paths": [path.decode() for path in event.get(10, [])], "evicted": number(event, 14),
        "rejected": number(event, 15), "part": number(event, 16), "parts": number(event, 17), **stream}, separators=(",", ":"))
    for snapshot in event.get(11, []):
        yield from read_batch(snapshot, schema)


def read(message, schema):
    """The lines of any message of data or events."""
    if is_event(message):
        yield from read_event(message, schema)
    else:
        for batch in apart(message):
            yield from read_batch(batch, schema)


class Reader:
    """Keeps schemas, their pieces too, and lets a message wait until the one that it needs is there."""

    def __init__(self):
        self.schemas, self.waiting = {}, []

    def take(self, topic, message):
        """The lines that can be read now that this message came. One that cannot be read is told as a line with `refused`."""
        kind = topic.split("/")[4]
        if kind == "schema" and message:
            self.schemas[bytes.fromhex(topic.rpartition("/")[2])] = message
        elif kind in ("data", "event"):
            self.waiting.append(message)
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            try:
                schema = self.schema_for(each)
                lines = [] if schema is None else list(read(each, schema))
            except (ArithmeticError, LookupError, StopIteration, RuntimeError, ValueError, TypeError, zlib.error, struct.error) as reason:
                yield json.dumps({"refused": str(reason), "topic": topic})
                continue
            if schema is None:
                self.waiting.append(each)
            yield from lines

    def schema_for(self, message):
        """None if it, or a piece of it, did not come yet."""
        found = fields(message)
        if is_event(message):
            if 11 not in found:
                return b""
            found = fields(found[11][0])
        return self.joined(found[3][-1], 0)

    def joined(self, key, depth):
        if key not in self.schemas:
            return None
        found = fields(self.schemas[key])
        if 5 in found:
            if depth > 8:
                raise ValueError("pieces of pieces, too deep")
            pieces = [self.joined(piece, depth + 1) for piece in found[5]]
            if None in pieces:
                return None
            if sum(map(len, pieces)) > LARGEST:
                raise ValueError("a schema larger than 8 MiB")
            return b"".join(pieces)
        return found[6][-1] if 6 in found else self.schemas[key]


if __name__ == "__main__":
    heads = sys.argv[1] == "--heads"
    key, *messages = [bytes.fromhex(open(name).read()) for name in sys.argv[2 if heads else 1:]]
    for message in messages:
        for each in [message] if is_event(message) else apart(message):
            if heads and not is_event(each):
                print(*read_head(each))
            for line in (read_event if is_event(each) else read_batch)(each, key):
                print(line)
