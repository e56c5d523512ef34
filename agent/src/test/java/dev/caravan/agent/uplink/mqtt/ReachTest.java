package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReachTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Reach reach = new Reach();

  private void keepAlive(int seconds) {
    reach.opened(seconds * SECOND_NS);
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
    reach.carried(15_000, 50 * SECOND_NS);
    assertEquals(3000, reach.bytes());
    keepAlive(12);
    assertEquals(1200, reach.bytes());
  }

  @Test
  void aFastLinkIsBelievedFourTimesWhatItHasJustCarried() {
    keepAlive(30);
    reach.carried(10_000, 1_000_000);
    assertEquals(40_000, reach.bytes());
    reach.carried(40_000, 1_000_000);
    assertEquals(160_000, reach.bytes());
    reach.carried(200, 1_000_000);
    assertEquals(160_000, reach.bytes(), "a small answer proves no more");
    keepAlive(30);
    assertEquals(15_360, reach.bytes(), "the next link may be another one");
  }

  @Test
  void aSmallPacketThatIsAnsweredWithinASecondSaysNothingAgainstALink() {
    keepAlive(30);
    reach.carried(100, 900_000_000);
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
    reach.carried(100, 1000 * SECOND_NS);
    assertEquals(512, reach.bytes());
  }
}
