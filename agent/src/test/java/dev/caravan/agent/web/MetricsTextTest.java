package dev.caravan.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTextTest {
  private final Health health = new Health();

  private static Metric.Count count(String name, Metric.Label label) {
    return new Metric.Count(name, label, "units", "units of `" + name + "`", "nothing");
  }

  private static Metric.Level level(String name, Metric.Label label) {
    return new Metric.Level(name, label, "B", "two\nlines and a \\", "nothing");
  }

  @Test
  void everyFamilyHasItsHelpAndTypeOnceAndTheLabelThatIsDeclared() {
    Metric.Count malformed = count("source.malformed", Metric.Label.SOURCE);
    health.counter(malformed, "can0").add(3);
    health.counter(malformed, "gnss");
    health.counter(count("shape.withheld", Metric.Label.ROUTE), "cloud").add(Long.MAX_VALUE);
    health.counter(count("bugs", Metric.Label.PART), "").increment();
    health.gauge(level("store.fill", Metric.Label.ROUTE), "cloud").set(0.25);
    health.gauge(level("store.bytes", Metric.Label.ROUTE), "cloud").set(4096);
    health.part("route", "cloud").set(Part.State.DEGRADED, "no link");
    health.part("source", "can0").set(Part.State.ENDED, "");
    assertEquals("""
        # HELP caravan_bugs_total units of bugs [units]
        # TYPE caravan_bugs_total counter
        caravan_bugs_total 1
        # HELP caravan_shape_withheld_total units of shape.withheld [units]
        # TYPE caravan_shape_withheld_total counter
        caravan_shape_withheld_total{route="cloud"} 9223372036854775807
        # HELP caravan_source_malformed_total units of source.malformed [units]
        # TYPE caravan_source_malformed_total counter
        caravan_source_malformed_total{source="can0"} 3
        caravan_source_malformed_total{source="gnss"} 0
        # HELP caravan_store_bytes two\\nlines and a \\\\ [B]
        # TYPE caravan_store_bytes gauge
        caravan_store_bytes{route="cloud"} 4096
        # HELP caravan_store_fill two\\nlines and a \\\\ [B]
        # TYPE caravan_store_fill gauge
        caravan_store_fill{route="cloud"} 0.25
        # HELP caravan_part_up 1 for a source, route or store that is well, else 0
        # TYPE caravan_part_up gauge
        caravan_part_up{kind="route",route="cloud"} 0
        caravan_part_up{kind="source",source="can0"} 1
        """, MetricsText.of(health));
  }

  @Test
  void labelsAreEscapedAndNumbersOutsideTheRealOnesHaveTheirNames() {
    Metric.Level level = new Metric.Level("x_y", Metric.Label.PART, "B", "help", "nothing");
    health.gauge(level, "a\"b\\c\nd").set(Double.NaN);
    health.gauge(level, "b").set(Double.POSITIVE_INFINITY);
    health.gauge(level, "c").set(Double.NEGATIVE_INFINITY);
    health.gauge(level, "d").set(1e300);
    assertEquals("""
        # HELP caravan_x_y help [B]
        # TYPE caravan_x_y gauge
        caravan_x_y{part="a\\"b\\\\c\\nd"} NaN
        caravan_x_y{part="b"} +Inf
        caravan_x_y{part="c"} -Inf
        caravan_x_y{part="d"} 1.0E300
        """, MetricsText.of(health));
  }

  /** The first word of each metric that is of a source or route, and what it is of. */
  @ParameterizedTest
  @CsvSource({
    "source.frames, source",
    "inbox.dropped, source",
    "frames.given_up, source",
    "diagnostic.asked, source",
    "line.asked, source",
    "modbus.requests, source",
    "isotp.aborted, source",
    "decode.short, source",
    "j1939.stray, source",
    "bugs, source",
    "encode.samples, route",
    "shape.withheld, route",
    "store.evicted, route",
    "uplink.sent, route",
  })
  void aThingHasOneLabelInEveryFamily(String metric, String label) {
    health.part("source", "can0");
    health.part("route", "cloud");
    health.part("store", "cloud");
    String name = label.equals("source") ? "can0" : "cloud";
    health.counter(Declared.count(metric), name);
    health.bugs("cloud");
    health.bugs("pipeline");
    String text = MetricsText.of(health);
    String family = "caravan_" + metric.replace('.', '_') + "_total";
    assertTrue(text.contains("\n" + family + "{" + label + "=\"" + name + "\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_bugs_total{route=\"cloud\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_bugs_total{part=\"pipeline\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_part_up{kind=\"store\",route=\"cloud\"} 0\n"), text);
  }
}
