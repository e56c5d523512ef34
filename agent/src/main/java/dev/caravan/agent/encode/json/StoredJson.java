package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A body as it lies in a queue: a line of words and numbers, then the text of the message from behind what is told of its stream.
 * What may change before it leaves stands in the line alone, so the text is packed once.
 *
 * <pre>
 *   json1 LAYOUT PACKED HEAD START BOOT TOLD LEDGER… TIME MONOTONIC ORIGIN ERROR
 *
 *   LAYOUT   its word
 *   PACKED   1 if the text is deflate, RFC 1951; else 0
 *   HEAD     bytes of the text before its list of objects; of a layout file 0
 *   START    id of the start of the agent, hex
 *   BOOT     starts of the agent with this route
 *   TOLD     1 if the ledger is told in the message; else 0
 *   LEDGER   the twelve counts of {@link LedgerCounts}
 *   TIME     {@link ClockReading}
 * </pre>
 *
 * @param tellsLedger whether the message has the ledger in it
 * @param text packed if {@code isPacked}
 */
record StoredJson(
    Layout layout,
    boolean isPacked,
    int headBytes,
    Bytes start,
    long boot,
    boolean tellsLedger,
    LedgerCounts ledger,
    ClockReading clock,
    Bytes text) {
  private static final String MAGIC = "json1";
  /** What each begins with; of protobuf it would be a field that no message here has. */
  static final Bytes MARK = Bytes.of((MAGIC + " ").getBytes(StandardCharsets.US_ASCII));

  /** What stands before the units of a batch, and what behind them. */
  static final String UNITS = ",\"units\":";

  static final String GROUPS = ",\"groups\":[";

  private static final int COUNTS = 12;
  private static final int COUNTS_AT = 7;
  private static final int WORDS = 11 + COUNTS;
  private static final int LONGEST_LINE = 1000;

  /** As it lies in a queue. */
  Bytes stored() {
    JsonBuffer out = new JsonBuffer(LONGEST_LINE);
    out.ascii(MAGIC).put(' ').ascii(layout.word()).put(' ').whole(isPacked ? 1 : 0);
    out.put(' ').whole(headBytes).put(' ').ascii(start.toString());
    out.put(' ').whole(boot).put(' ').whole(tellsLedger ? 1 : 0);
    for (long count : ledger.counts()) {
      out.put(' ').whole(count);
    }
    out.put(' ').whole(clock.timeUs()).put(' ').whole(clock.monotonicUs());
    out.put(' ').ascii(clock.origin().name()).put(' ').whole(clock.errorUs()).put('\n');
    return out.bytes().then(text);
  }

  /**
   * What lies in a queue.
   *
   * @throws MalformedMessageException if it is nothing of this format
   */
  static StoredJson read(Bytes stored) throws MalformedMessageException {
    int end = 0;
    while (end < Math.min(stored.length(), LONGEST_LINE) && stored.at(end) != '\n') {
      end++;
    }
    StringBuilder line = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      line.append((char) stored.at(i));
    }
    String[] words = line.toString().split(" ", -1);
    if (end == stored.length() || words.length != WORDS || !words[0].equals(MAGIC)) {
      throw new MalformedMessageException("stored JSON: bytes=" + stored.length()
          + "; want a line that begins with " + MAGIC + " before the text");
    }
    try {
      long[] counts = new long[COUNTS];
      for (int i = 0; i < COUNTS; i++) {
        counts[i] = Long.parseLong(words[COUNTS_AT + i]);
      }
      int clock = COUNTS_AT + COUNTS;
      return new StoredJson(
          Layout.of(words[1]),
          words[2].equals("1"),
          Integer.parseInt(words[3]),
          Bytes.ofHex(words[4]),
          Long.parseLong(words[5]),
          words[6].equals("1"),
          LedgerCounts.of(counts),
          new ClockReading(
              Long.parseLong(words[clock]),
              Long.parseLong(words[clock + 1]),
              TimeOrigin.valueOf(words[clock + 2]),
              Long.parseLong(words[clock + 3])),
          stored.from(end + 1));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("stored JSON: " + e.getMessage());
    }
  }

  /** How many bodies of its stream were lost before it. */
  long lost() {
    return ledger.batchesEvicted() + ledger.batchesRejected();
  }

  /** The same with other counts. */
  StoredJson with(long newBoot, LedgerCounts newLedger) {
    return new StoredJson(
        layout, isPacked, headBytes, start, newBoot, tellsLedger, newLedger, clock, text);
  }

  /** The message. */
  Bytes message(Seal seal) throws MalformedMessageException {
    Bytes front = front(seal);
    return isPacked ? Gzip.file(front, text) : front.then(text);
  }

  /** The same as several messages of at most so many bytes; none if an object of its list alone has more. */
  List<Bytes> parts(Seal seal, long mostBytes) throws MalformedMessageException {
    Bytes whole = isPacked ? Gzip.inflated(text) : text;
    List<Bytes> objects = objects(whole);
    byte[] head = Arrays.copyOf(whole.toArray(), headBytes);
    long least = Math.max(2, message(seal).length() / Math.max(1, mostBytes) + 1);
    for (long parts = least; parts <= objects.size(); parts = next(parts, objects.size())) {
      List<Bytes> made = divided(head, objects, seal, (int) parts, mostBytes);
      if (!made.isEmpty()) {
        return made;
      }
    }
    return List.of();
  }

  static long next(long parts, int most) {
    return parts == most ? most + 1L : Math.min(most, parts + Math.max(1, parts / 4));
  }

  private List<Bytes> divided(
      byte[] head, List<Bytes> objects, Seal seal, int parts, long mostBytes)
      throws MalformedMessageException {
    List<Bytes> made = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) i * objects.size() / parts);
      int to = (int) ((long) (i + 1) * objects.size() / parts);
      JsonBuffer out = new JsonBuffer();
      head(head, objects.subList(from, to), out);
      for (int j = from; j < to; j++) {
        if (j > from) {
          out.put(',');
        }
        // the first of a list is begun by what is told of the stream
        out.ascii(layout.isList() && j == from ? "" : "{").bytes(objects.get(j));
      }
      Bytes rest = out.ascii(layout.closing()).bytes();
      Bytes front = front(seal.ofPart(i + 1, parts));
      Bytes message = isPacked ? Gzip.file(front, Gzip.deflated(rest)) : front.then(rest);
      if (message.length() > mostBytes) {
        return List.of();
      }
      made.add(message);
    }
    return made;
  }

  /** What stands before some objects, with the units of these alone. */
  private static void head(byte[] head, List<Bytes> objects, JsonBuffer out) {
    // no text has this in it, where each quote is behind a backslash
    int at = new String(head, StandardCharsets.ISO_8859_1).indexOf(UNITS);
    if (at < 0) {
      out.bytes(head, 0, head.length);
      return;
    }
    PartUnits units = new PartUnits();
    for (Bytes object : objects) {
      units.name(object.toArray(), 0, object.length());
    }
    int from = at + UNITS.length();
    int to = head.length - GROUPS.length();
    out.bytes(head, 0, from);
    units.put(head, from, to, out);
    out.bytes(head, to, head.length - to);
  }

  /** The objects of the list, each without its first brace. */
  private List<Bytes> objects(Bytes whole) {
    List<Bytes> found = new ArrayList<>();
    byte[] json = whole.toArray();
    int depth = layout.isList() ? 1 : 0;
    int start = headBytes;
    boolean isInText = false;
    for (int i = headBytes; i < json.length; i++) {
      byte one = json[i];
      if (isInText) {
        if (one == '\\') {
          i++;
        } else if (one == '"') {
          isInText = false;
        }
      } else if (one == '"') {
        isInText = true;
      } else if (one == '{' || one == '[') {
        if (depth++ == 0) {
          start = i + 1;
        }
      } else if (one == '}' || one == ']') {
        if (depth == 0) {
          break;
        }
        if (--depth == 0) {
          found.add(Bytes.owning(Arrays.copyOfRange(json, start, i + 1)));
        }
      }
    }
    return found;
  }

  private Bytes front(Seal seal) {
    JsonBuffer out = new JsonBuffer();
    out.ascii(layout.opening());
    if (layout == Layout.THINGSBOARD) {
      // which takes all names for telemetry
      return out.bytes();
    }
    if (!seal.stream().isNone()) {
      out.name("stream").text(seal.stream().toString()).put(',');
    }
    out.name("seq").whole(seal.sequence()).put(',').name("boot").whole(boot).put(',');
    if (seal.isLate()) {
      out.name("late").flag(true).put(',');
    }
    if (seal.parts() > 0) {
      out.name("part")
          .whole(seal.part())
          .put(',')
          .name("parts")
          .whole(seal.parts())
          .put(',');
    }
    if (layout == Layout.EVENT) {
      out.name("events_evicted").whole(ledger.batchesEvicted()).put(',');
      out.name("events_rejected").whole(ledger.batchesRejected()).put(',');
    } else if (layout == Layout.ROWS) {
      if (lost() > 0) {
        out.name("lost").whole(lost()).put(',');
      }
    } else if (tellsLedger) {
      long[] counts = ledger.counts();
      out.name("ledger").put('{');
      for (int i = 0; i < COUNTS; i++) {
        out.ascii(i == 0 ? "" : ",").name(LedgerCounts.NAMES.get(i)).whole(counts[i]);
      }
      out.ascii("},");
    }
    if (!layout.isList()) {
      out.name("clock").put('{').name("time").whole(clock.timeUs());
      out.put(',').name("monotonic").whole(clock.monotonicUs());
      out.put(',').name("origin").text(clock.origin().name().toLowerCase(Locale.ROOT));
      if (clock.errorUs() > 0) {
        out.put(',').name("error").whole(clock.errorUs());
      }
      out.ascii("},");
    }
    return out.bytes();
  }
}
