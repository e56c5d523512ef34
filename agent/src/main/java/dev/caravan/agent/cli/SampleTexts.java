package dev.caravan.agent.cli;

import dev.caravan.agent.signal.Labels;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.signal.SignalSpec;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is the same in every line of a signal, made once for each in one form. One thread. */
final class SampleTexts {
  /** How the texts look. */
  interface Form {
    /** What stands before the value. */
    byte[] path(String path);

    /** What stands behind the value where there is no label. */
    byte[] unit(String unit);

    byte[] label(String label);

    byte[] quality(Quality quality);
  }

  /** Those of a signal. */
  static final class Texts {
    final Scale scale;
    final byte[] path;
    final byte[] unit;
    private final Labels labels;

    private Texts(SignalSpec signal, Form form) {
      scale = signal.scale();
      path = form.path(signal.path());
      unit = form.unit(signal.unit());
      labels = new Labels(signal.kind().isInteger() ? signal.labels() : Map.of(), form::label);
    }

    private long sizeBytes() {
      return OBJECTS_BYTES + path.length + unit.length + labels.sizeBytes();
    }

    /** The label of a raw value; null if it has none. */
    byte @Nullable [] label(long rawBits) {
      return labels.of(rawBits);
    }
  }

  /** Schemas come again and again, and from anyone. */
  private static final int SHARE_OF_MEMORY = 16;

  private static final int OBJECTS_BYTES = 300;

  private final Form form;
  private final Map<Quality, byte[]> qualities = new EnumMap<>(Quality.class);

  /** By the signals of the schemas that came. */
  private final IdentityHashMap<SignalSpec, Texts> texts = new IdentityHashMap<>();

  private long sizeBytes;

  SampleTexts(Form form) {
    this.form = form;
    for (Quality quality : Quality.values()) {
      qualities.put(quality, form.quality(quality));
    }
  }

  Texts of(SignalSpec signal) {
    Texts found = texts.get(signal);
    if (found == null) {
      found = new Texts(signal, form);
      if (sizeBytes > Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY) {
        texts.clear();
        sizeBytes = 0;
      }
      sizeBytes += found.sizeBytes();
      texts.put(signal, found);
    }
    return found;
  }

  byte[] quality(Quality quality) {
    return Objects.requireNonNull(qualities.get(quality), "every quality has its text");
  }

  /** A quality in a word, {@code not_available}. */
  static String word(Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT);
  }
}
