package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.PerSignal;
import dev.caravan.agent.signal.Labels;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What is the same in every sample of a signal, made once for each. One thread. */
final class SignalTexts {
  private static final Map<Quality, byte[]> QUALITIES = new EnumMap<>(Quality.class);

  static {
    for (Quality quality : Quality.values()) {
      QUALITIES.put(
          quality,
          ("\"" + quality.name().toLowerCase(Locale.ROOT) + "\"")
              .getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Of one signal. */
  static final class Texts {
    final byte[] path;
    final byte[] unit;
    final boolean hasUnit;
    final Labels labels;

    /** Whether its values are whole numbers, always. */
    final boolean isWhole;

    // the object in which it came last
    private long seenIn;

    private Texts(SignalSpec signal) {
      path = JsonText.quoted(signal.path());
      unit = JsonText.quoted(signal.unit());
      hasUnit = !signal.unit().isEmpty();
      labels = new Labels(signal.kind().isInteger() ? signal.labels() : Map.of(), JsonText::quoted);
      isWhole = signal.scale().isWhole();
    }

    /** Whether it comes the first time in an object of that number, which rise from 1. */
    boolean isFirstIn(long object) {
      boolean isFirst = seenIn != object;
      seenIn = object;
      return isFirst;
    }
  }

  private final PerSignal<Texts> texts = new PerSignal<>(signal -> new Texts(signal.spec()));

  Texts of(Signal signal) {
    return texts.of(signal);
  }

  /** A quality in a word, {@code "not_available"}. */
  static byte[] quality(Quality quality) {
    return Objects.requireNonNull(QUALITIES.get(quality), "every quality has its text");
  }
}
