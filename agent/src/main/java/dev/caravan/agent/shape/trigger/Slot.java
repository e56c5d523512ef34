package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest good value of a signal that conditions ask for, until one comes that says that there is none. One thread. */
final class Slot {
  private final String path;

  /** The newest sample that was ok. */
  private @Nullable Sample newest;

  // none before the first, and once one came without a value
  private boolean isKnown;
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
    return isKnown && newest != null ? newest.signal() : null;
  }

  /** Takes a sample of the slot's signal, which is ok. */
  void set(Sample sample) {
    Sample before = newest;
    hasChanged = isKnown && before != null && differs(before, sample);
    newest = before == null ? sample.copy() : before.set(sample);
    isKnown = true;
  }

  /** A sample came that says that there is no value. */
  void forget() {
    hasChanged = false;
    isKnown = false;
  }

  private static boolean differs(Sample before, Sample now) {
    return before.rawBits() != now.rawBits()
        || !before.text().equals(now.text())
        || !before.bytes().equals(now.bytes());
  }

  /** The change, if the newest value was one, is over. */
  void settle() {
    hasChanged = false;
  }

  boolean hasChanged() {
    return hasChanged;
  }

  long rawBits() {
    return newest == null ? 0 : newest.rawBits();
  }

  /** The physical value; NaN for what is no number. */
  double value() {
    return newest == null ? Double.NaN : newest.value();
  }

  String text() {
    return newest == null ? "" : newest.text();
  }

  /** The newest good sample, while there is one. */
  Optional<Sample> sample() {
    return isKnown ? Optional.ofNullable(newest) : Optional.empty();
  }

  /** The value as a person reads it. */
  @Override
  public String toString() {
    Sample known = newest;
    return path + " = " + (isKnown && known != null ? shown(known) : "no value");
  }

  private static String shown(Sample known) {
    Signal signal = known.signal();
    return switch (signal.kind()) {
      case TEXT -> "'" + known.text() + "'";
      case BYTES -> known.bytes().toString();
      default -> {
        String label = signal.kind().isInteger()
            ? signal.spec().labels().getOrDefault(known.rawBits(), "")
            : "";
        yield signal.scale().shown(known.rawBits()) + (label.isEmpty() ? "" : " (" + label + ")");
      }
    };
  }
}
