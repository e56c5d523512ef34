package dev.caravan.agent.encode.telemetry;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalSpec;
import java.util.Optional;

/**
 * One sample as read from a batch.
 *
 * @param signal what was measured
 * @param timeUs microseconds since 1970 UTC
 * @param quality how far it may be believed
 * @param rawBits the 64 bits of a raw whole number, or of a raw double; 0 for text and bytes
 * @param text of a text signal; else empty
 * @param bytes of a bytes signal; else empty
 */
public record BatchSample(
    SignalSpec signal, long timeUs, Quality quality, long rawBits, String text, Bytes bytes) {

  /** The raw number of a floating-point signal. */
  public double rawFloating() {
    return Double.longBitsToDouble(rawBits);
  }

  /** Physical value: raw * factor + offset, in double, in that order; NaN for text and bytes. */
  public double physical() {
    if (!signal.kind().isNumber()) {
      return Double.NaN;
    }
    double raw = signal.kind() == Kind.UNSIGNED
        ? Signal.unsignedToDouble(rawBits)
        : signal.kind().isInteger() ? (double) rawBits : rawFloating();
    return raw * signal.factor() + signal.offset();
  }

  /** Whether the physical value is the raw whole number itself, exact to 64 bits. */
  public boolean isWhole() {
    return signal.kind().isInteger() && signal.factor() == 1 && signal.offset() == 0;
  }

  /** The label of the raw value, if it has one. */
  public Optional<String> label() {
    return signal.kind().isInteger()
        ? Optional.ofNullable(signal.labels().get(rawBits))
        : Optional.empty();
  }
}
