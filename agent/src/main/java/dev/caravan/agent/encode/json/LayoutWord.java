package dev.caravan.agent.encode.json;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What may stand behind a name in a {@link LayoutFile}. */
enum LayoutWord {
  STREAM(Level.BATCH, Level.GROUP, Level.SAMPLE),
  SEQ(Level.BATCH, Level.GROUP, Level.SAMPLE),
  BOOT(Level.BATCH, Level.GROUP, Level.SAMPLE),
  LATE(Level.BATCH, Level.GROUP, Level.SAMPLE),
  PART(Level.BATCH, Level.GROUP, Level.SAMPLE),
  PARTS(Level.BATCH, Level.GROUP, Level.SAMPLE),
  /** How many messages of the stream were lost on the device so far. */
  LOST(Level.BATCH, Level.GROUP, Level.SAMPLE),
  FLEET(Level.BATCH, Level.GROUP, Level.SAMPLE),
  DEVICE(Level.BATCH, Level.GROUP, Level.SAMPLE),
  ROUTE(Level.BATCH, Level.GROUP, Level.SAMPLE),
  /** The list of its groups. */
  GROUPS(Level.BATCH),
  /** The list of its samples. */
  SAMPLES(Level.BATCH, Level.GROUP),
  TIME(Level.GROUP, Level.SAMPLE),
  /** Its name. */
  GROUP(Level.GROUP, Level.SAMPLE),
  /** An object, by signals. */
  VALUES(Level.GROUP),
  /** An object, by signals. */
  LABELS(Level.GROUP),
  /** An object, by signals. */
  QUALITIES(Level.GROUP),
  /** An object, by signals. */
  UNITS(Level.BATCH, Level.GROUP),
  SIGNAL(Level.SAMPLE),
  VALUE(Level.SAMPLE),
  UNIT(Level.SAMPLE),
  LABEL(Level.SAMPLE),
  QUALITY(Level.SAMPLE);

  /** The object that it stands in. */
  enum Level {
    BATCH,
    GROUP,
    SAMPLE
  }

  private final boolean isOfBatch;
  private final boolean isOfGroup;
  private final boolean isOfSample;

  LayoutWord(Level... levels) {
    List<Level> all = Arrays.asList(levels);
    this.isOfBatch = all.contains(Level.BATCH);
    this.isOfGroup = all.contains(Level.GROUP);
    this.isOfSample = all.contains(Level.SAMPLE);
  }

  private boolean isOf(Level level) {
    return switch (level) {
      case BATCH -> isOfBatch;
      case GROUP -> isOfGroup;
      case SAMPLE -> isOfSample;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static LayoutWord of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Those of an object. */
  static List<String> words(Level level) {
    return Arrays.stream(values())
        .filter(each -> each.isOf(level))
        .map(LayoutWord::word)
        .toList();
  }
}
