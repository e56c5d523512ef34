package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalSpec;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.Frame;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns the CAN frames of one source into samples, by the DBC files of its bus. Allocates nothing for a frame. One
 * thread uses it.
 *
 * <p>A signal is called {@code {source}.{message}.{signal}}; those of a message are one group. A frame that is shorter
 * than its message gives the signals that fit.
 */
public final class DbcDecoder implements Decoder {
  private final DbcPlan plan;
  private final Signal[][] signals; // by message, by place
  private final DbcReading reading;
  private final Counter unknownBranches;
  private final Counter shortFrames;
  private final Sample sample;

  // of the frame accepted last
  private boolean knewLast;

  /** For the frames of one source; defines all signals of the plan. */
  public DbcDecoder(String source, DbcPlan plan, SignalTable table, Health health) {
    this.plan = plan;
    this.reading = plan.newReading();
    this.unknownBranches = health.counter("decode.mux_unknown", source);
    this.shortFrames = health.counter("decode.short", source);
    this.signals = new Signal[plan.size()][];
    Signal any = null;
    for (int i = 0; i < signals.length; i++) {
      MessagePlan message = plan.message(i);
      signals[i] = new Signal[message.size()];
      for (int place = 0; place < message.size(); place++) {
        any = table.define(spec(source + "." + message.group(), message.signal(place)));
        signals[i][place] = any;
      }
    }
    this.sample =
        new Sample(any != null ? any : new SignalTable(spec -> spec).define(nothing(source)));
  }

  /** Reads the files of one source's bus and makes their decoder; faults and warnings go to {@code faults}. */
  public static DbcDecoder of(
      String source, List<DbcSettings> files, SignalTable table, Health health, Faults faults) {
    List<DbcFile> read = files.stream()
        .map(settings -> DbcFile.read(settings.file(), settings.options(), faults))
        .toList();
    return new DbcDecoder(source, DbcPlan.of(read, faults), table, health);
  }

  private static SignalSpec spec(String group, DbcSignal signal) {
    return new SignalSpec(
        group + "." + DbcPlan.pathPart(signal.name()),
        group,
        signal.unit(),
        signal.kind(),
        signal.factor(),
        signal.offset(),
        signal.min(),
        signal.max(),
        signal.labels());
  }

  private static SignalSpec nothing(String source) {
    return SignalSpec.of(source, source, "", Kind.UNSIGNED);
  }

  /** What the decoder knows. */
  public DbcPlan plan() {
    return plan;
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super Sample> out) {
    int found = in instanceof CanFrame frame ? plan.find(frame) : -1;
    knewLast = found >= 0;
    if (found >= 0) {
      read((CanFrame) in, found, out);
    }
  }

  private void read(CanFrame frame, int found, Consumer<? super Sample> out) {
    MessagePlan message = plan.message(found);
    message.read(frame, reading);
    Signal[] ofMessage = signals[found];
    boolean ranges = message.message().j1939();
    for (int i = 0; i < reading.size(); i++) {
      Signal signal = ofMessage[reading.place(i)];
      Quality quality = ranges ? reading.quality(i) : Quality.OK;
      long raw = reading.rawBits(i);
      out.accept(
          signal.kind().isInteger()
              ? sample.setInteger(signal, frame.timeNs(), quality, raw)
              : sample.setFloating(signal, frame.timeNs(), quality, Double.longBitsToDouble(raw)));
    }
    if (reading.isUnknownBranch()) {
      unknownBranches.increment();
    }
    if (reading.isShort()) {
      shortFrames.increment();
    }
  }
}
