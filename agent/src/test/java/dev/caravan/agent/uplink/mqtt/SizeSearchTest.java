package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that takes at most so many bytes, without a word of it. */
class SizeSearchTest {
  private final BrokerLimits limits = new BrokerLimits(0, Optional.empty(), () -> 0);
  private final SizeSearch search = new SizeSearch("cloud");

  /** Sends until it is known how much is taken, or that it is of no use; whether it is known. */
  private boolean finds(long wholeBytes, long trueBytes, LongToIntFunction partsAt) {
    boolean isTried = search.refused("m", wholeBytes, limits, partsAt);
    for (int i = 0; i < 40 && isTried && limits.mostPacketBytes() == Long.MAX_VALUE; i++) {
      long bytes = Math.min(wholeBytes, search.mostBytes("m"));
      if (bytes > trueBytes) {
        isTried = search.refused("m", bytes, limits, partsAt);
      } else {
        search.taken("m", bytes, limits, partsAt);
      }
    }
    return limits.mostPacketBytes() < Long.MAX_VALUE;
  }

  @ParameterizedTest
  @CsvSource({"3884, 450", "3884, 300", "100000, 320", "9000, 8999", "5000, 2501", "700, 140"})
  void whatIsLearnedIsNearTheTruth(long wholeBytes, long trueBytes) {
    assertTrue(finds(wholeBytes, trueBytes, mostBytes -> (int) mostBytes));
    long learned = limits.mostPacketBytes();
    assertTrue(learned <= trueBytes && learned >= trueBytes * 0.9, "learned=" + learned);
  }

  @Test
  void whatCannotBeHalvedIsTriedInLargerParts() {
    limits.taken(237);
    assertTrue(finds(567, 450, mostBytes -> mostBytes < 400 ? 0 : (int) mostBytes));
    assertTrue(limits.mostPacketBytes() >= 400, "learned=" + limits.mostPacketBytes());
  }

  @Test
  void whatCanBeDividedOnlyALittleBelowWhatWasRefusedIsTriedSo() {
    assertTrue(search.refused("m", 321, limits, mostBytes -> mostBytes < 318 ? 0 : 5));
    assertTrue(search.mostBytes("m") >= 318 && search.mostBytes("m") < 321);
  }

  @Test
  void whatIsLearnedIsNoMoreThanWentWhereThePartsWereNotFull() {
    LongToIntFunction parts = mostBytes -> (int) mostBytes;
    boolean isTried = search.refused("m", 700, limits, parts);
    for (int i = 0; i < 40 && isTried && limits.mostPacketBytes() == Long.MAX_VALUE; i++) {
      // its packets lack two bytes
      long bytes = Math.min(700, search.mostBytes("m")) - 2;
      isTried = bytes > 320
          ? search.refused("m", bytes, limits, parts)
          : search.taken("m", bytes, limits, parts);
    }
    long learned = limits.mostPacketBytes();
    assertTrue(learned >= 288 && learned <= 320, "learned=" + learned);
  }

  @Test
  void whatCannotBeDividedAtAllIsOfNoUseToTry() {
    assertFalse(finds(567, 450, mostBytes -> 0));
    assertFalse(search.refused("m", 567, limits, mostBytes -> 0));
  }

  @Test
  void partsThatWentAreNeverFollowedByAsManyOfAnotherSize() {
    Map<Integer, Long> sizes = new HashMap<>();
    LongToIntFunction parts = mostBytes -> (int) (2000 / mostBytes + 1);
    boolean isTried = search.refused("m", 2000, limits, parts);
    for (int i = 0; i < 40 && isTried; i++) {
      long bytes = Math.min(2000, Math.min(search.mostBytes("m"), limits.mostPacketBytes()));
      if (bytes > 810) {
        search.refused("m", bytes, limits, parts);
      } else {
        assertEquals(bytes, sizes.merge(parts.applyAsInt(bytes), bytes, (old, now) -> old));
        isTried = search.taken("m", bytes, limits, parts);
      }
    }
    assertTrue(limits.mostPacketBytes() <= 810, "learned=" + limits.mostPacketBytes());
  }
}
