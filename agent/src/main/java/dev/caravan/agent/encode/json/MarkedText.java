package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.encode.json.LayoutFile.Form;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text of a {@link LayoutFile} as it lies in a queue: with marks, which no text of JSON has in it, where it is divided and where
 * something is told that is known only when it leaves. So the file may change meanwhile.
 *
 * <pre>
 *   FORM 02 HEAD 02 OBJECT 1E OBJECT 1E … OBJECT 02 TAIL
 *
 *   FORM     the first letter of its word; of lines, capital
 *   OBJECT   of signals, behind the name of the signal in quotes and 1F
 *   01 X     what leaving tells: s stream, q sequence, b boot, l late, p part, n parts, x lost
 *   01 u     before and behind the units of a batch, of which a part has its own
 * </pre>
 */
final class MarkedText {
  /** Stands between head, objects and tail. */
  static final char SECTION = 0x02;

  /** Stands between objects. */
  static final char BETWEEN = 0x1E;

  /** Stands behind the signal of which an object is the last value. */
  static final char TOPIC = 0x1F;

  private static final char MARK = 0x01;
  private static final char UNITS = 'u';

  /** A message, and the signal on whose topic it goes; empty for that of all. */
  record Leaving(String signal, Bytes body) {}

  private record Range(int from, int to) {}

  private final StoredJson stored;
  private final byte[] text;
  private final Form form;
  private final Range head;
  private final Range tail;
  private final List<Range> objects = new ArrayList<>();

  /**
   * Of a stored body.
   *
   * @throws MalformedMessageException if it is none of these
   */
  MarkedText(StoredJson stored) throws MalformedMessageException {
    this.stored = stored;
    this.text = (stored.isPacked() ? Gzip.inflated(stored.text()) : stored.text()).toArray();
    this.form = form(text.length == 0 ? 0 : text[0]);
    int headFrom = end(0, SECTION) + 1;
    int headTo = end(headFrom, SECTION);
    int from = headTo + 1;
    int to = end(from, SECTION);
    while (from <= to) {
      int end = Math.min(to, find(from, BETWEEN));
      objects.add(new Range(from, end));
      from = end + 1;
    }
    this.head = new Range(headFrom, headTo);
    this.tail = new Range(to + 1, text.length);
  }

  private int find(int from, char mark) {
    int at = from;
    while (at < text.length && text[at] != mark) {
      at++;
    }
    return at;
  }

  private int end(int from, char mark) throws MalformedMessageException {
    int at = find(from, mark);
    if (at == text.length) {
      throw new MalformedMessageException("stored JSON: no mark behind byte " + from);
    }
    return at;
  }

  static char code(Form form) {
    return form == Form.LINES ? 'L' : form.word().charAt(0);
  }

  private static Form form(int code) throws MalformedMessageException {
    for (Form each : Form.values()) {
      if (code(each) == code) {
        return each;
      }
    }
    throw new MalformedMessageException("stored JSON: form=" + code);
  }

  /** Puts the mark of a word into a text. */
  static void mark(LayoutWord word, JsonBuffer to) {
    to.put(MARK)
        .put(
            switch (word) {
              case STREAM -> 's';
              case SEQ -> 'q';
              case BOOT -> 'b';
              case LATE -> 'l';
              case PART -> 'p';
              case PARTS -> 'n';
              default -> 'x';
            });
  }

  /** Puts the mark into a text that stands before and behind the units of a batch. */
  static void markUnits(JsonBuffer to) {
    to.put(MARK).put(UNITS);
  }

  boolean isLines() {
    return form == Form.LINES;
  }

  /** The messages; of signals, one for each. */
  List<Leaving> messages(Seal seal) throws MalformedMessageException {
    return divided(seal, form == Form.SIGNALS ? objects.size() : 1, Long.MAX_VALUE);
  }

  /** The same as several messages of at most so many bytes; none if an object alone has more. */
  List<Leaving> parts(Seal seal, long mostBytes) throws MalformedMessageException {
    long most = form == Form.SIGNALS ? 0 : objects.size();
    long wholeBytes = messages(seal).get(0).body.length();
    long parts = Math.max(2, wholeBytes / Math.max(1, mostBytes) + 1);
    while (parts <= most) {
      List<Leaving> made = divided(seal, (int) parts, mostBytes);
      if (!made.isEmpty()) {
        return made;
      }
      parts = StoredJson.next(parts, (int) most);
    }
    return List.of();
  }

  private List<Leaving> divided(Seal seal, int parts, long mostBytes)
      throws MalformedMessageException {
    List<Leaving> made = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) i * objects.size() / parts);
      int to = (int) ((long) (i + 1) * objects.size() / parts);
      Leaving part = message(from, to, parts == 1 ? seal : seal.ofPart(i + 1, parts));
      if (part.body.length() > mostBytes) {
        return List.of();
      }
      made.add(part);
    }
    return made;
  }

  private Leaving message(int from, int to, Seal seal) throws MalformedMessageException {
    JsonBuffer out = new JsonBuffer(text.length / Math.max(1, objects.size()) * (to - from));
    String signal = "";
    @Nullable PartUnits units = null;
    if (head.from < head.to && to - from < objects.size()) {
      units = new PartUnits();
      units.name(text, objects.get(from).from, objects.get(to - 1).to);
    }
    out.ascii(form == Form.LIST ? "[" : "");
    put(head, units, seal, out);
    for (int i = from; i < to; i++) {
      Range object = objects.get(i);
      if (i > from) {
        out.put(form == Form.LINES && head.from == head.to ? '\n' : ',');
      }
      if (form == Form.SIGNALS) {
        int topic = Math.min(object.to, find(object.from, TOPIC));
        signal = unquoted(object.from, topic);
        object = new Range(Math.min(object.to, topic + 1), object.to);
      }
      put(object, units, seal, out);
    }
    put(tail, units, seal, out);
    out.ascii(form == Form.LIST ? "]" : form == Form.LINES ? "\n" : "");
    Bytes plain = out.bytes();
    return new Leaving(
        signal, stored.isPacked() ? Gzip.file(Bytes.EMPTY, Gzip.deflated(plain)) : plain);
  }

  private String unquoted(int from, int to) throws MalformedMessageException {
    try {
      return JsonText.unquoted(new String(text, from, to - from, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("stored JSON: " + e.getMessage());
    }
  }

  private void put(Range range, @Nullable PartUnits units, Seal seal, JsonBuffer out)
      throws MalformedMessageException {
    int from = range.from;
    while (from < range.to) {
      int mark = Math.min(range.to, find(from, MARK));
      out.bytes(text, from, mark - from);
      from = mark + 2;
      if (from <= range.to && text[mark + 1] == UNITS) {
        int end = Math.min(range.to, find(from, MARK));
        if (units == null) {
          out.bytes(text, from, end - from);
        } else {
          units.put(text, from, end, out);
        }
        from = end + 2;
      } else if (from <= range.to) {
        tell((char) text[mark + 1], seal, out);
      }
    }
  }

  private void tell(char mark, Seal seal, JsonBuffer out) throws MalformedMessageException {
    switch (mark) {
      case 's' -> {
        if (seal.stream().isNone()) {
          out.ascii("null");
        } else {
          out.text(seal.stream().toString());
        }
      }
      case 'q' -> out.whole(seal.sequence());
      case 'b' -> out.whole(stored.boot());
      case 'l' -> out.flag(seal.isLate());
      case 'p' -> out.whole(Math.max(1, seal.part()));
      case 'n' -> out.whole(Math.max(1, seal.parts()));
      case 'x' -> out.whole(stored.lost());
      default -> throw new MalformedMessageException("stored JSON: mark=" + (int) mark);
    }
  }
}
