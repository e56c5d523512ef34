package dev.caravan.agent.decode.modbus;

import java.util.List;
import java.util.Map;

/**
 * One signal of a register map.
 *
 * @param name behind the names of source and slave; empty if {@code path} says all
 * @param path the whole name; empty to build it from {@code name}
 * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
 * @param address of its first register or coil, from 0
 * @param count registers or coils that it takes
 * @param type how it lies in them
 * @param order of its bytes
 * @param position for {@link RegisterType#BITS} the lowest bit, 0 is the lowest of the register
 * @param length for {@link RegisterType#BITS} how many bits; for {@link RegisterType#STRING} how many bytes
 * @param encoding of the text of a {@link RegisterType#STRING}
 * @param factor physical = raw * factor + offset
 * @param offset see {@code factor}
 * @param unit of the physical value; empty for none
 * @param min lowest physical value, NaN where none is set
 * @param max highest physical value, NaN where none is set
 * @param notAvailable what means that there is no value: the bits as they lie in the registers, for floating-point
 *     numbers the bits of the double
 * @param error what means that the sensor has failed, likewise
 * @param labels text of raw values
 * @param periodNs how often it is read; 0 as often as the slave
 */
record MappedSignal(
    String name,
    String path,
    int function,
    int address,
    int count,
    RegisterType type,
    ByteOrder order,
    int position,
    int length,
    String encoding,
    double factor,
    double offset,
    String unit,
    double min,
    double max,
    List<Long> notAvailable,
    List<Long> error,
    Map<Long, String> labels,
    long periodNs) {

  MappedSignal {
    notAvailable = List.copyOf(notAvailable);
    error = List.copyOf(error);
    labels = Map.copyOf(labels);
  }

  boolean lies(int from, int among) {
    return address >= from && address + count <= from + among;
  }

  int end() {
    return address + count;
  }
}
