package dev.caravan.agent.source.modbus;

import static dev.caravan.agent.source.modbus.Bench.MS;
import static dev.caravan.agent.source.modbus.Bench.group;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import dev.caravan.agent.source.modbus.ModbusSettings.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slaves that are short of breath, and lines that are full. */
class ModbusMasterTest {
  private final List<Long> heardNs = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private long quietSinceNs;
  private long shortestQuietNs = Long.MAX_VALUE;

  /** Answers after 20 ms what {@code most} registers are enough for; leaves the rest unanswered or refuses it. */
  private FakeLine.Far brief(int most, boolean refuses) {
    return (nowNs, request, line) -> {
      heardNs.add(nowNs);
      counts.add((int) request[5]);
      shortestQuietNs = Math.min(shortestQuietNs, nowNs - quietSinceNs);
      if (request[5] <= most) {
        line.say(nowNs + 20 * MS, Bench.answer(request, 1));
        quietSinceNs = nowNs + 20 * MS;
      } else if (refuses) {
        line.say(nowNs + 20 * MS, Bench.refusal(request, 3));
      }
    };
  }

  /** Neighbours of two registers each. */
  private static Group[] neighbours(int howMany) {
    return IntStream.range(0, howMany)
        .mapToObj(i -> group(1, 2 * i, 2, 1000))
        .toArray(Group[]::new);
  }

  private static void assertAllRead(int howMany, List<RegisterBlock> blocks) {
    List<RegisterBlock> read = Bench.of(1, Outcome.READ, blocks);
    for (int i = 0; i < howMany; i++) {
      int address = 2 * i;
      assertTrue(
          read.stream()
              .anyMatch(block ->
                  block.address() <= address && address + 2 <= block.address() + block.count()),
          "never read as a whole: " + address);
    }
  }

  @Test
  void mostRegistersOfARefusingSlaveAreFoundByHalving() throws IOException {
    Bench bench = new Bench(brief(16, true));
    try (ModbusSource source = bench.source(neighbours(30))) {
      source.open();
      assertAllRead(30, bench.play(source, 5));
    }
    assertEquals(60, counts.get(0));
    assertEquals(List.of(14, 16, 14, 16), counts.subList(counts.size() - 4, counts.size()));
  }

  @Test
  void mostRegistersOfASlaveThatIsSilentForMoreAreFoundByHalving() throws IOException {
    // with a short request beside the long one, and with the long one alone
    for (boolean alone : new boolean[] {false, true}) {
      Bench bench = new Bench(brief(10, false));
      Group[] groups = Arrays.copyOf(neighbours(20), 21);
      groups[20] = group(1, alone ? 40 : 500, 2, 1000);
      try (ModbusSource source = bench.source(groups)) {
        source.open();
        bench.play(source, 60);
        assertAllRead(20, bench.play(source, 10));
        assertEquals("", bench.why());
      }
    }
  }

  @Test
  void slaveThatIsOffIsNotHalved() throws IOException {
    Bench bench = new Bench(brief(125, false));
    Bench off = new Bench((nowNs, request, line) -> counts.add((int) request[5]));
    try (ModbusSource source = bench.source(neighbours(20));
        ModbusSource dead = off.source(neighbours(20))) {
      source.open();
      bench.play(source, 2);
      assertTrue(counts.stream().allMatch(count -> count == 40), counts.toString());
      counts.clear();
      dead.open();
      off.play(dead, 600);
      // the whole, and in turn with it its first part
      assertTrue(counts.stream().allMatch(count -> count == 40 || count == 2), counts.toString());
      assertTrue(counts.size() > 15 && counts.size() < 80, "probes in 10 min: " + counts.size());
    }
  }

  @Test
  void requestsAskForNoMoreThanTheSetting() throws IOException {
    Bench bench = new Bench(brief(16, true));
    try (ModbusSource source = bench.source(Bench.settings(0, 7, neighbours(10)))) {
      source.open();
      assertAllRead(10, bench.play(source, 3));
    }
    assertTrue(counts.stream().allMatch(count -> count <= 7), counts.toString());
  }

  @Test
  void lineIsQuietForThePauseBeforeEachRequest() throws IOException {
    Bench bench = new Bench(brief(16, true));
    try (ModbusSource source = bench.source(Bench.settings(80, 2, neighbours(5)))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 10);
      assertTrue(Bench.of(1, Outcome.READ, blocks).size() >= 45, "values");
    }
    assertTrue(shortestQuietNs >= 80 * MS, "shortest pause: " + shortestQuietNs);
  }

  @Test
  void answerThatTricklesIsTakenWhole() throws IOException {
    // 85 bytes: the first after 250 ms, then 5 each 100 ms; 1.85 s in all
    Bench bench = new Bench((nowNs, request, line) -> {
      byte[] answer = Bench.answer(request, 1);
      for (int at = 0; at < answer.length; at += 5) {
        line.say(
            nowNs + (250 + 20L * at) * MS,
            Arrays.copyOfRange(answer, at, Math.min(at + 5, answer.length)));
      }
    });
    try (ModbusSource source = bench.source(group(1, 100, 40, 5000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 60);
      assertEquals(12, Bench.of(1, Outcome.READ, blocks).size(), 1);
      assertEquals(0, Bench.of(1, Outcome.SILENCE, blocks).size());
    }
  }

  @Test
  void answerThatNeverEndsDoesNotHoldTheLineForEver() throws IOException {
    Bench bench = new Bench((nowNs, request, line) -> {
      byte[] answer = Bench.answer(request, 1);
      if (request[0] == 2) {
        line.say(nowNs + 20 * MS, answer);
        return;
      }
      // a byte each 200 ms, of an answer of 245
      for (int at = 0; at < answer.length; at++) {
        line.say(nowNs + (100 + 200L * at) * MS, Arrays.copyOfRange(answer, at, at + 1));
      }
    });
    try (ModbusSource source = bench.source(group(1, 100, 120, 1000), group(2, 100, 2, 1000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 120);
      assertEquals(0, Bench.of(1, Outcome.READ, blocks).size());
      assertTrue(Bench.of(1, Outcome.SILENCE, blocks).size() >= 118, "turns told");
      assertTrue(Bench.of(2, Outcome.READ, blocks).size() >= 60, "turns of the other");
    }
  }

  @Test
  void fullLineTellsInEachPeriodOfEachValue() throws IOException {
    // 20 requests of some 22 ms each in 200 ms: half of the turns must be left out
    Bench bench = new Bench(brief(125, true));
    Group[] groups =
        IntStream.range(0, 20).mapToObj(i -> group(1 + i, 100, 4, 200)).toArray(Group[]::new);
    try (ModbusSource source = bench.source(groups)) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 60);
      for (int unit = 1; unit <= 20; unit++) {
        int good = Bench.of(unit, Outcome.READ, blocks).size();
        int missed = Bench.of(unit, Outcome.SILENCE, blocks).size();
        assertTrue(good >= 95 && missed >= 50, unit + ": " + good + " and " + missed);
        assertEquals(298, good + missed, 2);
      }
      assertTrue(bench.count("modbus.skipped") >= 500, "skipped");
    }
  }

  @Test
  void silentSlaveIsToldOfInEachPeriod() throws IOException {
    Bench bench = new Bench((nowNs, request, line) -> {});
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000), group(1, 200, 4, 1000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 120);
      assertEquals(239, blocks.size(), 8);
      assertEquals(
          "no answer from unit 1 (u1): all slaves",
          bench.why().split("Z ", 2)[1].split(";", 2)[0]);
      bench.health.part("source", "road").set(Part.State.OK, "");
      assertEquals(Part.State.DEGRADED, bench.health.part("source", "road").state());
    }
  }

  @Test
  void oneSilentSlaveOfTwoIsNamedAndTheSourceIsWell() throws IOException {
    Bench bench = new Bench((nowNs, request, line) -> {
      if (request[0] == 2) {
        line.say(nowNs + 20 * MS, Bench.answer(request, 1));
      }
    });
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000), group(2, 100, 4, 1000))) {
      source.open();
      bench.play(source, 30);
      assertEquals("no answer from unit 1 (u1)", bench.why());
      bench.health.part("source", "road").set(Part.State.OK, "");
      assertEquals(Part.State.OK, bench.health.part("source", "road").state());
    }
  }

  /** Two requests a second, one behind the other: of a slave that ignores what comes within 40 ms of its own answer. */
  @Test
  void slaveThatWantsQuietIsNamedWithHowMuch() throws IOException {
    long[] latest = {Long.MIN_VALUE / 2};
    Bench bench = new Bench((nowNs, request, line) -> {
      if (nowNs - latest[0] > 40 * MS) {
        line.say(nowNs + 20 * MS, Bench.answer(request, 1));
        latest[0] = nowNs + 40 * MS;
      }
    });
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000), group(1, 200, 4, 1000))) {
      source.open();
      bench.play(source, 30);
      assertTrue(
          bench
              .why()
              .matches(
                  "unit 1 \\(u1\\) leaves out what comes too soon, and answers after \\d+ ms of quiet: raise its"
                      + " `pause`"),
          bench.why());
    }
  }

  @Test
  void busySlaveIsAskedAgainWithinASecond() throws IOException {
    // V1.1b3, 7: 06 server device busy
    Bench bench = new Bench((nowNs, request, line) -> {
      heardNs.add(nowNs);
      line.say(
          nowNs + 20 * MS,
          heardNs.size() < 3 ? Bench.refusal(request, 6) : Bench.answer(request, 1));
    });
    try (ModbusSource source = bench.source(group(1, 100, 4, 60_000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 30);
      assertEquals(
          List.of(Outcome.EXCEPTION, Outcome.EXCEPTION, Outcome.READ),
          blocks.stream().map(RegisterBlock::outcome).toList());
    }
  }

  @Test
  void refusalOfHalfARequestInDoubtIsNobodys() throws IOException {
    // of two requests of one function the first is refused 700 ms late, when the second is under
    // way
    Bench bench = new Bench((nowNs, request, line) -> {
      boolean isFirst = Bench.address(request) == 900;
      line.say(
          nowNs + (isFirst ? 700 : 20) * MS,
          isFirst ? Bench.refusal(request, 2) : Bench.answer(request, 1));
    });
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000), group(1, 900, 6, 1000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 60);
      assertTrue(
          Bench.of(1, Outcome.EXCEPTION, blocks).stream().allMatch(block -> block.address() == 900),
          "a refusal taken for another's");
      assertTrue(Bench.of(1, Outcome.EXCEPTION, blocks).size() >= 30, "the refusals");
      assertTrue(Bench.of(1, Outcome.READ, blocks).size() >= 30, "the values");
    }
  }
}
