package dev.caravan.agent.encode.json;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.json.LayoutFile.Constant;
import dev.caravan.agent.encode.json.LayoutFile.Field;
import dev.caravan.agent.encode.json.LayoutFile.Form;
import dev.caravan.agent.encode.json.LayoutFile.Nested;
import dev.caravan.agent.encode.json.LayoutFile.Told;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.DeviceName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes samples as a {@link LayoutFile} says, as {@link MarkedText}. One thread. */
final class LayoutWriter {
  private static final SampleGroup NONE = new SampleGroup();
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final LayoutFile layout;
  private final DeviceName device;
  private final String route;
  private final boolean largeAreTexts;
  private final JsonBuffer out;
  private final SignalTexts texts = new SignalTexts();
  private final Map<String, byte[]> units = new LinkedHashMap<>();
  private final boolean hasBatchUnits;
  private long objects;

  // of the object that is written
  private long timeUs;

  /** The objects come behind what {@code out} has, each with a mark behind it. */
  LayoutWriter(
      LayoutFile layout, DeviceName device, String route, boolean largeAreTexts, JsonBuffer out) {
    this.layout = layout;
    this.device = device;
    this.route = route;
    this.largeAreTexts = largeAreTexts;
    this.out = out;
    this.hasBatchUnits = !layout.batch().isEmpty();
  }

  boolean isOfSignals() {
    return layout.form() == Form.SIGNALS;
  }

  /** What arrived together, as one object or as one for each sample. */
  void group(SampleGroup group, long atUs) {
    timeUs = atUs;
    int from = 0;
    while (!layout.group().isEmpty() && from < group.size()) {
      int to = untilRepeated(group, from);
      object(out, layout.group(), new Part(group, from, to));
      out.put(MarkedText.BETWEEN);
      from = to;
    }
    for (int i = 0; layout.group().isEmpty() && i < group.size(); i++) {
      object(out, layout.sample(), new Part(group, i, i + 1));
      out.put(MarkedText.BETWEEN);
    }
    for (int i = 0; hasBatchUnits && i < group.size(); i++) {
      SignalTexts.Texts own = texts.of(group.signal(i));
      if (own.hasUnit) {
        units.putIfAbsent(group.signal(i).path(), own.unit);
      }
    }
  }

  /** The last value of a signal, of which the message is told the topic. */
  void last(Sample sample, long atUs) {
    timeUs = atUs;
    out.bytes(texts.of(sample.signal()).path).put(MarkedText.TOPIC);
    object(out, layout.sample(), new Part(NONE, 0, 1, sample));
    out.put(MarkedText.BETWEEN);
  }

  /** Puts all that was written, and what is around it, into a text; the next batch begins. */
  void whole(JsonBuffer to) {
    out.cut(out.size() - 1);
    to.put(MarkedText.code(layout.form())).put(MarkedText.SECTION);
    if (layout.batch().isEmpty()) {
      to.put(MarkedText.SECTION).bytes(out, 0).put(MarkedText.SECTION);
    } else {
      // its list of groups or samples has the marks of sections around it
      object(to, layout.batch(), new Part(NONE, 0, 0));
    }
    units.clear();
  }

  /** What an object tells: some of a group, or of one sample where that is the only one. */
  private record Part(
      SampleGroup group, int from, int to, @Nullable Sample only) {
    Part(SampleGroup group, int from, int to) {
      this(group, from, to, null);
    }

    Sample sample() {
      return only == null ? group.sample(from) : only;
    }

    String groupName() {
      return only == null ? group.group().name() : only.signal().spec().group();
    }
  }

  /** Up to the first signal that comes again, which an object cannot have twice. */
  private int untilRepeated(SampleGroup group, int from) {
    objects++;
    int to = from;
    while (to < group.size() && texts.of(group.signal(to)).isFirstIn(objects)) {
      to++;
    }
    return to;
  }

  private void object(JsonBuffer to, List<Field> fields, Part part) {
    to.put('{');
    int start = to.size();
    for (Field field : fields) {
      int before = to.size();
      if (before > start) {
        to.put(',');
      }
      to.bytes(field.name());
      int empty = to.size();
      if (field instanceof Constant constant) {
        to.bytes(constant.text());
      } else if (field instanceof Nested nested) {
        object(to, nested.fields(), part);
      } else if (field instanceof Told told) {
        tell(to, told.word(), part);
      }
      if (to.size() == empty && layout.isComplete()) {
        to.bytes(NULL);
      } else if (to.size() == empty) {
        to.cut(before);
      }
    }
    to.put('}');
  }

  /** Writes nothing where there is nothing to tell. */
  private void tell(JsonBuffer to, LayoutWord word, Part part) {
    switch (word) {
      case STREAM, SEQ, BOOT, LATE, PART, PARTS, LOST -> MarkedText.mark(word, to);
      case FLEET -> to.text(device.fleet());
      case DEVICE -> to.text(device.device());
      case ROUTE -> to.text(route);
      case GROUPS ->
        to.put('[')
            .put(MarkedText.SECTION)
            .bytes(out, 0)
            .put(MarkedText.SECTION)
            .put(']');
      case SAMPLES -> samples(to, part);
      case TIME -> time(to);
      case GROUP -> to.text(part.groupName());
      case VALUES, LABELS, QUALITIES -> all(to, word, part);
      case UNITS -> units(to, part);
      case SIGNAL -> to.bytes(texts.of(part.sample().signal()).path);
      case VALUE, UNIT, LABEL, QUALITY -> one(to, word, part.sample());
    }
  }

  private void time(JsonBuffer to) {
    switch (layout.time()) {
      case US -> to.whole(timeUs);
      case MS -> to.whole(Math.floorDiv(timeUs, 1_000L));
      case NS -> {
        if (largeAreTexts && JsonBuffer.isLarge(timeUs * 1_000L)) {
          to.put('"').whole(timeUs).ascii("000\"");
        } else {
          to.whole(timeUs).ascii(timeUs == 0 ? "" : "000");
        }
      }
      case ISO8601 -> to.iso8601(timeUs);
    }
  }

  private void one(JsonBuffer to, LayoutWord word, Sample sample) {
    Quality quality = sample.quality();
    SignalTexts.Texts own = texts.of(sample.signal());
    switch (word) {
      case VALUE, VALUES -> to.value(sample, largeAreTexts);
      case UNIT, UNITS -> {
        if (own.hasUnit) {
          to.bytes(own.unit);
        }
      }
      case LABEL, LABELS -> {
        byte[] label = quality.hasValue() ? own.labels.of(sample.rawBits()) : null;
        if (label != null) {
          to.bytes(label);
        }
      }
      default -> {
        if (quality != Quality.OK || layout.isComplete()) {
          to.bytes(SignalTexts.quality(quality));
        }
      }
    }
  }

  /** An object by the names of the signals; of values, all. */
  private void all(JsonBuffer to, LayoutWord word, Part part) {
    int before = to.size();
    to.put('{');
    int start = to.size();
    for (int i = part.from; i < part.to; i++) {
      int behind = to.size();
      to.ascii(behind == start ? "" : ",")
          .bytes(texts.of(part.group.signal(i)).path)
          .put(':');
      int empty = to.size();
      one(to, word, part.group.sample(i));
      if (to.size() == empty) {
        to.cut(behind);
      }
    }
    if (to.size() == start && !layout.isComplete()) {
      to.cut(before);
    } else {
      to.put('}');
    }
  }

  private void units(JsonBuffer to, Part part) {
    if (part.to > 0) {
      all(to, LayoutWord.UNITS, part);
      return;
    }
    MarkedText.markUnits(to);
    to.put('{');
    int start = to.size();
    units.forEach(
        (path, unit) -> to.ascii(to.size() == start ? "" : ",").name(path).bytes(unit));
    to.put('}');
    MarkedText.markUnits(to);
  }

  private void samples(JsonBuffer to, Part part) {
    if (part.to == 0) {
      tell(to, LayoutWord.GROUPS, part);
      return;
    }
    to.put('[');
    for (int i = part.from; i < part.to; i++) {
      to.ascii(i == part.from ? "" : ",");
      object(to, layout.sample(), new Part(part.group, i, i + 1));
    }
    to.put(']');
  }
}
