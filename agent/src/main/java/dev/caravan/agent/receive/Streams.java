package dev.caravan.agent.receive;

import dev.caravan.agent.wire.DeviceName;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What is remembered of each stream of each device, in a bounded room: for more, that stream goes in which something came
 * longest ago, of the device of which something came longest ago. No device takes more than three quarters of the room; for more,
 * it loses its own. One thread.
 *
 * @param <K> what streams are called, over all devices
 * @param <T> what is remembered
 */
final class Streams<K, T> {
  /** What a device and a stream take beside their names and what is remembered. */
  private static final int COST_BYTES = 500;

  /** What may be taken while one message is read, beside what can be done without. */
  private static final int MESSAGE_BYTES = 2_000;

  private static final int DEVICE_QUARTERS = 3;

  private record Kept<T>(T value, Room room) {}

  private final class Device {
    private final Room room = whole.within(DEVICE_QUARTERS);
    private final Map<K, Kept<T>> streams = newestLast();
  }

  private final Room whole;
  private final long costBytes;
  private final Function<Room, T> making;
  private final BiConsumer<K, T> gone;
  private final Map<DeviceName, Device> devices = newestLast();

  /**
   * None yet.
   *
   * @param costBytes what each takes before anything came in it
   * @param making makes one, which takes what it needs further from the room that it is given
   * @param gone is told what had to go
   */
  Streams(Room whole, long costBytes, Function<Room, T> making, BiConsumer<K, T> gone) {
    this.whole = whole;
    this.costBytes = costBytes;
    this.making = making;
    this.gone = gone;
  }

  private static <A, B> Map<A, B> newestLast() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  /** Whether something is remembered of a stream. */
  boolean has(DeviceName deviceName, K name) {
    Device device = devices.get(deviceName);
    return device != null && device.streams.containsKey(name);
  }

  /** That of a stream in which something comes now; {@code nameChars} is how long its names are together. */
  T of(DeviceName deviceName, K name, int nameChars) {
    Device device = devices.computeIfAbsent(deviceName, any -> new Device());
    Kept<T> kept = device.streams.get(name);
    if (kept != null) {
      makeRoom(device, 0);
      return kept.value;
    }
    long bytes = costBytes + COST_BYTES + 2L * nameChars;
    Room room = device.room.within(4);
    Kept<T> made = new Kept<>(making.apply(room), room);
    device.streams.put(name, made);
    makeRoom(device, bytes);
    room.add(bytes);
    return made.value;
  }

  /** Lets go of others than the newest stream of the newest device. */
  private void makeRoom(Device newest, long bytes) {
    while (newest.streams.size() > 1 && !newest.room.has(bytes + MESSAGE_BYTES)) {
      removeEldest(newest);
    }
    while (!whole.has(bytes + MESSAGE_BYTES)) {
      Iterator<Device> eldest = devices.values().iterator();
      Device device = eldest.next();
      if (device == newest && device.streams.size() == 1) {
        return;
      }
      removeEldest(device);
      if (device.streams.isEmpty()) {
        eldest.remove();
      }
    }
  }

  private void removeEldest(Device device) {
    Iterator<Map.Entry<K, Kept<T>>> eldest = device.streams.entrySet().iterator();
    Map.Entry<K, Kept<T>> next = eldest.next();
    eldest.remove();
    next.getValue().room.giveAll();
    gone.accept(next.getKey(), next.getValue().value);
  }

  /** All that are there, of the device first of which something came longest ago. */
  void forEach(BiConsumer<K, T> each) {
    devices
        .values()
        .forEach(device -> device.streams.forEach((name, kept) -> each.accept(name, kept.value)));
  }
}
