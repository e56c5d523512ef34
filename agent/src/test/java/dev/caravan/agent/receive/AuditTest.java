package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.wire.LedgerCounts;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
  private final SequenceAudit<Audit.Batch> audit = Audit.begin(Room.share(4));

  private void arrived(long sequence, int samples, LedgerCounts ledger) {
    audit.arrived(sequence, new Audit.Batch(samples, Optional.of(ledger)));
  }

  private static LedgerCounts ledger(long sent, long batchesEvicted) {
    return new LedgerCounts(0, 0, 0, 0, 0, sent + 7, 7, sent, 0, batchesEvicted, 0, 0);
  }

  @Test
  void whatIsAllThereIsComplete() {
    arrived(4, 10, ledger(40, 2));
    arrived(6, 5, ledger(65, 2));
    arrived(5, 20, ledger(60, 2));
    audit.again(5, false);
    assertEquals(
        "sequence 4..6, batches 3, missing 0 (named 0), again 1, two contents 0, samples 35, missing 0: complete",
        audit.toString());
  }

  @Test
  void lossThatTheDeviceNamesIsNoDisagreement() {
    arrived(1, 10, ledger(10, 0));
    arrived(4, 5, ledger(55, 2));
    assertEquals(SequenceAudit.Verdict.NAMED_LOSS, audit.verdict());
    assertEquals(
        "sequence 1..4, batches 2, missing 2 (named 2), again 0, two contents 0, samples 15, missing 40:"
            + " complete but for named losses",
        audit.toString());
  }

  @Test
  void moreNamedThanMissingIsSaidOfAWholeStream() {
    arrived(1, 10, ledger(10, 0));
    arrived(4, 5, ledger(55, 9));
    assertEquals(SequenceAudit.Verdict.NAMED_LOSS, audit.verdict());
    assertEquals(
        "complete but for named losses; named are 7 more than are missing",
        audit.toString().replaceFirst(".*: ", ""));
  }

  @Test
  void lossThatNobodyNamesIsOne() {
    arrived(1, 10, ledger(10, 0));
    arrived(3, 5, ledger(55, 0));
    assertEquals(SequenceAudit.Verdict.DISAGREEMENT, audit.verdict());
    assertEquals("batches missing 1, first 2, named as lost 0", audit.firstDisagreement());
  }

  @Test
  void samplesThatTheCountDoesNotKnowAreOne() {
    arrived(1, 10, ledger(10, 0));
    arrived(2, 5, ledger(16, 0));
    assertEquals(
        "sequence 2: samples 5 since the ledger before, but the count of those sent rose by 6",
        audit.firstDisagreement());
  }

  private void untold(long sequence, int samples) {
    audit.arrived(sequence, new Audit.Batch(samples, Optional.empty()));
  }

  private void assertSays(String samples, SequenceAudit.Verdict verdict) {
    assertEquals(verdict, audit.verdict(), audit.toString());
    assertTrue(audit.toString().contains(", samples " + samples + ":"), audit.toString());
  }

  @Test
  void batchesThatTellNoLedgerAreInTheSumOfTheNextThatDoes() {
    arrived(1, 10, ledger(10, 0));
    untold(2, 5);
    untold(3, 6);
    arrived(4, 7, ledger(28, 0));
    untold(5, 100);
    assertSays("128, missing 0", SequenceAudit.Verdict.COMPLETE);
  }

  @Test
  void wrongSumOverAnUntoldStretchIsADisagreement() {
    arrived(1, 10, ledger(10, 0));
    untold(2, 5);
    untold(3, 6);
    arrived(4, 7, ledger(29, 0));
    assertEquals(
        "sequence 4: samples 18 since the ledger before, but the count of those sent rose by 19",
        audit.firstDisagreement());
  }

  @Test
  void moreSamplesThanWereSentAreADisagreementAlsoOverAHole() {
    arrived(1, 10, ledger(10, 0));
    untold(2, 5);
    arrived(4, 7, ledger(21, 1));
    assertEquals(
        "sequence 4: samples 12 since the ledger before, but the count of those sent rose by 11",
        audit.firstDisagreement());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5})
  void holeAnywhereInAnUntoldStretchIsCountedByTheNextLedger(long hole) {
    // 10 samples each; 1 and 6 tell, 5 would have had it been there
    for (long sequence = 1; sequence <= 6; sequence++) {
      if (sequence == 1 || sequence == 6) {
        arrived(sequence, 10, ledger(10 * sequence, sequence == 6 ? 1 : 0));
      } else if (sequence != hole) {
        untold(sequence, 10);
      }
    }
    assertSays("50, missing 10", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void holeThatWouldHaveToldIsCountedByTheNextLedger() {
    arrived(1, 10, ledger(10, 0));
    untold(2, 10);
    untold(4, 10);
    arrived(5, 10, ledger(50, 1));
    assertSays("40, missing 10", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void lossInAStretchWhoseLedgerIsStillToComeIsNotNamedYet() {
    arrived(1, 10, ledger(10, 0));
    untold(2, 10);
    untold(4, 10);
    assertSays("30, missing not known", SequenceAudit.Verdict.DISAGREEMENT);
    assertEquals("batches missing 1, first 3, named as lost 0", audit.firstDisagreement());
    arrived(5, 10, ledger(50, 1));
    assertSays("40, missing 10", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void lossThatWasNamedStaysNamedThoughTheLastBatchTellsNothing() {
    arrived(1, 10, ledger(10, 0));
    arrived(3, 10, ledger(30, 1));
    untold(4, 10);
    assertSays("30, missing 10", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void lossesOfBeforeTheFirstBatchThatTellsNothingDoNotExcuseLaterOnes() {
    untold(100, 10);
    arrived(101, 10, ledger(510, 50));
    untold(103, 10);
    arrived(104, 10, ledger(540, 50));
    assertSays("40, missing 10", SequenceAudit.Verdict.DISAGREEMENT);
    assertEquals("batches missing 1, first 102, named as lost 0", audit.firstDisagreement());
  }

  @Test
  void holeBeforeTheFirstLedgerIsNamedByItAndItsSamplesAreNotKnown() {
    untold(100, 10);
    arrived(102, 10, ledger(510, 51));
    untold(103, 10);
    arrived(104, 10, ledger(530, 51));
    assertSays("40, missing not known", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void holeBeforeAFirstLedgerThatNamesNoneIsADisagreement() {
    untold(100, 10);
    arrived(102, 10, ledger(510, 0));
    assertEquals("batches missing 1, first 101, named as lost 0", audit.firstDisagreement());
  }

  @Test
  void streamFromItsBeginningCountsWhatIsMissingAtItsBeginning() {
    audit.begins(1);
    untold(3, 10);
    assertSays("10, missing not known", SequenceAudit.Verdict.DISAGREEMENT);
    arrived(4, 10, ledger(40, 2));
    assertSays("20, missing 20", SequenceAudit.Verdict.NAMED_LOSS);
  }

  @Test
  void firstBatchOfAStreamMayTellNothing() {
    untold(1, 10);
    untold(2, 10);
    arrived(3, 10, ledger(30, 0));
    assertSays("30, missing 0", SequenceAudit.Verdict.COMPLETE);
  }

  @Test
  void batchesOfWhichNoneTellsAreProvedByTheirNumbersAlone() {
    untold(7, 10);
    untold(8, 10);
    assertSays("20, missing 0", SequenceAudit.Verdict.COMPLETE);
    untold(10, 10);
    assertSays("30, missing not known", SequenceAudit.Verdict.DISAGREEMENT);
  }

  /** Of any stream in which each loss is named by the next ledger, any sent batch may be lost and is found. */
  @Test
  void everyLossThatNobodyNamesIsFoundAndEveryNamedOneIsNone() {
    Random random = new Random(20_261_130);
    for (int round = 0; round < 3000; round++) {
      int size = 3 + random.nextInt(40);
      long first = random.nextBoolean() ? 1 : 1 + random.nextInt(1000);
      SequenceAudit<Audit.Batch> honest = Audit.begin(Room.share(4));
      SequenceAudit<Audit.Batch> robbed = Audit.begin(Room.share(4));
      long sent = 1000 * (first - 1);
      long evicted = first - 1;
      boolean isToBeTold = true;
      int robbery = 1 + random.nextInt(size - 2);
      boolean isRobbed = false;
      for (int i = 0; i < size; i++) {
        int samples = 1 + random.nextInt(9);
        sent += samples;
        if (i > 0 && i < size - 1 && random.nextInt(6) == 0) {
          evicted++;
          isToBeTold = true;
          continue;
        }
        boolean tells = i == size - 1 || isToBeTold || random.nextInt(5) == 0;
        isToBeTold = false;
        Audit.Batch batch =
            new Audit.Batch(samples, tells ? Optional.of(ledger(sent, evicted)) : Optional.empty());
        honest.arrived(first + i, batch);
        if (isRobbed || i < robbery || i == size - 1) {
          robbed.arrived(first + i, batch);
        } else {
          isRobbed = true;
        }
      }
      assertNotEquals(SequenceAudit.Verdict.DISAGREEMENT, honest.verdict(), honest.toString());
      if (isRobbed) {
        assertEquals(SequenceAudit.Verdict.DISAGREEMENT, robbed.verdict(), robbed.toString());
      }
    }
  }

  @Test
  void sumThatIsWrongInsideABatchIsOne() {
    arrived(1, 10, new LedgerCounts(0, 0, 0, 0, 0, 11, 0, 10, 0, 0, 0, 0));
    assertEquals(
        "sequence 1: samples decoded 11 are not withheld 0 and sent 10", audit.firstDisagreement());
  }

  @Test
  void oneNumberWithTwoContentsIsOne() {
    arrived(1, 10, ledger(10, 0));
    audit.again(1, true);
    assertEquals("sequence 1 came with two contents", audit.firstDisagreement());
  }

  @Test
  void countsThatContradictWhatArrivedGiveNoNegativeNumber() {
    arrived(1, 10, ledger(0, 9));
    arrived(4, 5, ledger(0, 2));
    assertEquals(
        "sequence 1..4, batches 2, missing 2 (named 2), again 0, two contents 0, samples 15, missing not known:"
            + " DISAGREEMENT: sequence 4: samples 5 since the ledger before, but the count of those sent rose by 0",
        audit.toString());
    arrived(5, 5, ledger(90, 0));
    arrived(6, 5, ledger(20, 1));
    arrived(7, 5, new LedgerCounts(0, 0, 0, 0, 0, 1, 2, -1, 0, -1, 0, -1));
    assertFalse(audit.toString().contains("-"), audit.toString());
  }

  @Test
  void sumsOfCountsThatHaveNoRoomInALongStayTheLargest() {
    assertEquals(7, SequenceAudit.sum(3, 4));
    assertEquals(Long.MAX_VALUE, SequenceAudit.sum(Long.MAX_VALUE, 1));
    assertEquals(Long.MAX_VALUE, SequenceAudit.sum(-1, 2));
  }

  @Test
  void lowestNumbersThatThereIsNoRoomForAreNotProvedAndNotMissing() {
    // room for three
    Room room = Room.share((int) (Room.bytes(1) / (3 * SequenceAudit.EACH_BYTES + 100)));
    SequenceAudit<Audit.Batch> small = Audit.begin(room);
    small.begins(1);
    for (long sequence : new long[] {1, 2, 3, 5, 6, 2, 7}) {
      small.arrived(sequence, new Audit.Batch(10, Optional.of(ledger(10 * sequence, 0))));
    }
    assertEquals(
        "sequence 5..7, batches 3, missing 0 (named 0), again 0, two contents 0, samples 30, missing 0: complete;"
            + " batches not proved for lack of memory 4",
        small.toString());
  }
}
