package dev.caravan.agent.web;

import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.util.Set;

/**
 * All counters, gauges and parts in Prometheus' text format: {@code source.malformed} of {@code can0} becomes {@code
 * caravan_source_malformed_total{source="can0"}}. The name of a source has the label {@code source} in every family, that of a route {@code
 * route}; what is neither, as the pipeline, {@code part}.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">text format, version 0.0.4</a>
 */
final class MetricsText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Set<String> OF_SOURCES =
      Set.of("source", "inbox", "diagnostic", "line", "modbus", "isotp", "decode", "j1939");
  private static final Set<String> OF_ROUTES =
      Set.of("route", "store", "uplink", "shape", "encode");

  private final Health health;
  private final StringBuilder out = new StringBuilder(4096);
  private String family = "";

  private MetricsText(Health health) {
    this.health = health;
  }

  /** The numbers as they are now. */
  static String of(Health health) {
    MetricsText text = new MetricsText(health);
    health.counters().forEach((key, counter) -> {
      text.begin(key, "_total", "counter");
      text.out.append(counter.value()).append('\n');
    });
    health.gauges().forEach((key, gauge) -> {
      text.begin(key, "", "gauge");
      text.number(gauge.value());
      text.out.append('\n');
    });
    health.parts().forEach(text::part);
    return text.out.toString();
  }

  private void begin(Health.Key key, String suffix, String type) {
    String name = "caravan_" + key.name().replaceAll("[^A-Za-z0-9_]", "_") + suffix;
    type(name, type);
    out.append(name);
    if (!key.part().isEmpty()) {
      label('{', label(key), key.part());
      out.append('}');
    }
    out.append(' ');
  }

  private void part(Health.Key key, Part part) {
    boolean isWell = part.state() == Part.State.OK || part.state() == Part.State.ENDED;
    type("caravan_part_up", "gauge");
    out.append("caravan_part_up");
    label('{', "kind", key.name());
    label(',', label(key), key.part());
    out.append("} ").append(isWell ? 1 : 0).append('\n');
  }

  private void type(String name, String type) {
    if (!name.equals(family)) {
      out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
      family = name;
    }
  }

  /** What a part is: from the first word of the metric, else from what the agent has under that name. */
  private String label(Health.Key key) {
    int dot = key.name().indexOf('.');
    String word = dot < 0 ? key.name() : key.name().substring(0, dot);
    boolean isSource = OF_SOURCES.contains(word)
        || (!OF_ROUTES.contains(word) && health.parts().containsKey(key("source", key)));
    boolean isRoute = OF_ROUTES.contains(word) || health.parts().containsKey(key("route", key));
    return isSource ? "source" : isRoute ? "route" : "part";
  }

  private static Health.Key key(String kind, Health.Key of) {
    return new Health.Key(kind, of.part());
  }

  private void label(char before, String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    out.append(before).append(name).append("=\"").append(escaped).append('"');
  }

  private void number(double value) {
    if (Double.isInfinite(value)) {
      out.append(value > 0 ? "+Inf" : "-Inf");
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(value);
    }
  }
}
