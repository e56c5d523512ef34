package dev.caravan.agent.cli;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.j1939.J1939Decoder;
import dev.caravan.agent.decode.j1939.J1939Transport;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What J1939 has above its single frames, on each bus of a log by itself: messages in packets, trouble codes,
 * identifications.
 */
final class J1939Messages {
  /** One bus of the log. */
  private static final class Bus {
    final J1939Transport transport;
    final J1939Decoder decoder;

    Bus(String name, Health health) {
      transport = new J1939Transport(name, health);
      decoder = new J1939Decoder(name, List.of(), new SignalTable(Naming.AS_DECODED), health);
    }
  }

  private final Health health = new Health();
  private final Map<String, Bus> buses = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();

  private Bus bus(CanFrame frame) {
    return buses.computeIfAbsent(frame.channel(), name -> new Bus(name, health));
  }

  /** The message of which a frame was the last packet, to be used before the next call; null if it was none. */
  @Nullable
  CanFrame join(CanFrame frame) {
    return J1939Transport.carries(frame) ? bus(frame).transport.accept(frame) : null;
  }

  /** The trouble codes, or the identification, in a message; to be used before the next call; empty if it has none. */
  List<Sample> samples(CanFrame message) {
    samples.clear();
    if (!J1939Transport.carries(message)) {
      bus(message).decoder.accept(message, sample -> samples.add(sample.copy()));
    }
    return samples;
  }
}
