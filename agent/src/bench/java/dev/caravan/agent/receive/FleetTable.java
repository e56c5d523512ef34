package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a reader keeps of a fleet of equal cars, each with a boot id and a stream of its own: how many schema ids there are, the memory of
 * each car after its first batch and after a hundred, and the time of a batch.
 */
public final class FleetTable {
  private static final int BATCHES = 100;

  private FleetTable() {}

  /** Takes the number of cars, without it 10,000. */
  public static void main(String[] args) {
    int cars = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    Receiver receiver = new Receiver(new Receiver.Listener() {}, Room.share(3));
    Set<Bytes> ids = new HashSet<>();
    long before = used();
    for (int car = 0; car < cars; car++) {
      Payload made = MadeBatches.make(1, boot(car)).get(0);
      ids.add(made.schema().id());
      receiver.arrived(
          Topics.USUAL.schema(device(car), made.schema().id()), made.schema().content());
      arrived(receiver, car, made, 1);
    }
    System.out.printf(
        Locale.ROOT,
        "cars %d, schema ids %d; bytes a car after 1 batch: %d%n",
        cars,
        ids.size(),
        (used() - before) / cars);
    // what they say is equal from here on, so that making it takes no time
    List<Payload> made = MadeBatches.make(BATCHES, boot(0));
    long startNs = System.nanoTime();
    for (int sequence = 2; sequence <= BATCHES; sequence++) {
      for (int car = 0; car < cars; car++) {
        arrived(receiver, car, made.get(sequence - 1), sequence);
      }
    }
    long tookNs = System.nanoTime() - startNs;
    System.out.printf(
        Locale.ROOT,
        "bytes a car after %d batches: %d; %.1f us a batch; %s%n",
        BATCHES,
        (used() - before) / cars,
        tookNs / 1e3 / cars / (BATCHES - 1),
        receiver.counts());
  }

  private static void arrived(Receiver receiver, int car, Payload made, long sequence) {
    Seal seal = new Seal(new StreamId(boot(car)), sequence, false);
    receiver.arrived(
        Topics.USUAL.data(device(car), "cloud"), TelemetryEnvelope.around(made.body(), seal));
  }

  private static DeviceName device(int car) {
    return new DeviceName("fleet", "car-" + car);
  }

  private static Bytes boot(int car) {
    return Bytes.ofHex(String.format(Locale.ROOT, "%016x", car + 1));
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
