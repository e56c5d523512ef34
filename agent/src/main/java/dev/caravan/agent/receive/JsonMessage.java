package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.StreamId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a message of JSON says that proves what is missing, whatever else is in it: of the first object that has {@code stream}
 * and {@code seq} as names, these and what stands beside them.
 *
 * @param boot starts of the agent with this stream; 0 if it does not say
 * @param part from 1; 0 of a whole one
 * @param parts 0 of a whole one
 * @param samples values under {@code values} and {@code signal}
 * @param ledger if it tells one
 * @param lost how many messages of the stream were lost on the device before it, if it says so
 * @param route of an event, if it says so
 */
public record JsonMessage(
    StreamId stream,
    long sequence,
    long boot,
    boolean isLate,
    int part,
    int parts,
    int samples,
    Optional<LedgerCounts> ledger,
    OptionalLong lost,
    Optional<String> route,
    Digest digest) {
  /** The largest that is unpacked. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int DEEPEST = 64;

  /**
   * Stands for what was measured, however it was divided.
   *
   * @param factor by which what came before it is multiplied
   */
  record Digest(long sum, long factor) {
    static final Digest NONE = new Digest(0, 1);

    Digest then(Digest next) {
      return new Digest(sum * next.factor + next.sum, factor * next.factor);
    }
  }

  /** Whether a message is none of protobuf: JSON, or packed by gzip (RFC 1952). */
  static boolean isOne(Bytes message) {
    int first = message.length() == 0 ? 0 : message.at(0);
    return first == '{'
        || first == '['
        || (first == 0x1F && message.length() > 1 && message.at(1) == 0x8B);
  }

  /**
   * Reads one; nothing if it does not say what it is a part of.
   *
   * @throws MalformedMessageException if it is no JSON
   */
  static Optional<JsonMessage> read(Bytes message) throws MalformedMessageException {
    Bytes text = message.at(0) == 0x1F ? unpacked(message) : message;
    return new Reading(text.toArray()).all();
  }

  private static Bytes unpacked(Bytes message) throws MalformedMessageException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(message.toArray()))) {
      byte[] text = in.readNBytes(MOST_BYTES + 1);
      if (text.length > MOST_BYTES) {
        throw new MalformedMessageException("gzip: unpacked more than " + MOST_BYTES + " bytes");
      }
      return Bytes.owning(text);
    } catch (IOException e) {
      throw new MalformedMessageException("gzip: " + e.getMessage());
    }
  }

  /** What one object says. */
  private static final class Front {
    @Nullable
    StreamId stream;

    long sequence = -1;
    long boot;
    boolean isLate;
    long part;
    long parts;
    OptionalLong lost = OptionalLong.empty();

    @Nullable
    LedgerCounts ledger;

    @Nullable
    String route;

    private boolean isWhole() {
      return stream != null && sequence >= 0;
    }

    private void lost(long count) {
      lost = OptionalLong.of(SequenceAudit.sum(lost.orElse(0), count));
    }

    /** What stands behind a name, as its text of JSON. */
    void takes(String name, String text) throws MalformedMessageException {
      switch (name) {
        case "stream" -> stream = text.startsWith("\"") ? stream(text) : null;
        case "route" -> route = text.startsWith("\"") ? unquoted(text) : null;
        case "late" -> isLate = text.equals("true");
        case "seq" -> sequence = whole(text);
        case "boot" -> boot = Math.max(0, whole(text));
        case "part" -> part = whole(text);
        case "parts" -> parts = whole(text);
        case "lost", "events_evicted", "events_rejected" -> lost(Math.max(0, whole(text)));
        default -> {
          // of what was measured
        }
      }
    }

    private static @Nullable StreamId stream(String text) {
      return text.matches("\"[0-9a-f]{16}\"")
          ? new StreamId(Bytes.ofHex(text.substring(1, text.length() - 1)))
          : null;
    }

    /** -1 for what is none. */
    private static long whole(String text) {
      return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
  }

  private static String unquoted(String text) throws MalformedMessageException {
    try {
      return JsonText.unquoted(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("json: " + e.getMessage());
    }
  }

  /** Where a value stands, which says what it means. */
  private enum Within {
    /** An object that may say what the message is. */
    MESSAGE,
    /** Values by the names of their signals. */
    VALUES,
    /** What else is told of what was measured. */
    MEASURED,
    /** Counts by their names. */
    LEDGER,
    /** What is the same in each part. */
    ASIDE
  }

  private static final class Reading {
    private final byte[] text;
    private int at;
    private int samples;
    private Digest digest = Digest.NONE;
    private @Nullable Front found;
    private long[] counts = {};

    Reading(byte[] text) {
      this.text = text;
    }

    Optional<JsonMessage> all() throws MalformedMessageException {
      while (skipBlanks()) {
        value(Within.MESSAGE, "", null, 0);
      }
      Front front = found;
      if (front == null || front.stream == null) {
        return Optional.empty();
      }
      boolean isDivided = front.parts > 1;
      if (front.parts > Integer.MAX_VALUE
          || (isDivided && (front.part < 1 || front.part > front.parts))) {
        throw new MalformedMessageException("json: part=" + front.part + ", parts=" + front.parts);
      }
      return Optional.of(new JsonMessage(
          front.stream,
          front.sequence,
          front.boot,
          front.isLate,
          isDivided ? (int) front.part : 0,
          isDivided ? (int) front.parts : 0,
          samples,
          Optional.ofNullable(front.ledger),
          front.lost,
          Optional.ofNullable(front.route),
          digest));
    }

    private MalformedMessageException wrong() {
      return new MalformedMessageException("json: byte=" + at + "; not what JSON has there");
    }

    /** Whether anything is left. */
    private boolean skipBlanks() {
      while (at < text.length
          && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) {
        at++;
      }
      return at < text.length;
    }

    private boolean takes(char wanted) throws MalformedMessageException {
      if (!skipBlanks()) {
        throw wrong();
      }
      boolean isNext = text[at] == wanted;
      at += isNext ? 1 : 0;
      return isNext;
    }

    private void expect(char wanted) throws MalformedMessageException {
      if (!takes(wanted)) {
        throw wrong();
      }
    }

    private void value(Within within, String name, @Nullable Front beside, int depth)
        throws MalformedMessageException {
      if (depth > DEEPEST) {
        throw wrong();
      }
      if (takes('{')) {
        object(within, depth);
      } else if (takes('[')) {
        if (!takes(']')) {
          do {
            value(within, "", null, depth + 1);
          } while (takes(','));
          expect(']');
        }
      } else {
        int from = at;
        boolean isText = text[at] == '"';
        skipLeaf();
        leaf(within, name, beside, from, isText);
      }
    }

    private void leaf(Within within, String name, @Nullable Front beside, int from, boolean isText)
        throws MalformedMessageException {
      if (within == Within.LEDGER) {
        int index = LedgerCounts.NAMES.indexOf(name);
        if (index >= 0 && !isText) {
          counts[index] = Math.max(0, Front.whole(ascii(from)));
        }
      } else if (within == Within.VALUES || within == Within.MEASURED) {
        digest(name, from);
      } else if (within == Within.MESSAGE) {
        if (name.equals("signal") && isText) {
          samples++;
        }
        if (MEASURED.contains(name)) {
          digest(name, from);
        } else if (beside != null && at - from <= LONGEST) {
          beside.takes(name, ascii(from));
        }
      }
    }

    private String ascii(int from) {
      return new String(text, from, at - from, StandardCharsets.UTF_8);
    }

    private void digest(String name, int from) {
      long hash = name.hashCode();
      for (int i = from; i < at; i++) {
        hash = hash * 31 + text[i];
      }
      digest = digest.then(new Digest(hash, 31));
    }

    private void object(Within within, int depth) throws MalformedMessageException {
      Front front = within == Within.MESSAGE && found == null ? new Front() : null;
      if (takes('}')) {
        return;
      }
      do {
        skipBlanks();
        int from = at;
        if (at == text.length || text[at] != '"') {
          throw wrong();
        }
        skipLeaf();
        String name = unquoted(ascii(from));
        expect(':');
        Within inside = within == Within.MESSAGE ? within(name) : within;
        if (inside == Within.LEDGER && within == Within.MESSAGE) {
          counts = new long[LedgerCounts.NAMES.size()];
        }
        int before = at;
        value(inside, name, front, depth + 1);
        if (within == Within.VALUES) {
          samples++;
        }
        if (inside == Within.LEDGER && within == Within.MESSAGE && front != null && at > before) {
          front.ledger = LedgerCounts.of(counts);
        }
      } while (takes(','));
      expect('}');
      if (front != null && found == null && front.isWhole()) {
        found = front;
      }
    }

    private static Within within(String name) {
      return switch (name) {
        case "values" -> Within.VALUES;
        case "labels", "quality", "qualities" -> Within.MEASURED;
        case "ledger" -> Within.LEDGER;
        case "clock", "units" -> Within.ASIDE;
        default -> Within.MESSAGE;
      };
    }

    /** Over a text, a number or a word. */
    private void skipLeaf() throws MalformedMessageException {
      int from = at;
      if (text[at] == '"') {
        at++;
        while (at < text.length && text[at] != '"') {
          at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= text.length) {
          at = from;
          throw wrong();
        }
        at++;
        return;
      }
      while (at < text.length && ",]} \n\t\r{[:\"".indexOf(text[at]) < 0) {
        at++;
      }
      String word = at - from > LONGEST ? "" : ascii(from);
      if (!isNumber(word)
          && !word.equals("true")
          && !word.equals("false")
          && !word.equals("null")) {
        at = from;
        throw wrong();
      }
    }

    private static boolean isNumber(String word) {
      for (int i = 0; i < word.length(); i++) {
        if ("+-.eE0123456789".indexOf(word.charAt(i)) < 0) {
          return false;
        }
      }
      return !word.isEmpty() && Character.isDigit(word.charAt(word.length() - 1));
    }
  }

  /** The longest number, and name, that is looked at. */
  private static final int LONGEST = 400;

  /** Beside the sample that they are of. */
  private static final Set<String> MEASURED =
      Set.of("time", "signal", "value", "label", "quality", "group");
}
