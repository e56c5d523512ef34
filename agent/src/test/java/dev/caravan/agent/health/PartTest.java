package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PartTest {
  private final Part part = new Health().part("source", "can0");

  @Test
  void remarkHoldsWhileThePartWorksAndOverAFailure() {
    part.remark("signals", Part.State.DEGRADED, "no room");
    assertEquals(Part.State.STARTING, part.state());
    part.set(Part.State.OK, "");
    assertEquals(Part.State.DEGRADED, part.state());
    assertEquals("no room", part.why());
    part.set(Part.State.DEGRADED, "device is gone");
    assertEquals("device is gone", part.why());
    part.set(Part.State.OK, "");
    part.remark("bus", Part.State.OK, "error passive");
    assertEquals("error passive; no room", part.why());
    part.remark("signals", Part.State.OK, "");
    assertEquals(Part.State.OK, part.state());
    assertEquals("error passive", part.why());
    part.set(Part.State.ENDED, "");
    assertEquals("", part.why());
  }
}
