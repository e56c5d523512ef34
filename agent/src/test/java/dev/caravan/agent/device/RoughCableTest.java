package dev.caravan.agent.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoughCableTest {
  private static final Bytes UNIT = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
  private static final long TICK_NS = 1_000_000;

  /** Says one unit a tick, and again what it hears. */
  private static final class Talker implements Instrument {
    @Override
    public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
      byte[] all = new byte[bytes.remaining()];
      bytes.get(all);
      voice.say(all);
    }

    @Override
    public void runUntil(long nowNs, Voice voice) {
      voice.say(UNIT.toArray());
    }
  }

  private static List<Bytes> said(double share, long seed, int ticks) {
    List<Bytes> units = new ArrayList<>();
    RoughCable cable = new RoughCable(new Talker(), share, seed);
    for (int i = 0; i < ticks; i++) {
      cable.runUntil(i * TICK_NS, unit -> units.add(Bytes.of(unit)));
    }
    return units;
  }

  @Test
  void aboutTheShareIsSpoiled() {
    List<Bytes> units = said(0.2, 7, 10_000);
    long good = units.stream().filter(UNIT::equals).count();
    // a delayed unit of the 8 kinds is whole, so between 0.8 and 0.83 of 10,000
    assertTrue(good > 7900 && good < 8400, "good=" + good);
    assertTrue(units.stream().anyMatch(unit -> unit.length() > UNIT.length()));
    assertTrue(units.stream().anyMatch(unit -> unit.length() < UNIT.length()));
    assertTrue(
        units.stream().anyMatch(unit -> unit.length() == UNIT.length() && !unit.equals(UNIT)));
  }

  @Test
  void equalSeedsSpoilAlike() {
    assertEquals(said(0.5, 3, 500), said(0.5, 3, 500));
  }

  @Test
  void aGoodCableChangesNothing() {
    assertEquals(List.of(UNIT, UNIT, UNIT), said(0, 3, 3));
  }

  @Test
  void whatIsHeardIsSpoiledToo() {
    List<Bytes> heard = new ArrayList<>();
    RoughCable cable = new RoughCable(new Talker(), 0.5, 11);
    for (int i = 0; i < 1000; i++) {
      cable.hear(i, UNIT.buffer(), unit -> heard.add(Bytes.of(unit)));
    }
    long good = heard.stream().filter(UNIT::equals).count();
    assertTrue(good > 150 && good < 400, "good=" + good);
  }
}
