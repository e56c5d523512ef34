package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the registers and coils of one type of device mean, by a file that the operator writes.
 *
 * <pre>
 * function: 3
 * signals:
 *   - {name: WindSpeed, address: 500, factor: 0.1, unit: m/s, min: 0, max: 60}
 *   - {name: Temperature, address: 505, type: s16, factor: 0.1, unit: celsius, not_available: [0x7FFF]}
 *   - {name: Illuminance, address: 510, type: u32, unit: lux}
 * </pre>
 */
public final class RegisterMap {
  private static final Key<Integer> FUNCTION = Key.whole("function", 1, 4)
      .or(3)
      .says("1 coils, 2 discrete inputs, 3 holding registers, 4 input registers; for signals "
          + "that name none");
  private static final Key<String> ORDER = Key.oneOf("order", MappedSignalReading.ORDERS)
      .or("ABCD")
      .range("see below")
      .says("order of the bytes, for signals that name none");
  private static final Key<Node> SIGNALS =
      Key.list("signals").required().says("list of what is in the registers, see below");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(FUNCTION, ORDER, SIGNALS);

  /** The keys of an item of {@code signals}. */
  public static final List<Key<?>> SIGNAL_KEYS = MappedSignalReading.KEYS;

  /**
   * Registers or coils that one signal needs.
   *
   * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
   * @param address of the first one
   * @param count how many
   * @param periodNs how often; 0 as often as the slave
   */
  public record Span(int function, int address, int count, long periodNs) {}

  private final List<MappedSignal> signals;

  private RegisterMap(List<MappedSignal> signals) {
    this.signals = List.copyOf(signals);
  }

  /** Reads a file; what is wrong goes to {@code faults}. */
  public static RegisterMap read(Path file, Faults faults) {
    Node top = YamlFile.read(file, faults);
    int function = top.get(FUNCTION);
    ByteOrder order = ByteOrder.valueOf(top.get(ORDER));
    if (top.isPresent() && !top.at(SIGNALS).isPresent()) {
      top.fault("signals: missing; want a list of {name, address, type}");
    }
    List<MappedSignal> signals = new ArrayList<>();
    Map<String, Node> names = new HashMap<>();
    for (Node item : top.at(SIGNALS).items()) {
      MappedSignal signal = MappedSignalReading.read(item, function, order);
      signals.add(signal);
      Node first = names.putIfAbsent(signal.name() + signal.path(), item);
      if (first != null) {
        item.fault("two signals called " + signal.name() + signal.path() + "; the first is at "
            + first.where());
      }
    }
    top.refuseUnknownKeys();
    return new RegisterMap(signals);
  }

  /** Every register or coil of a range as a signal of its own, a number without a unit: {@code R500}, {@code C3}. */
  public static RegisterMap unnamed(int function, int address, int count) {
    RegisterType type = function <= 2 ? RegisterType.BIT : RegisterType.U16;
    List<MappedSignal> signals = new ArrayList<>();
    for (int at = address; at < address + count; at++) {
      signals.add(new MappedSignal(
          (function <= 2 ? "C" : "R") + at,
          "",
          function,
          at,
          1,
          type,
          ByteOrder.ABCD,
          0,
          0,
          "ascii",
          1,
          0,
          "",
          Double.NaN,
          Double.NaN,
          List.of(),
          List.of(),
          Map.of(),
          0));
    }
    return new RegisterMap(signals);
  }

  /** How many signals it has. */
  public int size() {
    return signals.size();
  }

  List<MappedSignal> signals() {
    return signals;
  }

  /** What has to be read for the signals, in their order. */
  public List<Span> spans() {
    return signals.stream()
        .map(signal ->
            new Span(signal.function(), signal.address(), signal.count(), signal.periodNs()))
        .distinct()
        .toList();
  }
}
