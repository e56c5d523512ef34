package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  private final Map<Integer, List<Long>> asked = new HashMap<>();

  private static Group group(int unit, int address, long periodMs) {
    return new Group("u" + unit, unit, 3, address, 4, periodMs * MS);
  }

  private static Schedule schedule(Group... groups) {
    SerialSettings serial = SerialSettings.of(new PortAddress.DeviceFile(Path.of("x")), 9600);
    ModbusSettings settings =
        new ModbusSettings("line", serial, 300 * MS, 2, 0, List.of(), List.of(groups));
    return new Schedule(settings, LineTiming.of(serial), 0);
  }

  /** Plays the line from one time to another. */
  private long play(Schedule schedule, long fromNs, long toNs, Set<Integer> dead) {
    long nowNs = fromNs;
    while (nowNs < toNs) {
      Poll poll = schedule.next(nowNs);
      if (poll == null) {
        long wakeNs = schedule.wakeNs(nowNs);
        assertTrue(wakeNs > nowNs, "a schedule that waits for the past would spin");
        nowNs = wakeNs;
      } else {
        asked.computeIfAbsent(poll.slave.unit, unit -> new ArrayList<>()).add(nowNs);
        if (dead.contains(poll.slave.unit)) {
          nowNs += schedule.timeoutNs(poll) + 20 * MS;
          schedule.failed(poll, nowNs, true);
        } else {
          nowNs += ANSWER_NS;
          schedule.answered(poll, nowNs, ANSWER_NS);
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
  void latePollsAreLeftOutAndNotMadeUpFor() {
    Schedule schedule = schedule(group(1, 0, 100));
    Poll poll = schedule.next(0);
    assertNotNull(poll);
    schedule.answered(poll, 1050 * MS, ANSWER_NS);
    assertEquals(10, schedule.takeSkipped());
    assertNull(schedule.next(1060 * MS));
    assertEquals(1100 * MS, schedule.wakeNs(1060 * MS));
  }

  @Test
  void requestThatIsNeverAnsweredLeavesTheOthersOfItsSlaveAlone() {
    Schedule schedule = schedule(group(1, 0, 1000), group(1, 100, 1000));
    long nowNs = 0;
    int good = 0;
    while (nowNs < 600_000 * MS) {
      Poll poll = schedule.next(nowNs);
      if (poll == null) {
        nowNs = schedule.wakeNs(nowNs);
      } else if (poll.request.address() == 100) {
        nowNs += schedule.timeoutNs(poll);
        schedule.failed(poll, nowNs, true);
      } else {
        good++;
        nowNs += ANSWER_NS;
        schedule.answered(poll, nowNs, ANSWER_NS);
      }
    }
    assertEquals(600, good, 3);
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
