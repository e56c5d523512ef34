package dev.caravan.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GoneTest {
  private final Gone gone = new Gone();

  @Test
  void neighboursBecomeOneRunWhateverTheirOrder() {
    gone.add(12, 20, 25);
    gone.add(10, 5, 15);
    gone.add(11, 15, 20);
    assertEquals(12, gone.through(9));
    assertEquals(8, gone.through(8));
    assertTrue(gone.contains(11));
    assertFalse(gone.contains(13));
    assertEquals(3, gone.count(99));
    assertEquals(20, gone.reports(99, 25));
  }

  @Test
  void partOfARunHasItsReportsByWhatWasWrittenUpToThere() {
    gone.add(10, 5, 15);
    gone.add(11, 15, 20);
    assertEquals(1, gone.count(10));
    assertEquals(10, gone.reports(10, 15));
  }

  @Test
  void whatWasNeverWrittenHasNoReports() {
    gone.add(10);
    gone.add(11, 15, 20);
    gone.add(12);
    assertEquals(12, gone.through(10));
    assertEquals(5, gone.reports(99, 20));
    assertEquals(20, gone.forgetThrough(12));
    assertEquals(0, gone.count(99));
    gone.add(20);
    assertEquals(-1, gone.forgetThrough(20));
  }

  @Test
  void thousandsOfPiecesAreTooMany() {
    for (int i = 0; i < 4095; i++) {
      gone.add(2L * i, i, i + 1);
    }
    assertFalse(gone.isScattered());
    gone.add(10_000, 1, 2);
    assertTrue(gone.isScattered());
    assertEquals(4096, gone.count(Long.MAX_VALUE));
  }
}
