package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.Optional;
import java.util.OptionalLong;

/** A raw value, {@code 0xFFFF}, or a range of them, {@code 0xFE00..0xFEFF}, as a table of qualities has it. */
final class QualityRange {
  private static final String WANTED =
      "want a raw value or a range of them, as in 255, -1, 0xFE00..0xFEFF, NaN";

  private final Node node;
  private final String first;
  private final String last;
  private final Quality quality;

  // what it was tried on
  private boolean fits;
  private String misfit = "";

  private QualityRange(Node node, String first, String last, Quality quality) {
    this.node = node;
    this.first = first;
    this.last = last;
    this.quality = quality;
  }

  /** One item; a fault, and nothing, if it is none. */
  static Optional<QualityRange> read(Node node, Quality quality) {
    String text = node.text();
    int dots = text.indexOf("..");
    String first = (dots < 0 ? text : text.substring(0, dots)).strip();
    String last = (dots < 0 ? text : text.substring(dots + 2)).strip();
    if (!isRaw(first) || !isRaw(last) || (dots >= 0 && (isNan(first) || isNan(last)))) {
      node.fault(WANTED + ", got '" + text + "'");
      return Optional.empty();
    }
    return Optional.of(new QualityRange(node, first, last, quality));
  }

  private static boolean isRaw(String text) {
    return isNan(text)
        || isInfinite(text)
        || Statement.isNumber(text)
        || Statement.whole(text).isPresent();
  }

  private static boolean isNan(String text) {
    return text.equalsIgnoreCase("NaN") || text.equalsIgnoreCase(".nan");
  }

  private static boolean isInfinite(String text) {
    return text.matches("-?(Infinity|\\.inf)");
  }

  Node node() {
    return node;
  }

  /** What it means for a signal; nothing if the signal cannot have such values. */
  Optional<RawQuality> of(String path, DbcSignal signal) {
    OptionalLong from = bits(first, signal);
    OptionalLong to = bits(last, signal);
    if (from.isEmpty() || to.isEmpty()) {
      String what =
          signal.kind().isInteger() ? signal.lengthBits() + " bits" : "a floating-point number";
      misfit = path + " has " + what;
      return Optional.empty();
    }
    if (SignalQualities.key(signal.kind(), from.getAsLong())
        > SignalQualities.key(signal.kind(), to.getAsLong())) {
      misfit = "for " + path + " it runs backwards";
      return Optional.empty();
    }
    fits = true;
    return Optional.of(new RawQuality(from.getAsLong(), to.getAsLong(), quality));
  }

  private static OptionalLong bits(String text, DbcSignal signal) {
    if (!signal.kind().isInteger()) {
      double number = number(text);
      // such as -9999.9, which is another double than the float of the wire
      boolean isSingle = signal.lengthBits() == 32;
      return OptionalLong.of(Double.doubleToLongBits(isSingle ? (float) number : number));
    }
    OptionalLong whole = Statement.whole(text);
    int unused = 64 - signal.lengthBits();
    if (whole.isEmpty() || unused <= 0 || unused == 64) {
      return whole;
    }
    long raw = whole.getAsLong();
    // from 2^63 on it only looks negative
    boolean fits = text.startsWith("-") == raw < 0
        && raw >= -1L << (signal.lengthBits() - 1)
        && raw <= -1L >>> unused;
    long onTop = raw << unused;
    return !fits
        ? OptionalLong.empty()
        : OptionalLong.of(signal.kind() == Kind.SIGNED ? onTop >> unused : onTop >>> unused);
  }

  private static double number(String text) {
    if (isNan(text)) {
      return Double.NaN;
    }
    if (isInfinite(text)) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Statement.isNumber(text)
        ? Double.parseDouble(text)
        : Statement.whole(text).orElseThrow();
  }

  /** Tells if it fits none of the signals that it was tried on. */
  void tellMisfit() {
    if (!fits && !misfit.isEmpty()) {
      node.fault(this + " is no raw value there: " + misfit);
    }
  }

  @Override
  public String toString() {
    return first.equals(last) ? first : first + ".." + last;
  }
}
