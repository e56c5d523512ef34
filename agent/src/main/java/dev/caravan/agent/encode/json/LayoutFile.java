package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.JsonText;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.encode.json.LayoutWord.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How samples lie in a message, by a file of the operator: names, and what stands behind them.
 *
 * <pre>
 * form: lines
 * time: iso8601
 * sample:
 *   stream: stream
 *   seq: seq
 *   at: time
 *   vehicle: {fleet: fleet, id: device}
 *   name: signal
 *   value: value
 * </pre>
 *
 * @param isComplete whether every field is in every object, whether there is anything to tell or not
 * @param batch fields of the one object of a message; none where groups or samples are objects of their own
 * @param group fields of an object for what arrived together; none where there are none
 * @param sample fields of an object for a sample; none where there are none
 */
record LayoutFile(
    Form form,
    TimeForm time,
    boolean isComplete,
    List<Field> batch,
    List<Field> group,
    List<Field> sample) {
  /** What a message is. */
  enum Form {
    /** A list of objects. */
    LIST,
    /** An object in each line. */
    LINES,
    /** One object. */
    OBJECT,
    /** A message on a topic of its own for each signal, with its last value. */
    SIGNALS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How times stand there. */
  enum TimeForm {
    /** Microseconds since 1970 UTC. */
    US,
    /** Nanoseconds. */
    NS,
    /** Milliseconds. */
    MS,
    /** A text, {@code 2025-11-24T16:00:00.000002Z}. */
    ISO8601;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A field of an object; {@code name} in quotes, with its colon. */
  sealed interface Field {
    Bytes name();
  }

  /** What a word stands for. */
  record Told(Bytes name, LayoutWord word) implements Field {}

  /** A text. */
  record Constant(Bytes name, Bytes text) implements Field {}

  /** An object. */
  record Nested(Bytes name, List<Field> fields) implements Field {
    Nested {
      fields = List.copyOf(fields);
    }
  }

  private static final Key<String> FORM = Key.oneOf("form", words(Form.values()))
      .absent("`object` with `batch`, else `list`")
      .says(
          "`list`: each message is a list of objects; `lines`: each object is a line (NDJSON); "
              + "`object`: a message is one object, that of `batch`; `signals`: each signal has a retained "
              + "topic of its own, on which its last value of each batch is an object, that of `sample`");
  private static final Key<String> TIME = Key.oneOf("time", words(TimeForm.values()))
      .or(TimeForm.US.word())
      .says(
          "what `time` is: a whole number of micro-, nano- or milliseconds since 1970 UTC, rounded "
              + "to the `quantum` of the route, or a text, `2025-11-24T16:00:00.000002Z`");
  private static final Key<Boolean> COMPLETE = Key.flag("complete", false)
      .says(
          "every field in every object, `null` where there is nothing to tell, and a quality `ok`, "
              + "too; else such fields are left out");
  private static final Key<Node> BATCH = Key.block("batch")
      .absent("no such object")
      .says("fields of the one object of a message, of which one is `groups` or `samples`");
  private static final Key<Node> GROUP = Key.block("group")
      .absent("no such object")
      .says("fields of an object for each CAN message, or whatever else arrived together");
  private static final Key<Node> SAMPLE =
      Key.block("sample").absent("no such object").says("fields of an object for each sample");

  /** Its keys. */
  static final List<Key<?>> KEYS = List.of(FORM, TIME, COMPLETE, BATCH, GROUP, SAMPLE);

  /** What begins a text that is no word. */
  static final String CONSTANT = "=";

  /** That of {@code layout: signal}. */
  static final LayoutFile SIGNAL = new LayoutFile(
      Form.SIGNALS,
      TimeForm.US,
      false,
      List.of(),
      List.of(),
      List.of(
          told(LayoutWord.STREAM),
          told(LayoutWord.SEQ),
          told(LayoutWord.BOOT),
          told(LayoutWord.LATE),
          told(LayoutWord.PART),
          told(LayoutWord.PARTS),
          told(LayoutWord.LOST),
          told(LayoutWord.TIME),
          told(LayoutWord.SIGNAL),
          told(LayoutWord.VALUE),
          told(LayoutWord.UNIT),
          told(LayoutWord.LABEL),
          told(LayoutWord.QUALITY)));

  /** Copies the lists. */
  LayoutFile {
    batch = List.copyOf(batch);
    group = List.copyOf(group);
    sample = List.copyOf(sample);
  }

  private static Field told(LayoutWord word) {
    return new Told(name(word.word()), word);
  }

  private static Bytes name(String name) {
    return Bytes.owning(JsonText.quoted(name)).then(Bytes.owning(new byte[] {':'}));
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(each -> each.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Reads a file; what is wrong goes to {@code faults}. */
  static LayoutFile read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    boolean hasBatch = top.at(BATCH).isPresent();
    Form form = top.find(FORM)
        .map(word -> Form.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(hasBatch ? Form.OBJECT : Form.LIST);
    LayoutFile layout = new LayoutFile(
        form,
        TimeForm.valueOf(top.get(TIME).toUpperCase(Locale.ROOT)),
        top.get(COMPLETE),
        fields(top.at(BATCH), Level.BATCH),
        fields(top.at(GROUP), Level.GROUP),
        fields(top.at(SAMPLE), Level.SAMPLE));
    top.refuseUnknownKeys();
    if (top.isPresent()) {
      layout.check(top);
    }
    return layout;
  }

  private static List<Field> fields(Node object, Level level) {
    List<Field> fields = new ArrayList<>();
    if (!object.isPresent()) {
      return fields;
    }
    object.entries().forEach((name, node) -> {
      Bytes quoted = name(name);
      if (node.isMapping()) {
        fields.add(new Nested(quoted, fields(node, level)));
      } else if (node.isList()) {
        node.fault("want a word, a text behind " + CONSTANT
            + " or a mapping of these; a list stands " + "where groups or samples does");
      } else if (node.text("").startsWith(CONSTANT)) {
        String text = node.text("").substring(CONSTANT.length());
        fields.add(new Constant(quoted, Bytes.owning(JsonText.quoted(text))));
      } else {
        fields.add(new Told(quoted, LayoutWord.of(node.oneOf(LayoutWord.words(level)))));
      }
    });
    if (fields.isEmpty()) {
      object.fault("want a field at least");
    }
    return fields;
  }

  private void check(Node top) {
    Node batchNode = top.at(BATCH);
    Node groupNode = top.at(GROUP);
    Node sampleNode = top.at(SAMPLE);
    if (batch.isEmpty() && group.isEmpty() && sample.isEmpty()) {
      top.fault("want one of batch, group and sample at least");
      return;
    }
    if (form == Form.OBJECT && batch.isEmpty()) {
      top.at(FORM).fault("want batch, which is that object, beside form: object");
    }
    if (form == Form.LIST && !batch.isEmpty()) {
      top.at(FORM).fault("want object or lines beside batch, which is one object");
    }
    if (form == Form.SIGNALS && (sample.isEmpty() || !batch.isEmpty() || !group.isEmpty())) {
      top.at(FORM).fault("want sample alone beside form: signals");
    }
    long lists = count(batch, LayoutWord.GROUPS) + count(batch, LayoutWord.SAMPLES);
    if (!batch.isEmpty() && lists != 1) {
      batchNode.fault("want one of groups and samples in it, once, got " + lists);
    }
    boolean areGroups = batch.isEmpty() || has(batch, LayoutWord.GROUPS);
    boolean areSamples = has(group, LayoutWord.SAMPLES) || has(batch, LayoutWord.SAMPLES);
    wants(has(batch, LayoutWord.GROUPS), group, "group", batchNode, "groups");
    wants(areSamples, sample, "sample", group.isEmpty() ? batchNode : groupNode, "samples");
    if (!group.isEmpty() && !areGroups) {
      groupNode.fault("of no use: batch has samples in it, not groups");
    }
    boolean isSampleTop = batch.isEmpty() && group.isEmpty();
    if (!sample.isEmpty() && !areSamples && !isSampleTop) {
      sampleNode.fault("of no use: nothing has samples in it");
    }
    if (!group.isEmpty() && !has(group, LayoutWord.VALUES) && !has(group, LayoutWord.SAMPLES)) {
      groupNode.fault("want values or samples in it");
    }
    if (!sample.isEmpty() && !has(sample, LayoutWord.VALUE)) {
      sampleNode.fault("want value in it");
    }
    if (!sample.isEmpty() && form != Form.SIGNALS && !has(sample, LayoutWord.SIGNAL)) {
      sampleNode.fault("want signal in it, or nobody knows what the values are");
    }
    List<Field> outermost = !batch.isEmpty() ? batch : !group.isEmpty() ? group : sample;
    if (!provesAll(outermost)) {
      (!batch.isEmpty() ? batchNode : !group.isEmpty() ? groupNode : sampleNode)
          .warn(
              "want stream, seq, part and parts in it, under these names: without them nobody can "
                  + "prove that nothing is missing");
    }
  }

  private static void wants(
      boolean isWanted, List<Field> fields, String block, Node where, String word) {
    if (isWanted && fields.isEmpty()) {
      where.fault("want " + block + " beside it, of which " + word + " is a list");
    }
  }

  private static long count(List<Field> fields, LayoutWord word) {
    return fields.stream().mapToLong(field -> count(field, word)).sum();
  }

  private static long count(Field field, LayoutWord word) {
    return field instanceof Nested nested
        ? count(nested.fields, word)
        : field instanceof Told told && told.word == word ? 1 : 0;
  }

  private static boolean has(List<Field> fields, LayoutWord word) {
    return count(fields, word) > 0;
  }

  /** Whether {@code audit} finds what it needs. */
  private static boolean provesAll(List<Field> fields) {
    return Stream.of(LayoutWord.STREAM, LayoutWord.SEQ, LayoutWord.PART, LayoutWord.PARTS)
        .allMatch(word -> fields.contains(told(word)));
  }
}
