package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import org.junit.jupiter.api.Test;

class LastValuesTest {
  private final LastValues values = new LastValues();

  private static Entry entry(long sequence, long timeNs) {
    return new Entry(sequence, timeNs, 1, Bytes.EMPTY, Bytes.EMPTY);
  }

  @Test
  void whatIsOlderThanWhatIsThereTakesNotItsPlace() {
    assertTrue(values.isNewest("a", entry(7, 700)));
    assertFalse(values.isNewest("a", entry(3, 300)));
    assertTrue(values.isNewest("b", entry(3, 300)));
    assertTrue(values.isNewest("a", entry(7, 700)));
    assertTrue(values.isNewest("a", entry(8, 800)));
  }

  @Test
  void aClockThatIsSetBackHoldsUpNothing() {
    assertTrue(values.isNewest("a", entry(7, 700_000)));
    assertTrue(values.isNewest("a", entry(8, 100)));
    assertTrue(values.isNewest("a", entry(9, 200)));
  }
}
