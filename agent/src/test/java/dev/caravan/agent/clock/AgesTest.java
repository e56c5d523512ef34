package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgesTest {
  private static final long S = 1_000_000_000L;
  private static final long YEAR = 365 * 86_400 * S;
  private static final long START = 1_764_000_000L * S;

  private final FakeTimeline timeline = new FakeTimeline(START);
  private final Ages ages = new Ages(timeline);

  @Test
  void withoutAStepTheTimeOfDayTells() {
    timeline.advanceNs(90 * S);
    assertEquals(90 * S, ages.ageNs(START));
    assertEquals(3 * 86_400 * S + 90 * S, ages.ageNs(START - 3 * 86_400 * S));
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * S, 3 * 86_400 * S, 55 * YEAR})
  void aStepForwardAgesNothing(long stepNs) {
    timeline.advanceNs(10 * S);
    timeline.jumpNs(stepNs);
    timeline.advanceNs(5 * S);
    assertEquals(15 * S, ages.ageNs(START));
    long after = timeline.nowNs();
    timeline.advanceNs(7 * S);
    assertEquals(22 * S, ages.ageNs(START));
    assertEquals(7 * S, ages.ageNs(after));
  }

  @Test
  void sleepOfTheBoardAgesNothing() {
    timeline.sleepNs(86_400 * S);
    assertEquals(0, ages.ageNs(START));
  }

  @Test
  void whatAnEarlierRunStoredHasItsTrueAgeOnceAClockFrom1970IsSet() {
    FakeTimeline without = new FakeTimeline(40 * S);
    Ages from1970 = new Ages(without);
    assertEquals(0, from1970.ageNs(START));
    without.advanceNs(20 * S);
    without.jumpNs(START + 3600 * S - 60 * S);
    assertEquals(3600 * S, from1970.ageNs(START));
    assertEquals(20 * S, from1970.ageNs(40 * S), "stored since the start");
  }

  @Test
  void aHundredStepsAgeNothingAndAreNotAllKept() {
    for (int i = 0; i < 100; i++) {
      timeline.jumpNs(YEAR / 10);
      timeline.advanceNs(S);
      assertEquals((i + 1) * S, ages.ageNs(START));
    }
    assertEquals(0, ages.ageNs(timeline.nowNs()));
  }

  @ParameterizedTest
  @ValueSource(longs = {3600 * S, 20 * YEAR})
  void whatWasStoredWhileTheClockWasAheadHasItsAgeOnceItIsRightAgain(long stepNs) {
    timeline.advanceNs(10 * S);
    timeline.jumpNs(stepNs);
    ages.ageNs(START);
    timeline.advanceNs(5 * S);
    long wrong = timeline.nowNs();
    timeline.advanceNs(5 * S);
    timeline.jumpNs(-stepNs);
    assertEquals(5 * S, ages.ageNs(wrong));
    assertEquals(20 * S, ages.ageNs(START));
    timeline.advanceNs(7 * S);
    assertEquals(12 * S, ages.ageNs(wrong));
    assertEquals(7 * S, ages.ageNs(timeline.nowNs() - 7 * S));
  }

  @Test
  void whatWasStoredBeforeTheClockWasSetBackHasItsAge() {
    timeline.advanceNs(10 * S);
    timeline.jumpNs(-3600 * S);
    timeline.advanceNs(5 * S);
    assertEquals(15 * S, ages.ageNs(START));
    assertEquals(5 * S, ages.ageNs(timeline.nowNs() - 5 * S));
  }
}
