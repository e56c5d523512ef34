package dev.caravan.agent.health;

/**
 * What a number is, declared once: in the room that counts it, or in {@link SharedMetrics} if another reads it too. What {@code
 * /metrics} says and the tables of {@code agent/METRICS.md} follow from the declaration. Declared as constants, whose initialisers are
 * the only place that makes one.
 */
public sealed interface Metric {
  /** What the part is that a number belongs to. */
  enum Label {
    /** A source. */
    SOURCE("source"),
    /** A route, or the events of one, {@code ROUTE.events}. */
    ROUTE("route"),
    /** Whatever the agent has under that name: a source, a route, else a part, such as {@code web}; or the agent, without a name. */
    PART("part");

    private final String word;

    Label(String word) {
      this.word = word;
    }

    /** The name of the label. */
    public String word() {
      return word;
    }
  }

  /** What is counted, and where: {@code source.malformed}; lower case words, with a dot behind the first. */
  String name();

  /** What its part is. */
  Label label();

  /** What there are so many of: {@code frames}, {@code bytes}. */
  String unit();

  /** What it counts or measures, in one sentence. */
  String help();

  /** What to do when it rises, or is not as it should be. */
  String action();

  /** One that only rises, a {@link Counter}. */
  record Count(String name, Label label, String unit, String help, String action)
      implements Metric {}

  /** One that is set, a {@link Gauge}. */
  record Level(String name, Label label, String unit, String help, String action)
      implements Metric {}

  /**
   * What a number of all sources means for one type of them.
   *
   * @param type of the source: {@code nmea}
   */
  record Note(Metric metric, String type, String help, String action) {}
}
