package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Sample;
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

  private record Known(int unit, MappedSignal mapped, Signal signal) {}

  private static final int ACKNOWLEDGE = 5; // V1.1b3, 7
  private static final int DEVICE_BUSY = 6;
  private static final int GATEWAY_PATH = 0x0A;
  private static final int GATEWAY_TARGET = 0x0B;

  private final Known[] all;
  private final RegisterReading reading = new RegisterReading();
  private final Sample sample;

  // of the frame accepted last
  private boolean knewLast;

  /** For the blocks of one source; defines all signals of the maps. */
  public ModbusDecoder(String source, List<Slave> slaves, SignalTable table) {
    List<Known> known = new ArrayList<>();
    for (Slave slave : slaves) {
      String group = source + "." + slave.name();
      for (MappedSignal mapped : slave.map().signals()) {
        known.add(new Known(slave.unit(), mapped, table.define(spec(group, mapped))));
      }
    }
    all = known.toArray(Known[]::new);
    sample = new Sample(
        all.length > 0
            ? all[0].signal()
            : new SignalTable(spec -> spec)
                .define(SignalSpec.of(source, source, "", Kind.UNSIGNED)));
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
  public void accept(Frame in, Consumer<? super Sample> out) {
    knewLast = false;
    if (!(in instanceof RegisterBlock block)) {
      return;
    }
    for (Known known : all) {
      MappedSignal mapped = known.mapped;
      if (known.unit == block.unit()
          && mapped.function() == block.function()
          && mapped.lies(block.address(), block.count())) {
        knewLast = true;
        out.accept(sample(known, block));
      }
    }
  }

  private Sample sample(Known known, RegisterBlock block) {
    Signal signal = known.signal;
    if (block.outcome() != Outcome.READ) {
      return sample.setNone(signal, block.timeNs(), quality(block));
    }
    reading.read(known.mapped, block.data(), block.address());
    if (signal.kind() == Kind.TEXT) {
      return sample.setText(signal, block.timeNs(), reading.quality(), reading.text());
    }
    return sample.setNumber(signal, block.timeNs(), reading.quality(), reading.raw());
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
