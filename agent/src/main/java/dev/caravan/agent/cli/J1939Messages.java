package dev.caravan.agent.cli;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.j1939.FastPackets;
import dev.caravan.agent.decode.j1939.J1939Decoder;
import dev.caravan.agent.decode.j1939.J1939Transport;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Metric;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What J1939 and NMEA 2000 have above their single frames, on each bus of a log by itself: messages in packets, trouble
 * codes, identifications.
 */
final class J1939Messages {
  /** One bus of the log. */
  private static final class Bus {
    final J1939Transport transport;
    final FastPackets fastPackets;
    final J1939Decoder decoder;

    Bus(String name, DbcPlan plan, Health health) {
      transport = new J1939Transport(name, health);
      fastPackets = new FastPackets(plan::isFastPacket, name, health);
      decoder = new J1939Decoder(name, List.of(), new SignalTable(Naming.AS_DECODED), health);
    }
  }

  private final DbcPlan plan;
  private final boolean isJ1939;
  private final boolean isNmea2000;
  private final Health health = new Health();
  private final Map<String, Bus> buses = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();

  /** For a log whose buses are J1939 if that is said, or a DBC file says so. */
  J1939Messages(DbcPlan plan, boolean isJ1939) {
    this.plan = plan;
    this.isJ1939 = isJ1939 || plan.hasJ1939();
    this.isNmea2000 = plan.hasNmea2000();
  }

  /** Whether J1939 is read. */
  boolean isOn() {
    return isJ1939;
  }

  /** Whether NMEA 2000 is read. */
  boolean isNmea2000() {
    return isNmea2000;
  }

  private Bus bus(CanFrame frame) {
    return buses.computeIfAbsent(frame.channel(), name -> new Bus(name, plan, health));
  }

  /** Whether a frame is one of several that only together are a message of a DBC file. */
  boolean isFastPacket(CanFrame frame) {
    return isNmea2000 && plan.isFastPacket(frame);
  }

  /** The message of which a frame was the last packet, to be used before the next call; null if it was none. */
  @Nullable
  CanFrame join(CanFrame frame) {
    if (isJ1939 && J1939Transport.carries(frame)) {
      return bus(frame).transport.accept(frame);
    }
    return isFastPacket(frame) ? bus(frame).fastPackets.accept(frame) : null;
  }

  /** The trouble codes, or the identification, in a message; to be used before the next call; empty if it has none. */
  List<Sample> samples(CanFrame message) {
    samples.clear();
    if (isJ1939 && !J1939Transport.carries(message)) {
      bus(message)
          .decoder
          .accept(message, group -> group.forEach(sample -> samples.add(sample.copy())));
    }
    return samples;
  }

  /** How many messages in packets did not become whole: the number says which. */
  long lost(Metric.Count how) {
    return buses.keySet().stream()
        .mapToLong(bus -> health.counter(how, bus).value())
        .sum();
  }
}
