package dev.caravan.agent.device.truck;

import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Schedule;
import dev.caravan.agent.device.Traffic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The J1939 bus of a truck: 250 kbit/s, 29-bit identifiers, {@code config/dbc/truck.dbc}. Besides messages of one frame,
 * whose number a second is set, there go
 *
 * <ul>
 *   <li>once a second DM1 of engine and brakes: the engine's trouble codes come and go, and several of them go in packets
 *       to all (BAM);
 *   <li>every 10 s, from 1.5 s on, the vehicle identification in packets to all;
 *   <li>every 5 s, from 0.5 s on, EC1 in packets from the engine to the transmission (RTS, CTS).
 * </ul>
 *
 * <p>Equal seeds and rates give equal frames. One thread.
 */
public final class TruckModel implements Traffic {
  private static final int BITRATE = 250_000;
  private static final int ENGINE = 0x00;
  private static final int TRANSMISSION = 0x03;
  private static final int BRAKES = 0x0B;
  private static final int TROUBLE_PGN = 0xFECA; // DM1
  private static final int IDENTIFICATION_PGN = 0xFEEC;
  private static final int CONFIGURATION_PGN = 0xFEE3; // EC1
  private static final int PRIORITY_6 = 6 << 26;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Of no truck: the maker's code ZZZ is not given out. */
  private static final byte[] IDENTIFICATION =
      "ZZZ0CARAVAN000001*".getBytes(StandardCharsets.US_ASCII);

  private final Truck truck;
  private final List<MessageLayout> messages = messages();
  private final Schedule schedule;
  private final PacketQueue packets = new PacketQueue();
  private final byte[] payload = new byte[8];

  // when each is due next
  private long troublesNs = SECOND_NS / 4;
  private long configurationNs = SECOND_NS / 2;
  private long identificationNs = SECOND_NS * 3 / 2;

  /** A truck that stands, whose bus carries so many messages of one frame a second. */
  public TruckModel(double rateHz, long seed) {
    this(rateHz, new Truck(seed));
  }

  TruckModel(double rateHz, Truck truck) {
    this.truck = truck;
    this.schedule =
        new Schedule(messages.stream().mapToInt(MessageLayout::cycleMs).toArray(), rateHz);
  }

  /** All messages of one frame. */
  static List<MessageLayout> messages() {
    List<MessageLayout> all = new ArrayList<>();
    all.addAll(EngineMessages.all());
    all.addAll(ChassisMessages.all());
    return List.copyOf(all);
  }

  @Override
  public int bitrate() {
    return BITRATE;
  }

  @Override
  public void runUntil(long untilNs, FrameOut out) {
    while (true) {
      int message = schedule.next();
      long cyclicNs = schedule.dueNs(message);
      long occasionNs = Math.min(troublesNs, Math.min(configurationNs, identificationNs));
      long dueNs = Math.min(cyclicNs, Math.min(occasionNs, packets.dueNs()));
      if (dueNs >= untilNs) {
        return;
      }
      while (truck.timeNs() + Truck.STEP_NS <= dueNs) {
        truck.step();
      }
      if (occasionNs == dueNs) {
        occasion(dueNs);
      } else if (packets.dueNs() == dueNs) {
        packets.send(out);
      } else {
        MessageLayout layout = messages.get(message);
        layout.encode(truck, payload);
        out.frame(dueNs, layout.id(), FrameOut.EXTENDED, payload, payload.length);
        schedule.advance(message);
      }
    }
  }

  private void occasion(long nowNs) {
    if (troublesNs == nowNs) {
      troublesNs += SECOND_NS;
      troubles(nowNs, ENGINE, Troubles.at(nowNs));
      troubles(nowNs, BRAKES, List.of());
    }
    if (configurationNs == nowNs) {
      configurationNs += 5 * SECOND_NS;
      byte[] curve = new byte[EngineConfiguration.LAYOUT.lengthBytes()];
      EngineConfiguration.LAYOUT.encode(truck, curve);
      packets.connection(nowNs, ENGINE, TRANSMISSION, CONFIGURATION_PGN, curve);
    }
    if (identificationNs == nowNs) {
      identificationNs += 10 * SECOND_NS;
      packets.broadcast(nowNs, ENGINE, IDENTIFICATION_PGN, IDENTIFICATION);
    }
  }

  private void troubles(long nowNs, int from, List<Troubles.Code> codes) {
    byte[] list = Troubles.payload(codes);
    if (list.length > payload.length) {
      packets.broadcast(nowNs, from, TROUBLE_PGN, list);
    } else {
      packets.single(nowNs, PRIORITY_6 | TROUBLE_PGN << 8 | from, list);
    }
  }
}
