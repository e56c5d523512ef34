package dev.caravan.agent.encode.columns;

import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadEvent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Samples as the readings that a reader to copy gives. */
final class CopiedReadings implements Receiver.Listener {
  final List<String> lines = new ArrayList<>();

  @Override
  public void sample(StreamKey stream, long sequence, BatchSample sample) {
    add(stream, stream.route(), "seq=" + sequence, sample);
  }

  @Override
  public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
    samples.forEach(sample -> add(stream, event.route(), "event=" + event.id(), sample));
  }

  private void add(StreamKey stream, String route, String message, BatchSample sample) {
    boolean hasValue = sample.quality().hasValue();
    List<String> told = new ArrayList<>(List.of(
        "fleet=" + stream.device().fleet(),
        "device=" + stream.device().device(),
        "route=" + route,
        "stream=" + stream.stream(),
        message,
        "t=" + sample.timeUs(),
        "signal=" + sample.signal().path(),
        "value=" + (hasValue ? value(sample) : "null"),
        "unit=" + sample.signal().unit(),
        "quality=" + sample.quality().name().toLowerCase(Locale.ROOT)));
    String label = sample.signal().labels().get(sample.rawBits());
    if (hasValue && label != null) {
      told.add("label=" + label);
    }
    Collections.sort(told);
    lines.add(told.toString());
  }

  private static String value(BatchSample sample) {
    Kind kind = sample.signal().kind();
    double value = sample.signal().scale().physical(sample.rawBits());
    return switch (kind) {
      case TEXT -> sample.text();
      case BYTES -> sample.bytes().toString();
      case BOOLEAN -> String.valueOf(sample.rawBits() != 0);
      default -> {
        if (sample.signal().scale().isBeyondDouble(sample.rawBits())) {
          yield new BigInteger(sample.signal().scale().exact(sample.rawBits())).toString();
        }
        yield Double.isFinite(value) ? told(value) : Double.toString(value);
      }
    };
  }

  /** A value of JSON in one form: what is no whole number by its bits. */
  static String told(@Nullable Object value) {
    if (value instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < 0x1p53
          ? Long.toString(number.longValue())
          : HexFormat.of().toHexDigits(Double.doubleToLongBits(number));
    }
    return String.valueOf(value);
  }
}
