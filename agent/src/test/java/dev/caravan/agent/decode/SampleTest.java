package dev.caravan.agent.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleTest {
  private final SignalTable signals = new SignalTable(spec -> spec);

  private Signal signal(Kind kind) {
    return signals.define(SignalSpec.of("a." + kind, "a", "", kind));
  }

  private Sample filled(Kind kind) {
    Signal signal = signal(kind);
    Sample sample = new Sample(signal);
    return switch (kind) {
      case TEXT -> sample.setText(signal, 7, Quality.SUBSTITUTED, "twelve");
      case BYTES -> sample.setBytes(signal, 7, Quality.SUBSTITUTED, Bytes.ofHex("c0ffee"));
      case FLOAT, DOUBLE -> sample.setFloating(signal, 7, Quality.SUBSTITUTED, -12.5);
      default -> sample.setInteger(signal, 7, Quality.SUBSTITUTED, -12);
    };
  }

  private static void assertSame(Sample wanted, Sample found) {
    assertEquals(wanted.signal(), found.signal());
    assertEquals(wanted.timeNs(), found.timeNs());
    assertEquals(wanted.quality(), found.quality());
    assertEquals(wanted.rawBits(), found.rawBits());
    assertEquals(wanted.text(), found.text());
    assertEquals(wanted.bytes(), found.bytes());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void copyIsTheSameAndStays(Kind kind) {
    Sample sample = filled(kind);
    Sample copy = sample.copy();
    assertNotSame(sample, copy);
    assertSame(filled(kind), copy);
    sample.setNone(sample.signal(), 8, Quality.STALE);
    assertSame(filled(kind), copy);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingIsLeftOfWhatASampleWasBefore(Kind kind) {
    for (Kind before : Kind.values()) {
      Sample sample = filled(before).set(filled(kind));
      assertSame(filled(kind), sample);
      sample = filled(before).setNone(signal(kind), 9, Quality.ERROR);
      assertEquals(0, sample.rawBits());
      assertEquals("", sample.text());
      assertEquals(Bytes.EMPTY, sample.bytes());
      assertEquals(Quality.ERROR, sample.quality());
    }
  }

  /** IEEE 754 binary64 of -12.5. */
  @Test
  void numberIsTakenByItsBits() {
    Signal signal = signal(Kind.DOUBLE);
    Sample sample = new Sample(signal).setNumber(signal, 1, Quality.OK, 0xC029_0000_0000_0000L);
    assertEquals(-12.5, sample.rawFloating());
    assertEquals(-12.5, sample.value());
  }
}
