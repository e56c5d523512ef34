package dev.caravan.agent.encode.columns;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.util.List;
import java.util.function.Consumer;

/** This project's batch: everything counted, from the schema's id to the sequence number. */
final class CaravanPeer implements Peer {
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("a0a1a2a3a4a5a6a7"));

  private final String name;
  private final Health health = new Health();
  private final Counter decoded = health.counter(Declared.count("decode.samples"), "can0");
  private final Counter frames = health.counter(Declared.count("source.frames"), "can0");
  private final TelemetryEncoder encoder;
  private final Reading reading = new Reading();
  private final SampleGroup samples = new SampleGroup();
  private long sequence = 100_000;
  private int bytes;
  private final Consumer<Payload> counting = this::count;
  private Consumer<Bytes> bodies = body -> {};

  CaravanPeer(List<Signal> signals, int quantumExponent, boolean isCompressed) {
    name = "caravan, " + new String[] {"1 us", "10 us", "100 us", "1 ms"}[quantumExponent]
        + (isCompressed ? " + deflate" : "");
    TelemetrySettings settings =
        new TelemetrySettings(0, 1_000_000, Integer.MAX_VALUE, quantumExponent, isCompressed, true);
    encoder = new TelemetryEncoder(
        settings, "cloud", signals, new SystemTimeline(), health, Making.newBootId());
    encoder.streamHasName();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void frame(long timeUs, VehicleTrace.Message message) {
    long timeNs = VehicleTrace.START_NS + timeUs * 1000;
    frames.increment();
    long[] raws = message.raws();
    decoded.add(raws.length);
    samples.begin(message.group(), timeNs);
    for (int i = 0; i < raws.length; i++) {
      samples.add(i, raws[i]);
    }
    encoder.accept(reading.of(samples), counting);
  }

  /** Gives out each body too, as it is stored. */
  void giveBodies(Consumer<Bytes> out) {
    bodies = out;
  }

  private void count(Payload payload) {
    bodies.accept(payload.body());
    Seal seal = new Seal(STREAM, sequence++, false);
    Bytes message = TelemetryEnvelope.around(payload.body(), seal);
    bytes += message.length();
  }

  @Override
  public int close() {
    bytes = 0;
    encoder.tick(Long.MAX_VALUE, counting);
    return bytes;
  }
}
