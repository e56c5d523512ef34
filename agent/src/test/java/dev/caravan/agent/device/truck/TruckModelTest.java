package dev.caravan.agent.device.truck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.j1939.J1939Decoder;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TruckModelTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private static List<String> frames(double rateHz, long seed, long seconds) {
    List<String> all = new ArrayList<>();
    new TruckModel(rateHz, seed)
        .runUntil(
            seconds * SECOND_NS,
            (timeNs, id, flags, bytes, length) -> all.add(timeNs + " " + Integer.toHexString(id)
                + " " + flags + " " + Bytes.of(bytes, 0, length)));
    return all;
  }

  @Test
  void equalSeedsGiveEqualFrames() {
    assertEquals(frames(300, 4, 60), frames(300, 4, 60));
    assertNotEquals(frames(300, 4, 60), frames(300, 5, 60));
  }

  @Test
  void framesAreExtendedInOrderAndWithinWhatTheBusCarries() {
    long[] last = {0};
    int[] count = {0};
    new TruckModel(300, 1).runUntil(60 * SECOND_NS, (timeNs, id, flags, bytes, length) -> {
      assertTrue(timeNs >= last[0]);
      last[0] = timeNs;
      assertEquals(FrameOut.EXTENDED, flags);
      assertEquals(8, length);
      count[0]++;
    });
    // about 131 bits and stuff bits a frame: 250 kbit/s carry 1700
    assertTrue(count[0] > 300 * 60 && count[0] < 330 * 60, "frames " + count[0]);
  }

  @Test
  void messagesInPacketsAreReadBackWhole() {
    Health health = new Health();
    J1939Decoder decoder =
        new J1939Decoder("can1", List.of(), new SignalTable(Naming.AS_DECODED), health);
    Map<String, Set<String>> texts = new TreeMap<>();
    CanFrame frame = new CanFrame();
    new TruckModel(300, 1)
        .runUntil(
            31 * SECOND_NS,
            (timeNs, id, flags, bytes, length) -> decoder.accept(
                frame.set(timeNs, id, CanFrame.EXTENDED, bytes, 0, length), Groups.each(sample -> {
                  if (sample.signal().kind() == Kind.TEXT) {
                    texts
                        .computeIfAbsent(sample.signal().path(), first -> new LinkedHashSet<>())
                        .add(sample.text());
                  }
                })));
    assertEquals(
        Map.of(
            "can1.J1939.00.DM1.ActiveDtcs",
            Set.of(
                "",
                "SPN 1761 FMI 17 OC 1",
                "SPN 1761 FMI 17 OC 1, SPN 3216 FMI 4 OC 5, SPN 110 FMI 16 OC 2",
                "SPN 1761 FMI 17 OC 1, SPN 3216 FMI 4 OC 5"),
            "can1.J1939.0B.DM1.ActiveDtcs",
            Set.of(""),
            "can1.J1939.00.VI.VehicleIdentificationNumber",
            Set.of("ZZZ0CARAVAN000001")),
        texts);
    assertEquals(
        0,
        health.total(Declared.count("j1939.aborted"))
            + health.total(Declared.count("j1939.timeouts")));
    assertEquals(
        0,
        health.total(Declared.count("j1939.malformed"))
            + health.total(Declared.count("j1939.stray")));
    // EC1 is for the DBC files
    assertEquals(7, health.total(Declared.count("j1939.unknown")));
  }

  @Test
  void truckMovesSmoothly() {
    Truck truck = new Truck(2);
    double speed = 0;
    double fastest = 0;
    double rpm = truck.engineRpm;
    int stops = 0;
    for (int i = 0; i < 1800 * 100; i++) {
      truck.step();
      assertTrue(Math.abs(truck.speedKmh() - speed) < 0.1, "km/h " + speed + " at step " + i);
      assertTrue(Math.abs(truck.engineRpm - rpm) < 60, "rpm " + rpm + " at step " + i);
      assertTrue(truck.engineRpm > 550 && truck.engineRpm < 2300, "rpm " + truck.engineRpm);
      assertTrue(truck.airKpa > 400, "kPa " + truck.airKpa);
      stops += speed > 0 && truck.speedKmh() == 0 ? 1 : 0;
      speed = truck.speedKmh();
      rpm = truck.engineRpm;
      fastest = Math.max(fastest, speed);
    }
    assertTrue(fastest > 80 && fastest < 92, "km/h " + fastest);
    assertTrue(stops >= 1, "stops " + stops);
  }
}
