package dev.caravan.agent.source.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final int UNIT = 0x7E9;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000_000_000_000L);
  private final Health health = new Health();
  private final Patience patience = new Patience("obd0", timeline, health);

  private static Bytes did(int number) {
    return Bytes.ofHex(String.format("22%04x", number));
  }

  private void pass(long seconds) {
    timeline.advanceNs(seconds * 1_000_000_000L);
  }

  /** Seconds until it is worth it to wait again. */
  private long secondsToGo(int ecu, Bytes request) {
    long seconds = 0;
    for (; !patience.isWorthIt(ecu, request); seconds++) {
      pass(1);
    }
    return seconds;
  }

  @Test
  void eachWaitInVainDoublesTheTimeToTheNextUpToFiveMinutes() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      patience.unkept(UNIT, did(1), true);
      seconds.add(secondsToGo(UNIT, did(1)));
    }
    assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L), seconds);
  }

  @Test
  void unitIsWaitedForLessAfterThreeParametersInARowButForThoseThatItAnswered() {
    patience.answered(UNIT, did(9), true);
    for (int i = 0; i < 3; i++) {
      assertTrue(patience.isWorthIt(UNIT, did(i)));
      patience.unkept(UNIT, did(i), true);
    }
    assertFalse(patience.isWorthIt(UNIT, did(3)));
    assertTrue(patience.isWorthIt(UNIT, did(9)));
    assertTrue(patience.isWorthIt(0x7EA, did(3)));
    assertEquals(1, secondsToGo(UNIT, did(3)));
    patience.unkept(UNIT, did(3), true);
    assertEquals(2, secondsToGo(UNIT, did(4)));
    patience.answered(UNIT, did(4), true);
    assertTrue(patience.isWorthIt(UNIT, did(5)));
  }

  @Test
  void whatWasNotWaitedForIsCountedAndProvesNothing() {
    patience.unkept(UNIT, did(1), true);
    pass(1);
    patience.unkept(UNIT, did(1), false);
    assertTrue(patience.isWorthIt(UNIT, did(1)));
    assertEquals(2, health.total(Declared.count("diagnostic.unkept")));
  }

  @Test
  void stateOfTheSourceSaysWhoDoesNotAnswerUntilHeDoes() {
    patience.unkept(0x7EA, did(1), true);
    patience.unkept(UNIT, did(1), true);
    assertEquals(
        "'response pending' without an answer: unit 7e9 7ea",
        health.part("source", "obd0").why());
    patience.answered(UNIT, did(2), false);
    patience.answered(0x7EA, did(1), false);
    assertEquals(
        "'response pending' without an answer: unit 7e9",
        health.part("source", "obd0").why());
    patience.begin();
    assertEquals("", health.part("source", "obd0").why());
    assertTrue(patience.isWorthIt(UNIT, did(1)));
  }
}
