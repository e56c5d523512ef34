package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.signal.Quality;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a DBC file cannot say: which raw values mean that there is no value, by a file that the operator writes.
 *
 * <pre>
 * labels:
 *   not_available: [SNA, Signal Not Available]
 *   error: [Error, Fault]
 * signals:
 *   - {match: Engine.Speed, not_available: [0xFFFF], error: [0xFFFE], out_of_range: [0xFB00..0xFDFF]}
 *   - {match: "*.Gear", ok: [3]}
 * </pre>
 *
 * <p>Labels hold for all signals of a file, compared without regard to case, blanks, {@code _} and {@code -}. Raw values
 * are the bits before factor and offset; of a floating-point signal the number. An entry by raw value wins over a label,
 * the first over later ones, and what the table says over the upper ranges of J1939. One thread, at start-up.
 */
public final class QualityTable {
  private static final Key<String> LABEL = Key.text("label");
  private static final Key<String> RAW = Key.text("raw");

  private static final Key<String> SIGNAL_MATCH = Key.text("match")
      .required()
      .says("which signals, `MESSAGE.SIGNAL`, with `*` for any message or signal. One that "
          + "matches none is a warning");
  private static final Key<Node> SIGNAL_NOT_AVAILABLE = Key.oneOrMore("not_available", RAW)
      .range("what fits into the signal")
      .says("list of raw values, `0xFFFF`, `-1`, or ranges of them, `0xFE00..0xFEFF`: the bits "
          + "before factor and offset, of floating-point signals the number, also `NaN`");
  private static final Key<Node> SIGNAL_ERROR = Key.oneOrMore("error", RAW).says("likewise");
  private static final Key<Node> SIGNAL_OUT_OF_RANGE =
      Key.oneOrMore("out_of_range", RAW).says("likewise");
  private static final Key<Node> SIGNAL_OK = Key.oneOrMore("ok", RAW)
      .says("likewise: values all the same, whatever their labels, other items and J1939 say");

  private static final List<Key<?>> RAW_KEYS =
      List.of(SIGNAL_NOT_AVAILABLE, SIGNAL_ERROR, SIGNAL_OUT_OF_RANGE, SIGNAL_OK);

  /** The keys of an item of {@code signals}. */
  public static final List<Key<?>> SIGNAL_KEYS =
      Stream.concat(Stream.of(SIGNAL_MATCH), RAW_KEYS.stream()).toList();

  private static final Key<Node> LABELS_NOT_AVAILABLE =
      Key.oneOrMore("not_available", LABEL).says("list of labels that mean that there is no value");
  private static final Key<Node> LABELS_ERROR = Key.oneOrMore("error", LABEL)
      .says("list of labels that mean that sensor or function has failed");
  private static final Key<Node> LABELS_OUT_OF_RANGE = Key.oneOrMore("out_of_range", LABEL)
      .says("list of labels that mean that the value is outside what can be measured");
  private static final List<Key<?>> LABELS_KEYS =
      List.of(LABELS_NOT_AVAILABLE, LABELS_ERROR, LABELS_OUT_OF_RANGE);
  private static final Key<Node> SIGNALS =
      Key.list("signals").says("list of signals with their raw values, see below");
  private static final Key<Node> LABELS = Key.block("labels", LABELS_KEYS)
      .unless(SIGNALS)
      .says("labels of the DBC file, for all its signals; case, blanks, `_` and `-` do not matter");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(LABELS, SIGNALS);

  private final Map<String, Quality> labels = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private QualityTable() {}

  private static Quality quality(Key<?> key) {
    return switch (key.name()) {
      case "not_available" -> Quality.NOT_AVAILABLE;
      case "error" -> Quality.ERROR;
      case "out_of_range" -> Quality.OUT_OF_RANGE;
      default -> Quality.OK;
    };
  }

  /** An item of {@code signals}. */
  private static final class Entry {
    final Node node;
    final Optional<PathPattern> match;
    final List<QualityRange> ranges = new ArrayList<>();
    boolean isUsed;
    boolean isOverlapTold;

    Entry(Node node) {
      this.node = node;
      this.match = node.at(SIGNAL_MATCH).parsed(PathPattern::of);
    }
  }

  /** Reads a file; what is wrong goes to {@code faults}. */
  public static QualityTable read(Path file, Faults faults) {
    QualityTable table = new QualityTable();
    Node top = YamlFile.read(file, faults);
    if (top.isPresent() && !top.at(LABELS).isPresent() && !top.at(SIGNALS).isPresent()) {
      top.fault("want labels, signals or both");
    }
    table.readLabels(top.at(LABELS));
    top.at(SIGNALS).items().forEach(table::readEntry);
    top.refuseUnknownKeys();
    return table;
  }

  private void readLabels(Node node) {
    if (!node.isPresent()) {
      return;
    }
    for (Key<?> key : LABELS_KEYS) {
      Quality quality = quality(key);
      node.at(key).oneOrMore().forEach(label -> {
        Quality before = labels.putIfAbsent(normal(label.text()), quality);
        if (before != null && before != quality) {
          label.fault("'" + label.text() + "' has two qualities");
        }
      });
    }
    node.refuseUnknownKeys();
  }

  private void readEntry(Node node) {
    Entry entry = new Entry(node);
    for (Key<?> key : RAW_KEYS) {
      for (Node value : node.at(key).oneOrMore()) {
        QualityRange.read(value, quality(key)).ifPresent(entry.ranges::add);
      }
    }
    node.refuseUnknownKeys();
    if (entry.ranges.isEmpty() && node.isMapping()) {
      node.fault("want at least one of "
          + String.join(", ", RAW_KEYS.stream().map(Key::name).toList()));
    }
    entries.add(entry);
  }

  /** What is compared of a label: what is left without case, blanks, {@code _} and {@code -}, if that is anything. */
  private static String normal(String label) {
    StringBuilder normal = new StringBuilder();
    for (int i = 0; i < label.length(); i++) {
      char here = label.charAt(i);
      if (!DbcLexer.isBlank(here) && here != '_' && here != '-') {
        normal.append(here);
      }
    }
    return normal.isEmpty() ? label.strip() : normal.toString().toLowerCase(Locale.ROOT);
  }

  /** The file with what this says of its signals. */
  public DbcFile applied(DbcFile file) {
    List<DbcMessage> messages = new ArrayList<>();
    for (DbcMessage message : file.messages()) {
      List<DbcSignal> signals = new ArrayList<>();
      for (DbcSignal signal : message.signals()) {
        String path = DbcPlan.pathPart(message.name()) + "." + DbcPlan.pathPart(signal.name());
        signals.add(signal.withQualities(said(path, signal)));
      }
      messages.add(message.withSignals(signals));
    }
    return file.withMessages(messages);
  }

  private List<RawQuality> said(String path, DbcSignal signal) {
    List<RawQuality> all = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.match.isPresent() && entry.match.get().matches(path)) {
        entry.isUsed = true;
        all.addAll(said(entry, path, signal));
      }
    }
    signal.labels().forEach((raw, label) -> {
      Quality quality = labels.get(normal(label));
      if (quality != null) {
        long bits = signal.kind().isInteger() ? raw : Double.doubleToLongBits(raw);
        all.add(new RawQuality(bits, bits, quality));
      }
    });
    return all;
  }

  private static List<RawQuality> said(Entry entry, String path, DbcSignal signal) {
    List<RawQuality> said = new ArrayList<>();
    for (QualityRange range : entry.ranges) {
      range.of(path, signal).ifPresent(raw -> {
        for (RawQuality before : said) {
          if (overlap(signal, before, raw) && !entry.isOverlapTold) {
            entry.isOverlapTold = true;
            range.node().fault(range + " is there twice for " + path);
          }
        }
        said.add(raw);
      });
    }
    return said;
  }

  private static boolean overlap(DbcSignal signal, RawQuality one, RawQuality other) {
    return SignalQualities.key(signal.kind(), one.first())
            <= SignalQualities.key(signal.kind(), other.last())
        && SignalQualities.key(signal.kind(), other.first())
            <= SignalQualities.key(signal.kind(), one.last());
  }

  /** Tells, once it was applied to all files, what in it concerns none of their signals. */
  public void tellUnused() {
    for (Entry entry : entries) {
      if (!entry.isUsed && entry.match.isPresent()) {
        entry.node.warn("matches no signal: " + entry.match.get());
      }
      if (entry.isUsed) {
        entry.ranges.forEach(QualityRange::tellMisfit);
      }
    }
  }
}
