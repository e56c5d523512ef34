package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.StreamId;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventAuditTest {
  private final SequenceAudit<Long> audit = EventAudit.begin(Room.share(4));

  private void arrived(long sequence, long evicted, long rejected) {
    ReadEvent event = new ReadEvent(
        Bytes.ofHex("00"),
        "cloud",
        StreamId.NONE,
        sequence,
        "trigger",
        "",
        0,
        "",
        List.of(),
        List.of(),
        evicted,
        rejected,
        0,
        0);
    audit.arrived(sequence, EventAudit.of(event));
  }

  @Test
  void whatIsAllThereIsComplete() {
    arrived(4, 2, 0);
    arrived(6, 2, 0);
    arrived(5, 2, 0);
    audit.again(5, false);
    assertEquals(
        "sequence 4..6, events 3, missing 0 (named 0), again 1, two contents 0: complete",
        audit.toString());
  }

  @Test
  void lossThatLaterEventsNameIsNoDisagreement() {
    arrived(1, 0, 0);
    arrived(4, 1, 0);
    arrived(5, 1, 1);
    assertEquals(SequenceAudit.Verdict.NAMED_LOSS, audit.verdict());
    assertEquals(
        "sequence 1..5, events 3, missing 2 (named 2), again 0, two contents 0:"
            + " complete but for named losses",
        audit.toString());
  }

  @Test
  void lossThatNobodyNamesIsOne() {
    arrived(1, 0, 0);
    arrived(4, 1, 0);
    assertEquals("events missing 2, first 2, named as lost 1", audit.firstDisagreement());
  }

  @Test
  void countThatFallsIsOne() {
    arrived(4, 2, 0);
    arrived(5, 1, 0);
    assertEquals("event 5 names losses 1, but 4 before it 2", audit.firstDisagreement());
  }

  @Test
  void moreLossesThanThereWereEventsIsOne() {
    arrived(3, 2, 1);
    assertEquals(
        "event 3 names losses 3, more than there were events before it", audit.firstDisagreement());
  }

  @Test
  void oneNumberWithTwoContentsIsOne() {
    audit.again(2, true);
    assertEquals("event 2 came with two contents", audit.firstDisagreement());
    assertEquals(
        "sequence -, events 0, missing 0 (named 0), again 1, two contents 1:"
            + " DISAGREEMENT: event 2 came with two contents",
        audit.toString());
  }
}
