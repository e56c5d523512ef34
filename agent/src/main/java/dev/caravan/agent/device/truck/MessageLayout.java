package dev.caravan.agent.device.truck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One message: its 29-bit identifier, how often it comes at full rate, and what it holds. */
final class MessageLayout {
  private final String name;
  private final int id;
  private final int cycleMs;
  private final int lengthBytes;
  private final List<SignalLayout> signals = new ArrayList<>();

  private MessageLayout(String name, int id, int cycleMs, int lengthBytes) {
    this.name = name;
    this.id = id;
    this.cycleMs = cycleMs;
    this.lengthBytes = lengthBytes;
  }

  static MessageLayout message(String name, int id, int cycleMs, int lengthBytes) {
    return new MessageLayout(name, id, cycleMs, lengthBytes);
  }

  /** With one more signal; only while the table of messages is made. */
  MessageLayout with(
      String signal,
      int start,
      int length,
      double factor,
      double offset,
      ToDoubleFunction<Truck> value) {
    signals.add(new SignalLayout(signal, start, length, factor, offset, value));
    return this;
  }

  String name() {
    return name;
  }

  int id() {
    return id;
  }

  int cycleMs() {
    return cycleMs;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  List<SignalLayout> signals() {
    return signals;
  }

  /** Writes the truck's state; what no signal has reads as ones, not available. */
  void encode(Truck truck, byte[] payload) {
    Arrays.fill(payload, 0, lengthBytes, (byte) 0xFF);
    for (SignalLayout signal : signals) {
      signal.put(signal.raw(truck), payload);
    }
  }
}
