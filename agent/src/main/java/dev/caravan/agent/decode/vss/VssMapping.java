package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.Spelling;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.signal.SignalSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives signals VSS paths and units, by a file that the operator writes.
 *
 * <pre>
 * signals:
 *   - {from: can0.EngineData.Speed, to: Vehicle.Speed, unit: km/h}
 *   - {from: Battery.Temp, to: Vehicle.Powertrain.TractionBattery.Temperature.Average, unit: celsius}
 *   - {from: Gear.State, to: Vehicle.Powertrain.Transmission.SelectedGear, labels: {0: NEUTRAL, 1: DRIVE}}
 * </pre>
 *
 * <p>A name without its source, or with {@code *} for it, is that signal of any source; one with it goes first. The
 * unit is converted by changing factor, offset and limits, each to the nearest double; where the unit stays the same
 * they stay bit for bit. Units that do not convert are a fault at the mapping's line, added when the signal is defined,
 * which is at start-up. One thread uses it.
 */
public final class VssMapping implements Naming {
  private static final Key<Node> SIGNALS = Key.list("signals")
      .required()
      .says("list of names, see below; signals that none names keep `{source}.{message}.{signal}`");
  private static final Key<Path> CATALOGUE = Key.file("catalogue")
      .absent("VSS 4.2")
      .says("the leaves of another release, or with your overlays: what `vspec export` makes as "
          + "`json`, `yaml` or `csv`");
  private static final Key<Node> OWN = Key.list(
          "own", Key.text("branch").like(VssEntry.PATH.pattern()))
      .range("VSS paths")
      .says("branches that are yours and in no catalogue, `[Vehicle.Fleet]`");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(SIGNALS, CATALOGUE, OWN);

  /** The keys of an item of {@code signals}. */
  public static final List<Key<?>> SIGNAL_KEYS = VssEntry.KEYS;

  private final Map<String, VssEntry> entries;
  private final VssCheck check;
  private final Faults faults;

  // what the decoders have defined so far
  private final Set<String> unmapped = new LinkedHashSet<>();
  private final Map<VssEntry, String> used = new LinkedHashMap<>();
  private final List<Fault> unitConflicts = new ArrayList<>();

  private VssMapping(Map<String, VssEntry> entries, VssCheck check, Faults faults) {
    this.entries = entries;
    this.check = check;
    this.faults = faults;
  }

  /**
   * Reads a mapping. Faults of the file, and later those of units, go to {@code faults}.
   */
  public static VssMapping read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    return Foreign.is(top) ? foreign(top, faults) : own(top, faults);
  }

  private static VssMapping own(Node top, Faults faults) {
    Map<String, VssEntry> entries = new LinkedHashMap<>();
    Map<String, VssEntry> byPath = new HashMap<>();
    if (top.isPresent() && !top.at(SIGNALS).isPresent()) {
      top.fault("signals: missing; want a list of {from, to, unit}");
    }
    VssCheck check = check(top);
    for (Node node : top.at(SIGNALS).items()) {
      VssEntry entry = VssEntry.from(node);
      check.path(entry);
      VssEntry sameFrom = entries.putIfAbsent(entry.from(), entry);
      if (sameFrom != null) {
        node.fault(
            entry.from() + " is mapped twice; first at " + sameFrom.node().where());
      }
      VssEntry sameTo = byPath.putIfAbsent(entry.to(), entry);
      if (sameTo != null && sameFrom == null) {
        twice(entry, sameTo);
      }
    }
    top.refuseUnknownKeys();
    return new VssMapping(entries, check, faults);
  }

  /** Of another tool, whose paths are those of its own catalogue. */
  private static VssMapping foreign(Node top, Faults faults) {
    VssCatalogue catalogue = VssCatalogue.shipped();
    List<Foreign> lines = Foreign.read(top, catalogue);
    Map<String, VssEntry> entries = new LinkedHashMap<>();
    lines.forEach(line -> entries.put(line.entry().from(), line.entry()));
    if (lines.stream().anyMatch(line -> line.isOnChange() || line.periodMs() > 0)) {
      top.warn(
          "interval_ms and on_change are rules of a route here; `caravan check --template FILE` prints them");
    }
    return new VssMapping(entries, new VssCheck(catalogue, List.of()), faults);
  }

  private static VssCheck check(Node top) {
    Optional<Path> release = top.find(CATALOGUE).filter(FileRoom::isFile);
    String wanted = "the beginning of VSS paths, as Vehicle.Private";
    List<String> own = top.at(OWN).items().stream()
        .map(item -> item.text(VssEntry.PATH, wanted))
        .toList();
    VssCatalogue catalogue =
        release.map(file -> VssCatalogue.read(file, top.faults())).orElseGet(VssCatalogue::shipped);
    return new VssCheck(catalogue, own);
  }

  /** Two signals under one path: odd but possible for the same one of two sources, else a slip of the pen. */
  private static void twice(VssEntry entry, VssEntry first) {
    String what = entry.to() + " is the name of two signals, " + first.from() + " and "
        + entry.from() + "; first at " + first.node().where();
    if (withoutSource(entry.from()).equals(withoutSource(first.from()))) {
      entry.node().warn(what + ": the second is called " + entry.to() + "#2");
    } else {
      entry.node().fault(what);
    }
  }

  private static String withoutSource(String path) {
    return path.substring(path.indexOf('.') + 1);
  }

  /** The same names, which nobody is told anything of and nothing is remembered for. Has no state; any thread. */
  public Naming names() {
    return new Naming() {
      @Override
      public SignalSpec named(SignalSpec decoded) {
        return named(decoded, "");
      }

      @Override
      public SignalSpec named(SignalSpec decoded, String place) {
        VssEntry entry = entry(decoded, place);
        return entry == null || entry.change().flaw(decoded).isPresent()
            ? decoded
            : converted(decoded, entry, false);
      }
    };
  }

  private @Nullable VssEntry entry(SignalSpec decoded, String place) {
    String path = decoded.path();
    VssEntry entry = entries.get(path);
    if (entry == null) {
      entry = entries.get(withoutSource(path));
    }
    if (entry == null && !place.isEmpty()) {
      entry = entries.get(place);
    }
    return entry == null && !place.isEmpty()
        ? entries.get("*" + path.substring(path.lastIndexOf('.')))
        : entry;
  }

  @Override
  public SignalSpec named(SignalSpec decoded) {
    return named(decoded, "");
  }

  @Override
  public SignalSpec named(SignalSpec decoded, String place) {
    VssEntry entry = entry(decoded, place);
    if (entry == null) {
      if (!decoded.path().startsWith("Vehicle.")) {
        // others are named by VSS already
        unmapped.add(decoded.path());
      }
      return decoded;
    }
    String before = used.putIfAbsent(entry, decoded.path());
    Optional<String> flaw = entry.change().flaw(decoded);
    if (flaw.isPresent()) {
      Foreign.leaveOut(
          entry.node(),
          entry.to() + " of " + decoded.path() + ": " + flaw.get()
              + "; the signal keeps its decoder's name");
      unmapped.add(decoded.path());
      return decoded;
    }
    if (before != null && !before.equals(decoded.path())) {
      entry
          .node()
          .warn(entry.to() + " is the name of two signals, " + before + " and " + decoded.path()
              + ": the second is called " + entry.to() + "#2");
    }
    entry
        .change()
        .claim()
        .flatMap(claim -> claim.contradiction(decoded))
        .ifPresent(what -> entry
            .node()
            .warn(entry.to() + " of " + decoded.path() + " is " + what + ", which counts"));
    SignalSpec named = converted(decoded, entry, true);
    if (before == null) {
      check.signal(entry, named);
    }
    return named;
  }

  private SignalSpec converted(SignalSpec decoded, VssEntry entry, boolean tells) {
    if (entry.change().isScaled()) {
      String unit = entry.unit().isEmpty() ? decoded.unit() : entry.unit();
      return renamed(entry.change().scaled(decoded, unit), entry, unit);
    }
    String from = entry.fromUnit().isEmpty() ? decoded.unit().strip() : entry.fromUnit();
    String to = entry.unit().isEmpty() ? from : entry.unit();
    if (from.equals(to)) {
      return renamed(decoded, entry, to);
    }
    if (from.isEmpty()) {
      if (tells) {
        entry
            .node()
            .warn(decoded.path() + " has no unit: taken as " + to
                + "; say from_unit if it is another");
      }
      return renamed(decoded, entry, to);
    }
    for (Unit source : UnitTable.find(from)) {
      for (Unit target : UnitTable.find(to)) {
        if (source.isSame(target)) {
          return renamed(decoded, entry, to);
        }
        if (source.dimension().equals(target.dimension())) {
          return converted(decoded, entry, source, target);
        }
      }
    }
    if (tells) {
      conflict(decoded, entry, from, to);
    }
    return renamed(decoded, entry, from);
  }

  private void conflict(SignalSpec decoded, VssEntry entry, String from, String to) {
    String unknown = UnitTable.find(from).isEmpty() ? from : to;
    String why = UnitTable.find(unknown).isEmpty()
        ? "unit '" + unknown + "' is not known"
        : "they do not measure the same";
    String what = entry.node().path() + ": " + decoded.path() + " is in '" + from
        + "', which does not convert to '" + to + "': " + why
        + "; want another unit, or from_unit where the decoder is wrong";
    unitConflicts.add(new Fault(entry.node().where(), what));
    faults.add(entry.node().where(), what);
  }

  private static SignalSpec renamed(SignalSpec decoded, VssEntry entry, String unit) {
    return new SignalSpec(
        entry.to(),
        decoded.group(),
        unit,
        decoded.kind(),
        decoded.factor(),
        decoded.offset(),
        decoded.min(),
        decoded.max(),
        labels(decoded, entry));
  }

  private static SignalSpec converted(
      SignalSpec decoded, VssEntry entry, Unit source, Unit target) {
    return new SignalSpec(
        entry.to(),
        decoded.group(),
        entry.unit(),
        decoded.kind(),
        source.scale(decoded.factor(), target),
        source.value(decoded.offset(), target),
        source.value(decoded.min(), target),
        source.value(decoded.max(), target),
        labels(decoded, entry));
  }

  private static Map<Long, String> labels(SignalSpec decoded, VssEntry entry) {
    if (!entry.change().texts().isEmpty()) {
      return entry.change().labels(decoded);
    }
    return entry.labels().isEmpty() ? decoded.labels() : entry.labels();
  }

  // what `check` shows, once all decoders have defined their signals

  /** Signals that keep their decoder's name, in the order they were defined. */
  public List<String> unmapped() {
    return List.copyOf(unmapped);
  }

  /** Lines of the mapping whose signal no decoder has, but for names that may still come. */
  public List<Fault> unmatched(Predicate<String> mayCome) {
    Set<String> free = new LinkedHashSet<>(unmapped);
    unmapped.forEach(path -> free.add(withoutSource(path)));
    Spelling spelling = new Spelling(free);
    return entries.values().stream()
        .filter(entry -> !used.containsKey(entry) && !mayCome(entry, mayCome))
        .map(entry -> new Fault(
            entry.node().where(),
            entry.node().path() + ": no decoder has a signal " + entry.written()
                + meant(entry, spelling)))
        .toList();
  }

  /** What signals that may still come are called then. */
  public List<String> toCome(Predicate<String> mayCome) {
    return entries.values().stream()
        .filter(entry -> mayCome(entry, mayCome))
        .map(VssEntry::to)
        .toList();
  }

  private static boolean mayCome(VssEntry entry, Predicate<String> mayCome) {
    return entry.from().startsWith("*.")
        ? mayCome.test("*.*." + entry.from())
        : mayCome.test(entry.from()) || mayCome.test("*." + entry.from());
  }

  private static String meant(VssEntry entry, Spelling free) {
    return free.nearest(entry.from())
        .map(near -> "; did you mean " + near + "?")
        .orElse("");
  }

  /** Units that do not convert; each is among the faults too. */
  public List<Fault> unitConflicts() {
    return List.copyOf(unitConflicts);
  }

  /** How many signals the mapping names. */
  public int size() {
    return entries.size();
  }
}
