package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaRepeatsTest {
  private static final Bytes ID = Bytes.ofHex("5c4e");
  private static final long SECOND_NS = 1_000_000_000L;

  // over the end of what a long holds
  private long nowNs = Long.MAX_VALUE - 5 * SECOND_NS;

  private SchemaRepeats repeats(long everySeconds, boolean isRetaining) {
    SchemaRepeats repeats = new SchemaRepeats(everySeconds * SECOND_NS, () -> nowNs);
    repeats.opened(isRetaining, false);
    return repeats;
  }

  private void isDueAfter(SchemaRepeats repeats, long seconds) {
    nowNs += seconds * SECOND_NS - 1;
    assertEquals(Optional.empty(), repeats.due());
    nowNs++;
    assertEquals(Optional.of(ID), repeats.due());
  }

  @Test
  void whereABrokerKeepsItNothingIsRepeated() {
    SchemaRepeats repeats = repeats(0, true);
    repeats.published(ID, 100);
    repeats.used(ID);
    nowNs += 3600 * SECOND_NS;
    assertFalse(repeats.isOn());
    assertEquals(Optional.empty(), repeats.due());
  }

  @Test
  void whereNoBrokerKeepsItItIsDueEachMinuteOrAsItsSizeAllows() {
    SchemaRepeats small = repeats(0, false);
    small.published(ID, 6000);
    small.used(ID);
    isDueAfter(small, 60);
    SchemaRepeats large = repeats(0, false);
    large.published(ID, 20_000);
    large.used(ID);
    // 100 B/s
    isDueAfter(large, 200);
  }

  @Test
  void atTheIntervalThatIsSetItIsDueWhateverTheBrokerKeeps() {
    for (boolean isRetaining : new boolean[] {true, false}) {
      SchemaRepeats repeats = repeats(15, isRetaining);
      repeats.published(ID, 20_000);
      repeats.used(ID);
      isDueAfter(repeats, 15);
      repeats.begins(ID);
      repeats.ends();
      repeats.used(ID);
      isDueAfter(repeats, 15);
    }
  }

  @Test
  void whatNoEntryNeedsAnyMoreIsNotRepeated() {
    SchemaRepeats repeats = repeats(15, true);
    repeats.published(ID, 100);
    nowNs += 3600 * SECOND_NS;
    assertEquals(Optional.empty(), repeats.due());
    repeats.used(ID);
    assertEquals(Optional.of(ID), repeats.due());
  }

  @Test
  void afterEachConnectItIsDueBelow100BytesASecond() {
    SchemaRepeats repeats = repeats(3600, true);
    repeats.published(ID, 1000);
    repeats.opened(true, true);
    isDueAfter(repeats, 10);
    repeats.begins(ID);
    repeats.ends();
    nowNs += 10 * SECOND_NS;
    assertEquals(Optional.empty(), repeats.due());
    repeats.opened(true, true);
    assertEquals(Optional.of(ID), repeats.due());
  }

  @Test
  void oneThatALinkEndedOverWaitsForItsInterval() {
    SchemaRepeats repeats = repeats(60, true);
    repeats.published(ID, 100);
    repeats.used(ID);
    isDueAfter(repeats, 60);
    repeats.begins(ID);
    repeats.opened(true, true);
    isDueAfter(repeats, 60);
  }

  @Test
  void aBrokerThatHasForgottenGetsItWithTheNextEntry() {
    SchemaRepeats repeats = repeats(60, true);
    repeats.published(ID, 100);
    repeats.opened(true, false);
    nowNs += 3600 * SECOND_NS;
    assertEquals(Optional.empty(), repeats.due());
  }

  @Test
  void ofManyTheSixteenThatWereUsedLastAreRepeated() {
    SchemaRepeats repeats = repeats(60, true);
    repeats.published(ID, 100);
    for (int i = 0; i < 15; i++) {
      repeats.published(Bytes.ofHex("%02x".formatted(i)), 100);
    }
    repeats.used(ID);
    repeats.published(Bytes.ofHex("ff"), 100);
    nowNs += 60 * SECOND_NS;
    assertTrue(repeats.due().isPresent());
    assertEquals(ID, repeats.due().orElseThrow());
  }

  @Test
  void whatCannotLeaveWaitsForItsInterval() {
    SchemaRepeats repeats = repeats(60, true);
    repeats.published(ID, 100);
    repeats.used(ID);
    isDueAfter(repeats, 60);
    repeats.postpone(ID);
    isDueAfter(repeats, 60);
  }
}
