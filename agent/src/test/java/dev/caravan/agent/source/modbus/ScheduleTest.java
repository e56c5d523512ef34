package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hours on a line in no time: slaves answer after 30 ms or not at all. */
class ScheduleTest {
  private static final long MS = 1_000_000;
  private static final long ANSWER_NS = 30 * MS;

  private static final Answer ANSWER = new Answer(0, Bytes.ofHex("0001000200030004"));

  private final Map<Integer, List<Long>> asked = new HashMap<>();
  private int missed;

  private static Group group(int unit, int address, long periodMs) {
    return new Group("u" + unit, unit, 3, address, 4, periodMs * MS);
  }

  private static Schedule schedule(Group... groups) {
    SerialSettings serial = SerialSettings.of(new PortAddress.DeviceFile(Path.of("x")), 9600);
    ModbusSettings settings =
        new ModbusSettings("line", serial, 300 * MS, 2, 0, 0, 125, List.of(), List.of(groups));
    Schedule schedule = new Schedule(settings, LineTiming.of(serial));
    schedule.start(0);
    return schedule;
  }

  /** Plays the line from one time to another. */
  private long play(Schedule schedule, long fromNs, long toNs, Set<Integer> dead) {
    long nowNs = fromNs;
    while (nowNs < toNs) {
      Poll poll = schedule.next(nowNs);
      if (schedule.missed(nowNs) != null) {
        missed++;
      } else if (poll == null) {
        long wakeNs = schedule.wakeNs(nowNs);
        assertTrue(wakeNs > nowNs, "a schedule that waits for the past would spin");
        nowNs = wakeNs;
      } else {
        asked.computeIfAbsent(poll.slave.unit, unit -> new ArrayList<>()).add(nowNs);
        schedule.sent(poll, nowNs);
        if (dead.contains(poll.slave.unit)) {
          nowNs = schedule.keptFreeUntilNs(poll, nowNs);
          schedule.failed(poll, nowNs, true);
        } else {
          nowNs += ANSWER_NS;
          schedule.answered(poll, ANSWER, nowNs);
          schedule.given(poll, nowNs);
        }
      }
    }
    return nowNs;
  }

  private List<Long> of(int unit) {
    return asked.getOrDefault(unit, List.of());
  }

  @Test
  void slaveThatAnswersKeepsItsGridBesideTwoThatDoNot() {
    play(
        schedule(group(1, 0, 1000), group(2, 0, 1000), group(3, 0, 1000)),
        0,
        600_000 * MS,
        Set.of(2, 3));
    List<Long> good = of(1);
    assertEquals(600, good.size(), 1);
    for (int i = 1; i < good.size(); i++) {
      // all but the very first rounds, in which nobody is known to be dead, to the millisecond
      long offNs = Math.abs(good.get(i) - good.get(i - 1) - 1000 * MS);
      assertTrue(offNs <= (i < 3 ? 700 * MS : 1 * MS), "turn " + i + " off by " + offNs);
    }
  }

  @Test
  void silentSlaveIsAskedRarelyButForEver() {
    play(schedule(group(1, 0, 1000), group(2, 0, 1000)), 0, 3_600_000 * MS, Set.of(2));
    List<Long> probes = of(2);
    assertTrue(probes.size() > 60 && probes.size() < 140, "probes in an hour: " + probes.size());
    assertTrue(probes.get(probes.size() - 1) > 3_530_000 * MS, "the last one");
    assertEquals(3600, missed, 5, "turns in which nothing was said of it");
  }

  @Test
  void busyLineStillFindsTimeForASilentSlave() {
    // 5 requests of 30 ms each 200 ms: there is no pause of 300 ms anywhere
    List<Group> groups = new ArrayList<>();
    for (int unit = 1; unit <= 5; unit++) {
      groups.add(group(unit, 0, 200));
    }
    groups.add(group(9, 0, 1000));
    Schedule schedule = schedule(groups.toArray(Group[]::new));
    long nowNs = play(schedule, 0, 120_000 * MS, Set.of(9));
    assertTrue(of(9).size() >= 6, "probes: " + of(9).size());
    assertTrue(of(1).size() > 560, "turns of a good one in 120 s: " + of(1).size());
    asked.clear();
    play(schedule, nowNs, nowNs + 120_000 * MS, Set.of());
    assertTrue(of(9).size() >= 50, "after it is back: " + of(9).size());
  }

  @Test
  void latePollsAreLeftOutAndEachTurnIsReported() {
    Schedule schedule = schedule(group(1, 0, 100));
    Poll poll = schedule.next(0);
    assertNotNull(poll);
    schedule.sent(poll, 0);
    for (int turn = 1; turn <= 10; turn++) {
      assertNull(schedule.missed(turn * 100L * MS - 1));
      assertEquals(poll, schedule.missed(turn * 100L * MS));
      assertEquals(1, schedule.takeSkipped());
    }
    schedule.answered(poll, ANSWER, 1050 * MS);
    schedule.given(poll, 1050 * MS);
    assertNull(schedule.next(1060 * MS));
    assertNull(schedule.missed(1199 * MS));
    assertEquals(1100 * MS, schedule.wakeNs(1060 * MS));
  }

  @Test
  void requestThatIsNeverAnsweredLeavesOthersOfItsSlaveAlone() {
    // of another length; those of the same length wait for 5 s after each probe
    int[] expected = {600, 500};
    for (int like = 0; like <= 1; like++) {
      Group never = new Group("u1", 1, 3, 100, like == 0 ? 5 : 4, 1000 * MS);
      Schedule schedule = schedule(group(1, 0, 1000), never);
      long nowNs = 0;
      int good = 0;
      while (nowNs < 600_000 * MS) {
        Poll poll = schedule.next(nowNs);
        if (schedule.missed(nowNs) == null && poll == null) {
          nowNs = schedule.wakeNs(nowNs);
        } else if (poll != null && poll.request.address() == 100) {
          schedule.sent(poll, nowNs);
          nowNs = schedule.keptFreeUntilNs(poll, nowNs);
          schedule.failed(poll, nowNs, true);
        } else if (poll != null) {
          good++;
          schedule.sent(poll, nowNs);
          nowNs += ANSWER_NS;
          schedule.answered(poll, ANSWER, nowNs);
          schedule.given(poll, nowNs);
        }
      }
      assertTrue(good >= expected[like] - 3 && good <= 600, "turns: " + good);
    }
  }

  @Test
  void refusedRequestIsHalvedDownToItsParts() {
    Schedule schedule =
        schedule(group(1, 0, 1000), group(1, 4, 1000), group(1, 8, 1000), group(1, 12, 1000));
    Poll whole = schedule.next(0);
    assertNotNull(whole);
    assertEquals(16, whole.request.count());
    assertTrue(schedule.halve(whole, 0));
    Poll half = schedule.next(0);
    assertNotNull(half);
    assertEquals(8, half.request.count());
    assertTrue(schedule.halve(half, 0));
    Poll quarter = schedule.next(0);
    assertNotNull(quarter);
    assertEquals(4, quarter.request.count());
    assertEquals(false, schedule.halve(quarter, 0));
  }
}
