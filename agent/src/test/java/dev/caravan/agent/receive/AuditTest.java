package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.caravan.agent.wire.LedgerCounts;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
        "sequence 2 has samples 5, but the count of those sent rose by 6 since 1",
        audit.firstDisagreement());
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
            + " DISAGREEMENT: sequence 4 has samples 5, but the count of those sent rose by 0 since 1",
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
