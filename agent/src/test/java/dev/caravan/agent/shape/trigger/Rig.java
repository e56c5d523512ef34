package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Triggers with a few signals; times are milliseconds after a start. */
final class Rig {
  static final long START_NS = 1_764_000_000_000_000_000L;
  static final long MS = 1_000_000L;

  final Health health = new Health();
  final SignalTable table = new SignalTable(Naming.AS_DECODED);
  final Signal accel = table.define(SignalSpec.of("V.Accel", "g", "m/s2", Kind.DOUBLE));
  final Signal speed = table.define(SignalSpec.of("V.Speed", "g", "km/h", Kind.UNSIGNED));
  final Signal gear = table.define(
      new SignalSpec("V.Gear", "g", "", Kind.UNSIGNED, 1, 0, 0, 9, Map.of(0L, "P", 3L, "D")));
  final Signal codes = table.define(SignalSpec.of("Truck.ActiveDtcs", "g", "", Kind.TEXT));
  final Signal other = table.define(SignalSpec.of("W.Other", "g", "", Kind.SIGNED));
  final List<Snapshot> told = new ArrayList<>();

  private final Triggers triggers;

  Rig(Path folder, String yaml) throws IOException {
    Faults faults = new Faults();
    TriggerSettings settings = read(folder, yaml, faults);
    if (!faults.found().isEmpty()) {
      throw new AssertionError(faults.found().toString());
    }
    triggers = new Triggers(settings, health);
  }

  /** Settings of {@code events}, whose keys are those of the file. */
  static TriggerSettings read(Path folder, String yaml, Faults faults) throws IOException {
    Path file = Files.writeString(folder.resolve("events.yaml"), yaml);
    return TriggerSettings.from(YamlFile.read(file, faults, name -> Optional.empty()));
  }

  private void tell(Report report) {
    told.add((Snapshot) report);
  }

  void number(Signal signal, long ms, Quality quality, double value) {
    Sample sample = new Sample(signal);
    long timeNs = START_NS + ms * MS;
    accept(
        signal.kind() == Kind.DOUBLE
            ? sample.setFloating(signal, timeNs, quality, value)
            : sample.setInteger(signal, timeNs, quality, (long) value));
  }

  void number(Signal signal, long ms, double value) {
    number(signal, ms, Quality.OK, value);
  }

  void text(Signal signal, long ms, String value) {
    accept(new Sample(signal).setText(signal, START_NS + ms * MS, Quality.OK, value));
  }

  private void accept(Sample sample) {
    triggers.accept(Groups.of(table, sample), this::tell);
  }

  void tick(long ms) {
    triggers.tick(START_NS + ms * MS, this::tell);
  }

  void finish() {
    triggers.finish(this::tell);
  }

  /** When the events told so far happened. */
  List<Long> times() {
    return told.stream().map(event -> (event.timeNs() - START_NS) / MS).toList();
  }

  /** The samples of an event, {@code V.Accel@100}. */
  List<String> samples(int event) {
    List<String> samples = new ArrayList<>();
    told.get(event)
        .samples()
        .forEach(sample -> samples.add(sample.signal() + "@" + (sample.timeNs() - START_NS) / MS));
    return samples;
  }
}
