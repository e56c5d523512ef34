package dev.caravan.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTextTest {
  private final Health health = new Health();

  @Test
  void everyFamilyHasOneTypeLineAndTheLabelOfItsRoom() {
    health.counter("source.malformed", "can0").add(3);
    health.counter("source.malformed", "gnss");
    health.counter("shape.withheld", "cloud").add(Long.MAX_VALUE);
    health.counter("inbox.dropped", "can0").increment();
    health.counter("bugs", "").increment();
    health.gauge("store.bytes", "cloud").set(4096);
    health.gauge("store.fill", "cloud").set(0.25);
    health.part("route", "cloud").set(Part.State.DEGRADED, "no link");
    health.part("source", "can0").set(Part.State.ENDED, "");
    assertEquals("""
        # TYPE caravan_bugs_total counter
        caravan_bugs_total 1
        # TYPE caravan_inbox_dropped_total counter
        caravan_inbox_dropped_total{source="can0"} 1
        # TYPE caravan_shape_withheld_total counter
        caravan_shape_withheld_total{route="cloud"} 9223372036854775807
        # TYPE caravan_source_malformed_total counter
        caravan_source_malformed_total{source="can0"} 3
        caravan_source_malformed_total{source="gnss"} 0
        # TYPE caravan_store_bytes gauge
        caravan_store_bytes{route="cloud"} 4096
        # TYPE caravan_store_fill gauge
        caravan_store_fill{route="cloud"} 0.25
        # TYPE caravan_part_up gauge
        caravan_part_up{kind="route",route="cloud"} 0
        caravan_part_up{kind="source",source="can0"} 1
        """, MetricsText.of(health));
  }

  @Test
  void labelsAreEscapedAndNumbersOutsideTheRealOnesHaveTheirNames() {
    health.gauge("x-y", "a\"b\\c\nd").set(Double.NaN);
    health.gauge("x-y", "b").set(Double.POSITIVE_INFINITY);
    health.gauge("x-y", "c").set(Double.NEGATIVE_INFINITY);
    health.gauge("x-y", "d").set(1e300);
    assertEquals("""
        # TYPE caravan_x_y gauge
        caravan_x_y{part="a\\"b\\\\c\\nd"} NaN
        caravan_x_y{part="b"} +Inf
        caravan_x_y{part="c"} -Inf
        caravan_x_y{part="d"} 1.0E300
        """, MetricsText.of(health));
  }

  /** The first word of each metric that agent/README.md lists, and what it is of. */
  @ParameterizedTest
  @CsvSource({
    "source.frames, source",
    "inbox.dropped, source",
    "diagnostic.asked, source",
    "line.asked, source",
    "modbus.silent, source",
    "isotp.aborted, source",
    "decode.short, source",
    "j1939.stray, source",
    "bugs, source",
    "something.else, source",
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
    health.counter(metric, name);
    health.counter("bugs", "cloud");
    health.counter("bugs", "pipeline");
    String text = MetricsText.of(health);
    String family = "caravan_" + metric.replace('.', '_') + "_total";
    assertTrue(text.contains("\n" + family + "{" + label + "=\"" + name + "\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_bugs_total{route=\"cloud\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_bugs_total{part=\"pipeline\"} 0\n"), text);
    assertTrue(text.contains("\ncaravan_part_up{kind=\"store\",route=\"cloud\"} 0\n"), text);
  }
}
