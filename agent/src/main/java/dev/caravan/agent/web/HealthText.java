package dev.caravan.agent.web;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.util.Locale;

/** Health and last values as text for programs. The thread {@code web} calls it; nothing is changed. */
final class HealthText {
  private final Health health;
  private final LastValues values;
  private final Timeline timeline;

  HealthText(Health health, LastValues values, Timeline timeline) {
    this.health = health;
    this.values = values;
    this.timeline = timeline;
  }

  /**
   * The agent as a whole: degraded if any part is, else starting if any part is or there is none yet, else well. A part
   * that has ended as it should is well.
   */
  Part.State overall() {
    Part.State worst = health.parts().isEmpty() ? Part.State.STARTING : Part.State.OK;
    for (Part part : health.parts().values()) {
      Part.State state = part.state();
      if (state == Part.State.DEGRADED) {
        return state;
      }
      if (state == Part.State.STARTING) {
        worst = state;
      }
    }
    return worst;
  }

  /** {@code {"state":"ok","parts":[{"kind":"source","name":"can0","state":"ok","why":""}]}}. */
  String health(Part.State overall) {
    Json json = new Json().begin('{');
    state(json, overall);
    return json.end('}') + "\n";
  }

  private void state(Json json, Part.State overall) {
    json.name("state").text(word(overall)).name("parts").begin('[');
    health
        .parts()
        .forEach((key, part) -> json.begin('{')
            .name("kind")
            .text(key.name())
            .name("name")
            .text(key.part())
            .name("state")
            .text(word(part.state()))
            .name("why")
            .text(part.why())
            .end('}'));
    json.end(']');
  }

  private static String word(Part.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** All that the page shows: time, states, values and numbers. */
  String last() {
    Json json = new Json().begin('{').name("now").seconds(timeline.nowNs());
    state(json, overall());
    json.name("signals").begin('[');
    for (LastValues.Value value : values.all()) {
      json.begin('{')
          .name("path")
          .text(value.path())
          .name("value")
          .text(value.value())
          .name("unit")
          .text(value.unit())
          .name("t")
          .seconds(value.timeNs())
          .name("quality")
          .text(value.quality())
          .end('}');
    }
    json.end(']').name("counters").begin('[');
    health
        .counters()
        .forEach((key, counter) -> number(json, key).whole(counter.value()).end('}'));
    json.end(']').name("gauges").begin('[');
    health
        .gauges()
        .forEach((key, gauge) -> number(json, key).number(gauge.value()).end('}'));
    return json.end(']').end('}') + "\n";
  }

  private static Json number(Json json, Health.Key key) {
    return json.begin('{')
        .name("name")
        .text(key.name())
        .name("part")
        .text(key.part())
        .name("value");
  }
}
