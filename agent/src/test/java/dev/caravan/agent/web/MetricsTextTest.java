package dev.caravan.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import org.junit.jupiter.api.Test;

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
        caravan_inbox_dropped_total{part="can0"} 1
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
        caravan_part_up{kind="route",name="cloud"} 0
        caravan_part_up{kind="source",name="can0"} 1
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
}
