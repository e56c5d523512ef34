package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns the register blocks of one source into samples, by the maps of its slaves. One thread uses it.
 *
 * <p>A signal is called {@code {source}.{slave}.{name}}, or as its map says. A block gives every signal that lies in it
 * as a whole, whatever was asked for. A refused request (exception) gives its signals as {@link Quality#ERROR}, with
 * "busy" and "acknowledge" as {@link Quality#NOT_AVAILABLE}, an unanswered one, also behind a gateway, as {@link
 * Quality#STALE}; never a value.
 */
public final class ModbusDecoder implements Decoder {
  /**
   * A slave and what its registers mean.
   *
   * @param name second part of its signals' names
   * @param unit its address
   */
  public record Slave(String name, int unit, RegisterMap map) {}

  /** A slave whose signals are defined, in the order of its map. */
  private record Known(int unit, List<MappedSignal> mapped, List<Signal> signals) {}

  private static final int ACKNOWLEDGE = 5; // V1.1b3, 7
  private static final int DEVICE_BUSY = 6;
  private static final int GATEWAY_PATH = 0x0A;
  private static final int GATEWAY_TARGET = 0x0B;

  private final List<Known> slaves = new ArrayList<>();
  private final SignalTable table;
  private final RegisterReading reading = new RegisterReading();
  private final SampleGroup samples = new SampleGroup();

  // of the frame accepted last
  private boolean knewLast;

  /** For the blocks of one source; defines all signals of the maps. */
  public ModbusDecoder(String source, List<Slave> slaves, SignalTable table) {
    this.table = table;
    for (Slave slave : slaves) {
      String group = source + "." + slave.name();
      List<MappedSignal> mapped = slave.map().signals();
      List<Signal> signals =
          mapped.stream().map(each -> table.define(spec(group, each))).toList();
      this.slaves.add(new Known(slave.unit(), mapped, signals));
    }
  }

  private static SignalSpec spec(String group, MappedSignal mapped) {
    Kind kind = mapped.type() == RegisterType.BITS && mapped.length() == 1
        ? Kind.BOOLEAN
        : mapped.type().kind;
    return new SignalSpec(
        mapped.path().isEmpty() ? group + "." + mapped.name() : mapped.path(),
        group,
        mapped.unit(),
        kind,
        mapped.factor(),
        mapped.offset(),
        mapped.min(),
        mapped.max(),
        mapped.labels());
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    knewLast = false;
    if (!(in instanceof RegisterBlock block)) {
      return;
    }
    for (int i = 0; i < slaves.size(); i++) {
      Known slave = slaves.get(i);
      if (slave.unit == block.unit() && !slave.signals.isEmpty()) {
        read(slave, block);
        if (samples.size() > 0) {
          knewLast = true;
          out.accept(samples);
        }
      }
    }
  }

  private void read(Known slave, RegisterBlock block) {
    samples.begin(table.group(slave.signals.get(0)), block.timeNs());
    for (int i = 0; i < slave.signals.size(); i++) {
      MappedSignal mapped = slave.mapped.get(i);
      if (mapped.function() == block.function() && mapped.lies(block.address(), block.count())) {
        add(mapped, slave.signals.get(i), block);
      }
    }
  }

  private void add(MappedSignal mapped, Signal signal, RegisterBlock block) {
    if (block.outcome() != Outcome.READ) {
      samples.addNone(signal, quality(block));
      return;
    }
    reading.read(mapped, block.data(), block.address());
    if (signal.kind() == Kind.TEXT) {
      samples.addText(signal, reading.quality(), reading.text());
    } else {
      samples.addNumber(signal, reading.quality(), reading.raw());
    }
  }

  private static Quality quality(RegisterBlock block) {
    if (block.outcome() == Outcome.SILENCE) {
      return Quality.STALE;
    }
    return switch (block.exceptionCode()) {
      case ACKNOWLEDGE, DEVICE_BUSY -> Quality.NOT_AVAILABLE;
      case GATEWAY_PATH, GATEWAY_TARGET -> Quality.STALE;
      default -> Quality.ERROR;
    };
  }
}
