package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Reach reach = new Reach();

  private void keepAlive(int seconds) {
    reach.opened(seconds * SECOND_NS, 300, 1_000_000);
  }

  @Test
  void aNewLinkCarries1536BytesASecond() {
    keepAlive(30);
    assertEquals(15_360, reach.bytes());
    keepAlive(15);
    assertEquals(7680, reach.bytes());
    keepAlive(3600);
    assertEquals(15_360, reach.bytes(), "nothing waits for more than 10 s behind a packet");
  }

  @Test
  void asMuchIsUnderWayAsTheLinkCarriesInAThirdOfTheKeepAlive() {
    keepAlive(30);
    reach.carried(15_000, 50 * SECOND_NS, false);
    assertEquals(3000, reach.bytes());
    keepAlive(12);
    assertEquals(1200, reach.bytes());
  }

  @Test
  void aFastLinkIsBelievedFourTimesWhatItHasJustCarried() {
    keepAlive(30);
    reach.carried(10_000, 1_000_000, false);
    assertEquals(40_000, reach.bytes());
    reach.carried(40_000, 1_000_000, false);
    assertEquals(160_000, reach.bytes());
    reach.carried(200, 1_000_000, false);
    assertEquals(160_000, reach.bytes(), "a small answer proves no more");
    keepAlive(30);
    assertEquals(15_360, reach.bytes(), "the next link may be another one");
  }

  @Test
  void aSmallPacketThatIsAnsweredSoonSaysNothingAgainstALink() {
    keepAlive(30);
    reach.carried(100, 200_000_000, true);
    assertEquals(15_360, reach.bytes());
  }

  @Test
  void aLinkThatIsLostUnderALargePacketIsTakenForAThinnerOne() {
    keepAlive(30);
    reach.lost(15_000, 40 * SECOND_NS);
    assertEquals(3840, reach.bytes());
    reach.lost(900, 40 * SECOND_NS);
    assertEquals(3840, reach.bytes(), "it is dead, not thin");
    reach.lost(3000, 5 * SECOND_NS);
    assertEquals(3840, reach.bytes(), "it was cut");
  }

  @Test
  void somethingMayAlwaysLeave() {
    keepAlive(10);
    reach.carried(400, 1000 * SECOND_NS, true);
    assertEquals(512, reach.bytes());
  }

  /** A keep-alive, and a link that carries so much a second after such a round trip; CONNECT has 400 bytes. */
  private void link(int keepAlive, double bytesPerSecond, double roundTripSeconds) {
    reach.opened(keepAlive * SECOND_NS, 400, ns(400, bytesPerSecond, roundTripSeconds));
    alone(660, bytesPerSecond, roundTripSeconds);
  }

  private static long ns(long bytes, double bytesPerSecond, double roundTripSeconds) {
    return (long) ((roundTripSeconds + bytes / bytesPerSecond) * SECOND_NS);
  }

  private void alone(long bytes, double bytesPerSecond, double roundTripSeconds) {
    reach.carried(bytes, ns(bytes, bytesPerSecond, roundTripSeconds), true);
  }

  @ParameterizedTest
  @CsvSource({"5, 3", "5, 5", "30, 0.6", "30, 15"})
  void aLateAnswerIsNoThinLink(int keepAlive, double roundTripSeconds) {
    link(keepAlive, 1e6, roundTripSeconds);
    for (int i = 0; i < 10; i++) {
      long before = reach.underWayBytes();
      assertTrue(before > 2500, () -> "after a few answers: " + before);
      reach.carried(before, ns(before, 1e6, roundTripSeconds), false);
    }
    assertTrue(reach.underWayBytes() > 50_000, () -> "bytes=" + reach.underWayBytes());
  }

  @Test
  void aLateAnswerToPublishesAloneIsNoThinLink() {
    // the broker answers CONNECT at once, and each publish 3 s late
    reach.opened(5 * SECOND_NS, 400, 1_000_000);
    alone(660, 1e6, 3);
    alone(512, 1e6, 3);
    alone(reach.bytes(), 1e6, 3);
    alone(reach.bytes(), 1e6, 3);
    assertTrue(reach.bytes() > 4000, () -> "bytes=" + reach.bytes());
  }

  @ParameterizedTest
  @CsvSource({"5, 300, 512", "15, 300, 1500", "30, 300, 3000", "30, 1000, 10000", "5, 1000, 1666"})
  void aThinLinkBeginsNoMoreThanAThirdOfTheKeepAlive(
      int keepAlive, double bytesPerSecond, long mostBytes) {
    link(keepAlive, bytesPerSecond, 0);
    alone(reach.bytes(), bytesPerSecond, 0);
    for (int i = 0; i < 10; i++) {
      assertEquals((double) mostBytes, (double) reach.bytes(), 2.0);
      assertEquals((double) mostBytes, (double) reach.underWayBytes(), 2.0);
      // saturated: an answer takes as long as all before it
      long bytes = reach.underWayBytes() + 300;
      reach.carried(bytes, ns(bytes, bytesPerSecond, 0), false);
    }
  }

  @Test
  void whatFillsTheRoundTripOfAThinLinkDoesNotWait() {
    link(15, 1000, 2);
    assertEquals(5000, (double) reach.bytes(), 2.0, "leave in 5 s");
    assertEquals(7000, (double) reach.underWayBytes(), 2.0, "2 s of it are on the way");
    reach.carried(7000, 7 * SECOND_NS, false);
    assertEquals(7000, (double) reach.underWayBytes(), 2.0);
  }

  @Test
  void whatIsChanceDoesNotHideAThinLink() {
    // 300 B/s, and CONNECT took a little longer than the larger status
    reach.opened(30 * SECOND_NS, 330, 1_150_000_000);
    reach.carried(399, 990_000_000, true);
    assertTrue(reach.bytes() <= 4031, () -> "bytes=" + reach.bytes());
  }

  @Test
  void aLinkThatBecomesThinIsNoticed() {
    link(30, 1e6, 0.6);
    reach.carried(15_000, 700_000_000, false);
    alone(4000, 300, 0.6);
    alone(2000, 300, 0.6);
    assertEquals(3000, (double) reach.bytes(), 2.0);
  }
}
