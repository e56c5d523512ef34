package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
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
    SignalSpec signal, long timeUs, Quality quality, long rawBits, String text, Bytes bytes)
    implements SampleView {

  /** The physical value, as near as a double comes to it; NaN where there is none, or it is no number. */
  public double value() {
    return quality.hasValue() && signal.kind().isNumber()
        ? signal.scale().physical(rawBits)
        : Double.NaN;
  }

  /** The label of the raw value, if it has one. */
  public Optional<String> label() {
    return signal.kind().isInteger()
        ? Optional.ofNullable(signal.labels().get(rawBits))
        : Optional.empty();
  }
}
