package dev.caravan.agent.web;

import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Metric;
import dev.caravan.agent.health.Part;

/**
 * All counters, gauges and parts in Prometheus' text format: {@code source.malformed} of {@code can0} becomes {@code
 * caravan_source_malformed_total{source="can0"}}, with its help and unit before it. The name of a source has the label {@code source} in every family, that of a route {@code
 * route}; what is neither, as the pipeline, {@code part}.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">text format, version 0.0.4</a>
 */
final class MetricsText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

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
      text.begin(counter.metric(), key.part(), "_total", "counter");
      text.out.append(counter.value()).append('\n');
    });
    health.gauges().forEach((key, gauge) -> {
      text.begin(gauge.metric(), key.part(), "", "gauge");
      text.number(gauge.value());
      text.out.append('\n');
    });
    health.parts().forEach(text::part);
    return text.out.toString();
  }

  private void begin(Metric metric, String part, String suffix, String type) {
    String name = "caravan_" + metric.name().replace('.', '_') + suffix;
    family(name, type, metric.help() + " [" + metric.unit() + "]");
    out.append(name);
    if (!part.isEmpty()) {
      label('{', label(metric.label(), part), part);
      out.append('}');
    }
    out.append(' ');
  }

  private void part(Health.Key key, Part part) {
    boolean isWell = part.state() == Part.State.OK || part.state() == Part.State.ENDED;
    family("caravan_part_up", "gauge", "1 for a source, route or store that is well, else 0");
    out.append("caravan_part_up");
    label('{', "kind", key.name());
    boolean isSource = key.name().equals("source");
    label(',', (isSource ? Metric.Label.SOURCE : Metric.Label.ROUTE).word(), key.part());
    out.append("} ").append(isWell ? 1 : 0).append('\n');
  }

  private void family(String name, String type, String help) {
    if (!name.equals(family)) {
      String escaped = help.replace("`", "").replace("\\", "\\\\").replace("\n", "\\n");
      out.append("# HELP ").append(name).append(' ').append(escaped).append('\n');
      out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
      family = name;
    }
  }

  /** What a part is: as its metric says, else what the agent has under that name. */
  private String label(Metric.Label declared, String part) {
    Metric.Label label = declared;
    if (label == Metric.Label.PART) {
      label = isThere("source", part)
          ? Metric.Label.SOURCE
          : isThere("route", part) ? Metric.Label.ROUTE : Metric.Label.PART;
    }
    return label.word();
  }

  private boolean isThere(String kind, String part) {
    return health.parts().containsKey(new Health.Key(kind, part));
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
