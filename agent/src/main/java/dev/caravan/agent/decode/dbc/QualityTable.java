package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Quality;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
  private static final Map<String, Quality> KEYS = keys();

  private final Map<String, Quality> labels = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private QualityTable() {}

  private static Map<String, Quality> keys() {
    Map<String, Quality> keys = new LinkedHashMap<>();
    keys.put("ok", Quality.OK);
    keys.put("not_available", Quality.NOT_AVAILABLE);
    keys.put("error", Quality.ERROR);
    keys.put("out_of_range", Quality.OUT_OF_RANGE);
    return keys;
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
      this.match = node.at("match").parsed(PathPattern::of);
    }
  }

  /** Reads a file; what is wrong goes to {@code faults}. */
  public static QualityTable read(Path file, Faults faults) {
    QualityTable table = new QualityTable();
    Node top = YamlFile.read(file, faults);
    if (top.isPresent() && !top.at("labels").isPresent() && !top.at("signals").isPresent()) {
      top.fault("want labels, signals or both");
    }
    table.readLabels(top.at("labels"));
    top.at("signals").items().forEach(table::readEntry);
    top.refuseUnknownKeys();
    return table;
  }

  private void readLabels(Node node) {
    if (!node.isPresent()) {
      return;
    }
    KEYS.forEach((key, quality) -> {
      if (quality != Quality.OK) {
        node.at(key).oneOrMore().forEach(label -> {
          Quality before = labels.putIfAbsent(normal(label.text()), quality);
          if (before != null && before != quality) {
            label.fault("'" + label.text() + "' has two qualities");
          }
        });
      }
    });
    node.refuseUnknownKeys();
  }

  private void readEntry(Node node) {
    Entry entry = new Entry(node);
    KEYS.forEach((key, quality) -> node.at(key)
        .oneOrMore()
        .forEach(value -> QualityRange.read(value, quality).ifPresent(entry.ranges::add)));
    node.refuseUnknownKeys();
    if (entry.ranges.isEmpty() && node.isMapping()) {
      node.fault("want at least one of " + String.join(", ", KEYS.keySet()));
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
