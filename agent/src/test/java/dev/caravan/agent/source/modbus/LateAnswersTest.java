package dev.caravan.agent.source.modbus;

import static dev.caravan.agent.source.modbus.Bench.MS;
import static dev.caravan.agent.source.modbus.Bench.group;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Slaves that answer when they like. Each answers with the address that it was asked for in its first register, so that an
 * answer that is taken for another request's shows.
 */
class LateAnswersTest {
  /** When a slave sends what, after it was asked. */
  interface Manner {
    /** Delays in milliseconds, one for each time that it sends its answer. */
    int[] delaysMs(int request, Random random);
  }

  /** What a slave does with a request that comes while it is at work on another one. */
  enum AtWork {
    /** Works on both. */
    IN_PARALLEL,
    /** Lets it wait. */
    QUEUES,
    /** Does not hear it. */
    IGNORES
  }

  private static final int REFUSED = 900;

  private final Random random = new Random(20261130);
  private final Map<Integer, Manner> manners = new HashMap<>();
  private final Map<Integer, Integer> requests = new HashMap<>();
  private final Map<Integer, Long> freeNs = new HashMap<>();
  private AtWork atWork = AtWork.IN_PARALLEL;
  private final Bench bench = new Bench(this::hear);

  private void hear(long nowNs, byte[] request, FakeLine to) {
    int unit = request[0];
    Manner manner = manners.getOrDefault(unit, always(20));
    long freeAtNs = freeNs.getOrDefault(unit, 0L);
    if (atWork == AtWork.IGNORES && freeAtNs > nowNs) {
      return;
    }
    long fromNs = atWork == AtWork.QUEUES ? Math.max(nowNs, freeAtNs) : nowNs;
    int number = requests.merge(unit, 1, Integer::sum);
    byte[] answer = Bench.address(request) >= REFUSED
        ? Bench.refusal(request, 2)
        : Bench.answer(request, number);
    for (int delayMs : manner.delaysMs(number, random)) {
      to.say(fromNs + delayMs * MS, answer);
      freeNs.merge(unit, fromNs + delayMs * MS, Math::max);
    }
  }

  private static void assertTrueValues(List<RegisterBlock> blocks) {
    for (RegisterBlock block : blocks) {
      if (block.outcome() == Outcome.READ) {
        int said = (block.data().at(0) << 8) | block.data().at(1);
        assertEquals(block.address(), said, () -> "another request's answer: " + block);
      }
      assertTrue(
          block.outcome() != Outcome.EXCEPTION || block.address() >= REFUSED, block::toString);
    }
  }

  private static Manner always(int... ms) {
    return (number, random) -> ms;
  }

  private static Manner oneInTen(int ms) {
    return (number, random) -> new int[] {random.nextInt(10) == 0 ? ms : 20};
  }

  private static Manner between(int fromMs, int toMs) {
    return (number, random) -> new int[] {fromMs + random.nextInt(toMs - fromMs)};
  }

  private static Manner doublesOneInTen(int ms) {
    return (number, random) -> random.nextInt(10) == 0 ? new int[] {20, 20 + ms} : new int[] {20};
  }

  private static Manner doublesBetween(int fromMs, int toMs, int inTen) {
    return (number, random) -> {
      int again = 20 + fromMs + random.nextInt(toMs - fromMs);
      return random.nextInt(10) < inTen ? new int[] {20, again} : new int[] {20};
    };
  }

  static Stream<Arguments> manners() {
    Map<String, Manner> all = new TreeMap<>();
    for (int ms : new int[] {310, 450, 600, 1200, 2600}) {
      all.put("always " + ms, always(ms));
      all.put("one in ten " + ms, oneInTen(ms));
    }
    all.put("one in ten 4500", oneInTen(4500));
    all.put("random 200..800", between(200, 800));
    all.put("random 280..320", between(280, 320));
    all.put("random 20..2500", between(20, 2500));
    all.put("fast, then slow, then fast", (number, random) ->
        new int[] {number / 50 % 2 == 0 ? 20 : 450});
    for (int ms : new int[] {0, 5, 30, 80, 150, 250, 400}) {
      all.put("doubles after " + ms, always(20, 20 + ms));
      all.put("one in ten doubles after " + ms, doublesOneInTen(ms));
    }
    all.put("doubles after 0..300", doublesBetween(0, 300, 10));
    all.put("three in ten double after 300..2500", doublesBetween(300, 2500, 3));
    all.put("late doubles", always(450, 470));
    return all.entrySet().stream()
        .flatMap(entry -> Arrays.stream(AtWork.values())
            .map(work -> Arguments.of(entry.getKey(), entry.getValue(), work)));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("manners")
  void noAnswerIsTakenForAnothersAndValuesCome(String name, Manner manner, AtWork work)
      throws IOException {
    manners.put(1, manner);
    atWork = work;
    // four that look alike, one of another length, one that is refused; a slave that is in time
    try (ModbusSource source = bench.source(
        group(1, 100, 4, 1000),
        group(1, 200, 4, 1000),
        group(1, 300, 4, 1000),
        group(1, 400, 4, 2000),
        group(1, 500, 6, 1000),
        group(1, REFUSED, 3, 5000),
        group(2, 100, 4, 500))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 300);
      assertTrueValues(blocks);
      for (int address : new int[] {100, 200, 300, 400, 500}) {
        long good = readOf(1, address, blocks);
        assertTrue(good >= 10, () -> "values of " + address + ": " + good);
        long all = blocks.stream()
            .filter(block -> block.unit() == 1 && block.address() == address)
            .count();
        assertTrue(
            all >= (address == 400 ? 148 : 298), () -> "turns told of " + address + ": " + all);
      }
      // just below the timeout nobody is slow, and such answers fill the line
      boolean isFull = name.contains("310") || name.contains("280") || name.endsWith("after 250");
      long inTime = Bench.of(2, Outcome.READ, blocks).size();
      assertTrue(inTime >= (isFull ? 300 : 560), () -> "turns of the one in time: " + inTime);
    }
  }

  private static long readOf(int unit, int address, List<RegisterBlock> blocks) {
    return Bench.of(unit, Outcome.READ, blocks).stream()
        .filter(block -> block.address() == address)
        .count();
  }

  @Test
  void lostAndLateInAnyMixtureGivesNothingWrong() throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random dice = new Random(seed);
      LateAnswersTest other = new LateAnswersTest();
      other.atWork = dice.nextBoolean() ? AtWork.IN_PARALLEL : AtWork.IGNORES;
      double lost = dice.nextDouble() * 0.3;
      double late = dice.nextDouble() * 0.5;
      int most = 300 + dice.nextInt(4200);
      Manner manner = (number, random) -> random.nextDouble() < lost
          ? new int[0]
          : new int[] {random.nextDouble() < late ? random.nextInt(most) : random.nextInt(60)};
      other.manners.put(1, manner);
      other.manners.put(3, manner);
      try (ModbusSource source = other.bench.source(
          group(1, 100, 4, 200 + dice.nextInt(2000)),
          group(1, 200, 4, 1000),
          group(1, 300, 4, 1000),
          group(1, 500, 6, 1000),
          group(1, REFUSED, 3, 5000),
          group(3, 100, 4, 700),
          group(3, 200, 4, 700))) {
        source.open();
        assertTrueValues(other.bench.play(source, 200));
      }
    }
  }

  @Test
  void valuesThatAreLikeOneAnotherAreBelievedOfASlaveThatSaysNothingTwice() throws IOException {
    for (int most : new int[] {1, 2, 30}) {
      Bench prompt = new Bench((nowNs, request, to) -> to.say(
          nowNs + 20 * MS,
          AnswerScanTest.frame(String.format("%02x0302%04x", request[0], random.nextInt(most)))));
      try (ModbusSource source = prompt.source(
          group(1, 0, 1, 500),
          group(1, 100, 1, 500),
          group(1, 200, 1, 500),
          group(1, 300, 1, 500))) {
        source.open();
        List<RegisterBlock> blocks = prompt.play(source, 60);
        assertEquals(476, Bench.of(1, Outcome.READ, blocks).size(), 4, "of values below " + most);
      }
    }
  }

  @Test
  void slaveThatAlwaysTakesLongerThanTheTimeoutIsReadAndNamed() throws IOException {
    manners.put(1, always(450));
    try (ModbusSource source =
        bench.source(group(1, 100, 4, 1000), group(1, 200, 4, 1000), group(1, 300, 4, 1000))) {
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 60);
      assertTrueValues(blocks);
      // one at a time, 450 ms each
      assertTrue(Bench.of(1, Outcome.READ, blocks).size() >= 115, "values of 60 s");
      // less the 11 ms that 8 and 13 bytes take on the wire at 19200 bit/s
      assertEquals("unit 1 (u1) answers after 440 ms: raise `timeout`", bench.why());
      manners.put(1, always(20));
      List<RegisterBlock> fast = bench.play(source, 60);
      assertEquals("", bench.why());
      assertTrue(readOf(1, 100, fast) >= 57, "values once it is fast again");
    }
  }

  @Test
  void oneOfManyThatIsLateCostsTheOthersNothing() throws IOException {
    manners.put(3, always(450));
    try (ModbusSource source = bench.source(
        group(1, 100, 4, 200),
        group(2, 100, 4, 200),
        group(3, 100, 4, 1000),
        group(3, 200, 4, 1000),
        group(4, 100, 4, 500))) {
      source.open();
      bench.play(source, 5);
      List<RegisterBlock> blocks = bench.play(source, 60);
      assertTrueValues(blocks);
      assertEquals(300, Bench.of(1, Outcome.READ, blocks).size(), 2);
      assertEquals(300, Bench.of(2, Outcome.READ, blocks).size(), 2);
      assertEquals(120, Bench.of(4, Outcome.READ, blocks).size(), 2);
      assertTrue(Bench.of(3, Outcome.READ, blocks).size() >= 50, "values of the late one");
    }
  }

  @Test
  void answerToARequestOfBeforeTheLineWasLostIsNotTakenForAnother() throws IOException {
    manners.put(1, (number, random) -> new int[] {number == 1 ? 1500 : 20});
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000), group(1, 200, 4, 1000))) {
      source.open();
      bench.play(source, 0.6);
      source.open();
      List<RegisterBlock> blocks = bench.play(source, 20);
      assertTrueValues(blocks);
      assertTrue(readOf(1, 200, blocks) >= 15, "values of the other");
    }
  }

  @Test
  void whatComesBeforeTheFirstRequestIsNotBelieved() throws IOException {
    byte[] ofBefore = Bench.answer(new ReadRequest(1, 3, 900, 4).encoded(), 0);
    try (ModbusSource source = bench.source(group(1, 100, 4, 1000))) {
      bench.line.say(bench.time.monotonicNs() + 400 * MS, ofBefore);
      source.open();
      assertTrueValues(bench.play(source, 5));
    }
  }

  @Test
  void twoThatShareAnAddressAreNotTakenForEachOther() throws IOException {
    // each request is answered by both, the second 30 ms after the first
    manners.put(1, always(20));
    Bench shared = new Bench((nowNs, request, line) -> {
      hear(nowNs, request, line);
      line.say(nowNs + 50 * MS, Bench.answer(request, 0x7777));
    });
    try (ModbusSource source =
        shared.source(group(1, 100, 4, 1000), group(1, 200, 4, 1000), group(1, 300, 4, 1000))) {
      source.open();
      assertTrueValues(shared.play(source, 60));
    }
  }
}
