package dev.caravan.agent.encode.json;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Quality;

/**
 * Writes samples into a text, each object of a list behind the one before, with a comma at its end. One thread.
 *
 * <p>A value is a number, a truth, a text, bytes in hex, or null where the quality says that there is none.
 */
final class Samples {
  private final JsonBuffer out;
  private final boolean largeAreTexts;
  private final SignalTexts texts = new SignalTexts();
  private final JsonBuffer aside = new JsonBuffer();
  private long objects;

  /** They come behind what that has. */
  Samples(JsonBuffer out, boolean largeAreTexts) {
    this.out = out;
    this.largeAreTexts = largeAreTexts;
  }

  SignalTexts.Texts texts(Signal signal) {
    return texts.of(signal);
  }

  /** One object. */
  void row(Sample sample, long timeUs) {
    Signal signal = sample.signal();
    SignalTexts.Texts own = texts.of(signal);
    Quality quality = sample.quality();
    out.ascii("{\"time\":").whole(timeUs).ascii(",\"signal\":").bytes(own.path);
    out.ascii(",\"value\":").value(sample, largeAreTexts);
    if (own.hasUnit) {
      out.ascii(",\"unit\":").bytes(own.unit);
    }
    byte[] label = quality.hasValue() ? own.labels.of(sample.rawBits()) : null;
    if (label != null) {
      out.ascii(",\"label\":").bytes(label);
    }
    if (quality != Quality.OK) {
      out.ascii(",\"quality\":").bytes(SignalTexts.quality(quality));
    }
    out.ascii("},");
  }

  /** An object; or several if a signal comes more than once, which an object cannot have. */
  void group(SampleGroup group, long timeUs) {
    int from = 0;
    while (from < group.size()) {
      out.ascii("{\"time\":")
          .whole(timeUs)
          .ascii(",\"group\":")
          .text(group.group().name());
      out.ascii(",\"values\":{");
      int to = values(group, from);
      aside.cut(0);
      for (int i = from; i < to; i++) {
        byte[] label = group.quality(i).hasValue()
            ? texts.of(group.signal(i)).labels.of(group.rawBits(i))
            : null;
        if (label != null) {
          aside(group.signal(i), label);
        }
      }
      addAside("labels");
      for (int i = from; i < to && !group.isAllOk(); i++) {
        if (group.quality(i) != Quality.OK) {
          aside(group.signal(i), SignalTexts.quality(group.quality(i)));
        }
      }
      addAside("quality");
      out.ascii("},");
      from = to;
    }
  }

  /** Up to the first signal that comes again; the index behind the last. */
  private int values(SampleGroup group, int from) {
    objects++;
    int i = from;
    for (; i < group.size(); i++) {
      SignalTexts.Texts own = texts.of(group.signal(i));
      if (!own.isFirstIn(objects)) {
        break;
      }
      out.ascii(i == from ? "" : ",").bytes(own.path).put(':');
      out.value(group.sample(i), largeAreTexts);
    }
    out.put('}');
    return i;
  }

  private void aside(Signal signal, byte[] text) {
    aside
        .ascii(aside.size() == 0 ? "" : ",")
        .bytes(texts.of(signal).path)
        .put(':')
        .bytes(text);
  }

  private void addAside(String name) {
    if (aside.size() > 0) {
      out.put(',').name(name).put('{').bytes(aside, 0).put('}');
      aside.cut(0);
    }
  }

  /**
   * An object {@code {ts, values}}; more if a signal comes again. What has no value there is left out: NaN and infinities, and what the
   * quality says. A signal of whole numbers never has a point, any other number always.
   */
  void telemetry(SampleGroup group, long timeUs) {
    int from = 0;
    while (from < group.size()) {
      int start = out.size();
      out.ascii("{\"ts\":").whole(Math.floorDiv(timeUs, 1_000L)).ascii(",\"values\":{");
      int empty = out.size();
      objects++;
      int i = from;
      for (; i < group.size() && texts.of(group.signal(i)).isFirstIn(objects); i++) {
        telemetry(group.sample(i), out.size() == empty);
      }
      if (out.size() == empty) {
        out.cut(start);
      } else {
        out.ascii("}},");
      }
      from = i;
    }
  }

  private void telemetry(Sample sample, boolean isFirst) {
    Signal signal = sample.signal();
    SignalTexts.Texts own = texts.of(signal);
    boolean isFraction = signal.kind().isNumber() && !own.isWhole;
    if (!sample.quality().hasValue() || (isFraction && !Double.isFinite(sample.value()))) {
      return;
    }
    out.ascii(isFirst ? "" : ",").bytes(own.path).put(':');
    if (isFraction) {
      out.fraction(sample.value());
    } else {
      out.value(sample, largeAreTexts);
    }
  }
}
