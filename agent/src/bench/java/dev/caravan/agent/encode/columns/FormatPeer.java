package dev.caravan.agent.encode.columns;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A format of this project as a route has it: all its messages with all that is in them, as they leave. */
final class FormatPeer implements Peer {
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("a0a1a2a3a4a5a6a7"));

  private final String name;
  private final Health health = new Health();
  private final Counter decoded = health.counter(Declared.count("decode.samples"), "can0");
  private final Counter frames = health.counter(Declared.count("source.frames"), "can0");
  private final Bodies bodies;
  private final Encoder encoder;
  private final Reading reading = new Reading();
  private final SampleGroup samples = new SampleGroup();
  private long sequence = 100_000;
  private int bytes;
  private final Consumer<Payload> counting = this::count;

  /** {@code route}: its keys, on a line. */
  FormatPeer(String name, Function<Node, Format> format, String route) {
    this.name = name;
    bodies = format.apply(node(route)).batches();
    encoder =
        bodies.encoder(new Making(List.of(), new SystemTimeline(), health, Making.newBootId(), 1));
    encoder.streamHasName();
  }

  private static Node node(String route) {
    try {
      Path file = Files.writeString(Files.createTempFile("route", ".yaml"), route);
      Node node = YamlFile.read(file, new Faults());
      Files.delete(file);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void frame(long timeUs, VehicleTrace.Message message) {
    frames.increment();
    long[] raws = message.raws();
    decoded.add(raws.length);
    samples.begin(message.group(), VehicleTrace.START_NS + timeUs * 1000);
    for (int i = 0; i < raws.length; i++) {
      samples.add(i, raws[i]);
    }
    encoder.accept(reading.of(samples), counting);
  }

  private void count(Payload payload) {
    for (Message each : bodies.messages(payload.body(), new Seal(STREAM, sequence++, false))) {
      bytes += each.body().length();
    }
  }

  @Override
  public int close() {
    bytes = 0;
    encoder.tick(Long.MAX_VALUE, counting);
    return bytes;
  }
}
