package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.sparkplug.Metric;
import dev.caravan.sparkplug.Payload;
import dev.caravan.sparkplug.PropertySet;
import dev.caravan.sparkplug.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Writes samples as metrics of a payload, one behind the other.
 *
 * <p>What a metric cannot hold is null, with all that is known of it in its property {@code exact}: NaN, infinities, and whole
 * numbers beyond 64 bits. A quality that is not ok is told twice: as {@code Quality}, 0, 192 or 500, and by its word in {@code reason}.
 * The type of each is told in every message, though births told it: many libraries read no value without it. One thread.
 */
final class MetricWriter {
  /** Qualities of the specification, 6.4.13. */
  static final int BAD = 0;

  static final int GOOD = 192;
  static final int STALE = 500;

  private static final byte[] QUALITY = ascii("Quality");
  private static final byte[] REASON = ascii("reason");
  private static final byte[] LABEL = ascii("label");
  private static final byte[] EXACT = ascii("exact");
  private static final Map<Quality, byte[]> REASONS = new EnumMap<>(Quality.class);
  private static final byte[] NOTHING = {};

  static {
    for (Quality quality : Quality.values()) {
      REASONS.put(quality, ascii(quality.name().toLowerCase(Locale.ROOT)));
    }
  }

  private final WireBytes metric = new WireBytes();
  private final WireBytes keys = new WireBytes();
  private final WireBytes values = new WireBytes();
  private final WireBytes one = new WireBytes();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Adds a sample, of the signal that a book has at an entry. */
  void add(WireBytes payload, MetricBook.Entry entry, Sample sample, long timeMs) {
    metric.clear();
    keys.clear();
    values.clear();
    metric.presentField(Metric.ALIAS_FIELD_NUMBER, entry.number);
    metric.presentField(Metric.TIMESTAMP_FIELD_NUMBER, timeMs);
    metric.presentField(Metric.DATATYPE_FIELD_NUMBER, entry.type.code());
    Quality quality = sample.quality();
    byte[] exact = NOTHING;
    if (!quality.hasValue()) {
      metric.presentField(Metric.IS_NULL_FIELD_NUMBER, 1);
    } else {
      exact = value(entry.type, sample);
      byte[] label = entry.labels.of(sample.rawBits());
      if (label != null) {
        property(LABEL, label);
      }
    }
    if (exact.length > 0) {
      metric.presentField(Metric.IS_NULL_FIELD_NUMBER, 1);
      property(EXACT, exact);
    }
    if (quality != Quality.OK) {
      quality(quality);
    }
    if (keys.length() > 0) {
      keys.raw(values.array(), values.length());
      metric.bytesField(Metric.PROPERTIES_FIELD_NUMBER, keys.array(), keys.length());
    }
    payload.bytesField(Payload.METRICS_FIELD_NUMBER, metric.array(), metric.length());
  }

  /** Writes the value; returns what it is where a metric cannot hold it, else nothing. */
  private byte[] value(DataType type, Sample sample) {
    switch (type) {
      case STRING -> {
        byte[] text = sample.text().getBytes(StandardCharsets.UTF_8);
        metric.bytesField(Metric.STRING_VALUE_FIELD_NUMBER, text, text.length);
      }
      case BYTES -> {
        Bytes bytes = sample.bytes();
        metric.bytesField(Metric.BYTES_VALUE_FIELD_NUMBER, bytes.toArray(), bytes.length());
      }
      case BOOLEAN ->
        metric.presentField(Metric.BOOLEAN_VALUE_FIELD_NUMBER, sample.rawBits() == 0 ? 0 : 1);
      case UINT64 -> metric.presentField(Metric.LONG_VALUE_FIELD_NUMBER, sample.rawBits());
      case INT64 -> {
        return whole(sample);
      }
      default -> {
        return fraction(type, sample);
      }
    }
    return NOTHING;
  }

  private byte[] whole(Sample sample) {
    Scale scale = sample.signal().scale();
    long raw = sample.rawBits();
    if (!scale.isLong(raw)) {
      return ascii(scale.exact(raw));
    }
    metric.presentField(Metric.LONG_VALUE_FIELD_NUMBER, scale.whole(raw));
    return NOTHING;
  }

  private byte[] fraction(DataType type, Sample sample) {
    double value = sample.value();
    if (!Double.isFinite(value)) {
      return ascii(Double.toString(value));
    }
    if (type == DataType.FLOAT) {
      metric.fixed32Field(Metric.FLOAT_VALUE_FIELD_NUMBER, Float.floatToRawIntBits((float) value));
    } else {
      metric.fixed64Field(Metric.DOUBLE_VALUE_FIELD_NUMBER, Double.doubleToRawLongBits(value));
    }
    return NOTHING;
  }

  private void quality(Quality quality) {
    int code = quality == Quality.STALE ? STALE : quality == Quality.SUBSTITUTED ? GOOD : BAD;
    keys.bytesField(PropertySet.KEYS_FIELD_NUMBER, QUALITY, QUALITY.length);
    one.clear();
    one.presentField(PropertyValue.TYPE_FIELD_NUMBER, DataType.INT32.code());
    one.presentField(PropertyValue.INT_VALUE_FIELD_NUMBER, code);
    values.bytesField(PropertySet.VALUES_FIELD_NUMBER, one.array(), one.length());
    property(REASON, Objects.requireNonNull(REASONS.get(quality), "every quality has its word"));
  }

  private void property(byte[] key, byte[] text) {
    keys.bytesField(PropertySet.KEYS_FIELD_NUMBER, key, key.length);
    one.clear();
    one.presentField(PropertyValue.TYPE_FIELD_NUMBER, DataType.STRING.code());
    one.bytesField(PropertyValue.STRING_VALUE_FIELD_NUMBER, text, text.length);
    values.bytesField(PropertySet.VALUES_FIELD_NUMBER, one.array(), one.length());
  }
}
