package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.PerSignal;
import dev.caravan.agent.signal.Labels;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.sparkplug.Metric;
import dev.caravan.sparkplug.PropertySet;
import dev.caravan.sparkplug.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signals of a route so far as metrics, numbered from 0 as they come; and the schema that tells them. One thread. */
final class MetricBook {
  /** The {@code uuid} of every schema, which tells it from those of other formats. */
  static final String SCHEMA = "caravan metrics";

  /** Of one signal. */
  static final class Entry {
    final int number;
    final DataType type;
    final Labels labels;

    private Entry(int number, Signal signal) {
      this.number = number;
      this.type = DataType.of(signal);
      this.labels = new Labels(
          signal.kind().isInteger() ? signal.spec().labels() : Map.of(),
          text -> text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final dev.caravan.sparkplug.Payload.Builder metrics =
      dev.caravan.sparkplug.Payload.newBuilder().setUuid(SCHEMA);
  private final PerSignal<Entry> entries = new PerSignal<>(this::made);
  private Payload.@Nullable Schema schema;

  /** That of a signal, which is new in the schema if it was not seen before. */
  Entry of(Signal signal) {
    return entries.of(signal);
  }

  private Entry made(Signal signal) {
    Entry made = new Entry(metrics.getMetricsCount(), signal);
    metrics.addMetrics(metric(signal.spec(), made));
    schema = null;
    return made;
  }

  private static Metric metric(SignalSpec signal, Entry entry) {
    Metric.Builder metric = Metric.newBuilder()
        .setName(name(signal.path()))
        .setAlias(entry.number)
        .setDatatype(entry.type.code());
    PropertySet.Builder properties = PropertySet.newBuilder();
    if (!signal.unit().isEmpty()) {
      properties.addKeys("engUnit").addValues(text(signal.unit()));
    }
    number(properties, "engLow", signal.min());
    number(properties, "engHigh", signal.max());
    if (properties.getKeysCount() > 0) {
      metric.setProperties(properties);
    }
    return metric.build();
  }

  /** A path with a folder for each of its words. */
  static String name(String path) {
    return path.replace('.', '/');
  }

  static PropertyValue text(String text) {
    return PropertyValue.newBuilder()
        .setType(DataType.STRING.code())
        .setStringValue(text)
        .build();
  }

  private static void number(PropertySet.Builder to, String key, double value) {
    if (Double.isFinite(value)) {
      to.addKeys(key)
          .addValues(
              PropertyValue.newBuilder().setType(DataType.DOUBLE.code()).setDoubleValue(value));
    }
  }

  /** What tells the signals so far; the same instance until a new one comes. */
  Payload.Schema schema() {
    Payload.Schema known = schema;
    if (known == null) {
      Bytes content = Bytes.owning(metrics.build().toByteArray());
      known = new Payload.Schema(SchemaId.of(content), content);
      schema = known;
    }
    return known;
  }
}
