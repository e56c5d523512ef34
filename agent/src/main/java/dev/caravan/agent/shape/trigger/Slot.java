package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import org.jspecify.annotations.Nullable;

/** The newest good value of a signal that conditions ask for, until one comes that says that there is none. One thread. */
final class Slot {
  private final String path;
  private @Nullable Signal signal;

  // of the newest sample that was ok; none before the first, and once one came without a value
  private long timeNs;
  private long rawBits;
  private double value = Double.NaN;
  private String text = "";
  private Bytes bytes = Bytes.EMPTY;
  private boolean hasChanged;

  Slot(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  /** The signal, while it has a good value. */
  @Nullable
  Signal signal() {
    return signal;
  }

  /** Takes a sample of the slot's signal, which is ok. */
  void set(Sample sample) {
    hasChanged = signal != null && differs(sample);
    signal = sample.signal();
    timeNs = sample.timeNs();
    rawBits = sample.rawBits();
    value = sample.value();
    text = sample.text();
    bytes = sample.bytes();
  }

  /** A sample came that says that there is no value. */
  void forget() {
    hasChanged = false;
    signal = null;
  }

  private boolean differs(Sample sample) {
    return switch (sample.signal().kind()) {
      case TEXT -> !text.equals(sample.text());
      case BYTES -> !bytes.equals(sample.bytes());
      default -> rawBits != sample.rawBits();
    };
  }

  /** The change, if the newest value was one, is over. */
  void settle() {
    hasChanged = false;
  }

  boolean hasChanged() {
    return hasChanged;
  }

  long rawBits() {
    return rawBits;
  }

  /** The physical value; NaN for what is no number. */
  double value() {
    return value;
  }

  String text() {
    return text;
  }

  /** The newest good sample; only while there is one. */
  Sample sample(Signal known) {
    Sample sample = new Sample(known);
    return switch (known.kind()) {
      case TEXT -> sample.setText(known, timeNs, Quality.OK, text);
      case BYTES -> sample.setBytes(known, timeNs, Quality.OK, bytes);
      case FLOAT, DOUBLE ->
        sample.setFloating(known, timeNs, Quality.OK, Double.longBitsToDouble(rawBits));
      default -> sample.setInteger(known, timeNs, Quality.OK, rawBits);
    };
  }

  /** The value as a person reads it. */
  @Override
  public String toString() {
    Signal known = signal;
    if (known == null) {
      return path + " = no value";
    }
    String label = known.kind().isInteger() ? known.spec().labels().getOrDefault(rawBits, "") : "";
    String shown = known.kind() == Kind.TEXT
        ? "'" + text + "'"
        : known.kind() == Kind.BYTES ? bytes.toString() : known.scale().shown(rawBits);
    return path + " = " + shown + (label.isEmpty() ? "" : " (" + label + ")");
  }
}
