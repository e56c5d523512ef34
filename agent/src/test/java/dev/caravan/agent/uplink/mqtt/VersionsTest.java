package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private long nowNs;
  private final Versions versions = new Versions(Optional.empty(), () -> nowNs);

  @Test
  void fiveIsSpokenUntilTheBrokerSaysThatItKnowsItNot() {
    versions.answered(Version.FIVE);
    assertEquals(Version.FIVE, versions.next());
    versions.refused(Version.FIVE);
    assertEquals(Version.THREE, versions.next());
    assertTrue(versions.isFallenBack());
  }

  @Test
  void thirdConnectWithoutAnAnswerMakesATrialThatAnAnswerMakesSure() {
    versions.unanswered(Version.FIVE);
    versions.unanswered(Version.FIVE);
    assertEquals(Version.FIVE, versions.next());
    versions.unanswered(Version.FIVE);
    assertEquals(Version.THREE, versions.next());
    assertFalse(versions.isFallenBack());
    versions.answered(Version.THREE);
    assertTrue(versions.isFallenBack());
  }

  @Test
  void trialWithoutAnAnswerLeadsBackToFiveAndThreeMore() {
    for (int i = 0; i < 3; i++) {
      versions.unanswered(Version.FIVE);
    }
    versions.unanswered(Version.THREE);
    assertEquals(Version.FIVE, versions.next());
    versions.unanswered(Version.FIVE);
    versions.unanswered(Version.FIVE);
    assertEquals(Version.FIVE, versions.next());
  }

  @Test
  void answerInBetweenStartsTheCountAnew() {
    versions.unanswered(Version.FIVE);
    versions.unanswered(Version.FIVE);
    versions.answered(Version.FIVE);
    versions.unanswered(Version.FIVE);
    versions.unanswered(Version.FIVE);
    assertEquals(Version.FIVE, versions.next());
  }

  @Test
  void fiveIsTriedAgainAfterADayAndOneSilenceIsEnoughThen() {
    versions.refused(Version.FIVE);
    nowNs += TimeUnit.DAYS.toNanos(1);
    assertEquals(Version.THREE, versions.next());
    nowNs++;
    assertTrue(versions.isFiveDue());
    assertEquals(Version.FIVE, versions.next());
    versions.unanswered(Version.FIVE);
    assertEquals(Version.THREE, versions.next());
  }

  @Test
  void brokerThatKnowsFiveByThenIsSpokenToByIt() {
    versions.refused(Version.FIVE);
    nowNs += TimeUnit.DAYS.toNanos(2);
    assertEquals(Version.FIVE, versions.next());
    versions.answered(Version.FIVE);
    nowNs += TimeUnit.DAYS.toNanos(2);
    assertEquals(Version.FIVE, versions.next());
    assertFalse(versions.isFallenBack());
  }

  @Test
  void brokerThatHasKnownFiveIsAskedAgainAfterTenMinutesOfWhatItsSilenceLedTo() {
    versions.answered(Version.FIVE);
    for (int i = 0; i < 3; i++) {
      versions.unanswered(Version.FIVE);
    }
    versions.answered(Version.THREE);
    nowNs += TimeUnit.MINUTES.toNanos(10);
    assertFalse(versions.isFiveDue());
    nowNs++;
    assertTrue(versions.isFiveDue());
    // what it says itself holds for a day
    versions.refused(Version.FIVE);
    nowNs += TimeUnit.HOURS.toNanos(23);
    assertFalse(versions.isFiveDue());
  }

  @Test
  void brokerThatNoLongerKnowsThreeIsSpokenToByFive() {
    versions.refused(Version.FIVE);
    versions.refused(Version.THREE);
    assertEquals(Version.FIVE, versions.next());
  }

  @Test
  void oneThatIsSetStays() {
    Versions set = new Versions(Optional.of(Version.THREE), () -> nowNs);
    set.refused(Version.THREE);
    for (int i = 0; i < 5; i++) {
      set.unanswered(Version.THREE);
    }
    set.answered(Version.THREE);
    assertEquals(Version.THREE, set.next());
    assertFalse(set.isFallenBack());
  }
}
