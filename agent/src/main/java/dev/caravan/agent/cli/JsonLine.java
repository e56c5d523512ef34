package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.signal.Scale;
import java.io.IOException;
import java.util.List;

/**
 * Writes JSON objects, one a line (RFC 8259). Names and values come in the order of the calls; a name before every
 * value. One thread uses it.
 */
final class JsonLine {
  private final LineOutput out;

  // in the object at hand; one that was begun with bytes made before has something in it
  private boolean isFirst;

  JsonLine(LineOutput out) {
    this.out = out;
  }

  /** Texts that are part of a line, made before it. */
  interface Part {
    void to(JsonLine line) throws IOException;
  }

  /** What is the same in many lines, as bytes for {@link LineOutput#bytes}. A name in it comes behind a comma. */
  static byte[] made(Part part) {
    return LineOutput.made(out -> part.to(new JsonLine(out)));
  }

  /** The name of the first value of an object that has been begun with bytes made before, without a comma. */
  JsonLine first(String name) throws IOException {
    isFirst = true;
    return name(name);
  }

  /** A value's beginning, as it is. */
  JsonLine part(String ascii) throws IOException {
    out.ascii(ascii);
    return this;
  }

  /** Begins an object: the line's own, or one that is a value. */
  JsonLine open() throws IOException {
    out.put('{');
    isFirst = true;
    return this;
  }

  /** Ends an object. */
  JsonLine close() throws IOException {
    out.put('}');
    isFirst = false;
    return this;
  }

  /** Ends the line. */
  void end() throws IOException {
    out.put('\n');
  }

  /** The name of the value that comes next. */
  JsonLine name(String name) throws IOException {
    if (!isFirst) {
      out.put(',');
    }
    isFirst = false;
    quoted(name);
    out.put(':');
    return this;
  }

  /** A text. */
  JsonLine text(String value) throws IOException {
    quoted(value);
    return this;
  }

  /** A list of texts. */
  JsonLine texts(List<String> values) throws IOException {
    out.put('[');
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      quoted(values.get(i));
    }
    out.put(']');
    return this;
  }

  private void quoted(String text) throws IOException {
    if (JsonText.isPlain(text)) {
      out.put('"').ascii(text).put('"');
    } else {
      out.bytes(JsonText.quoted(text));
    }
  }

  /** A whole number. */
  JsonLine whole(long value) throws IOException {
    out.whole(value);
    return this;
  }

  /** A whole number of 64 bits without a sign. */
  JsonLine unsigned(long value) throws IOException {
    out.unsigned(value);
    return this;
  }

  /** A number that reads back to the same bits, whole ones without a point; NaN and infinities are texts. */
  JsonLine number(double value) throws IOException {
    if (Double.isFinite(value)) {
      out.number(value);
    } else {
      out.put('"').number(value).put('"');
    }
    return this;
  }

  /** A signal's value, all digits of a whole one; NaN and infinities are texts. */
  JsonLine value(Scale scale, long rawBits) throws IOException {
    if (scale.isBeyondDouble(rawBits)) {
      out.exact(scale, rawBits);
      return this;
    }
    return number(scale.physical(rawBits));
  }

  /** Nanoseconds as seconds with six decimals. */
  JsonLine seconds(long ns) throws IOException {
    out.seconds(ns);
    return this;
  }

  /** True or false. */
  JsonLine flag(boolean value) throws IOException {
    out.ascii(value ? "true" : "false");
    return this;
  }

  /** Null. */
  JsonLine none() throws IOException {
    out.ascii("null");
    return this;
  }

  /** A number as text in hex, {@code "0x166"}, with so many digits. */
  JsonLine hex(int value, int digits) throws IOException {
    out.ascii("\"0x").hex(value, digits).put('"');
    return this;
  }
}
