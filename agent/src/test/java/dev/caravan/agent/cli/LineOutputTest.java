package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineOutputTest {
  private interface Writing {
    void to(LineOutput out) throws IOException;
  }

  private static String written(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineOutput out = new LineOutput(bytes);
    writing.to(out);
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0.0",
    "62, 62",
    "-62, -62",
    "62.4, 62.4",
    "-0.1, -0.1",
    "0.05, 0.05",
    "0.000000001, 0.000000001",
    "1E-10, 1.0E-10",
    "11.100000000000023, 11.100000000000023",
    "0.30000000000000004, 0.30000000000000004",
    "9007199254740992, 9007199254740992",
    "-9007199254740992, -9007199254740992",
    "9007199254740994, 9.007199254740994E15",
    "1.8446744073709552E19, 1.8446744073709552E19",
    "4.9E-324, 4.9E-324",
    "1.7976931348623157E308, 1.7976931348623157E308",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void numberIsWrittenShortAndExact(String value, String wanted) throws IOException {
    assertEquals(wanted, written(out -> out.number(Double.parseDouble(value))));
  }

  @Test
  void everyNumberReadsBackToTheSameBits() throws IOException {
    long seed = 20_261_123L;
    Random random = new Random(seed);
    double[] values = new double[400_000];
    for (int i = 0; i < values.length; i += 4) {
      double scaled = random.nextInt(1 << 20) * 0.01 + random.nextInt(100) - 40;
      values[i] = Double.longBitsToDouble(random.nextLong());
      values[i + 1] = scaled;
      values[i + 2] = random.nextLong() % 1_000_000_000_000L / 1e6;
      values[i + 3] = (float) scaled;
    }
    String[] lines = written(out -> {
          for (double value : values) {
            out.number(value).put('\n');
          }
        })
        .split("\n", -1);
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      assertEquals(value, Double.parseDouble(lines[i]), () -> "seed " + seed + ", " + value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "9, 9, 9",
    "10, 10, 10",
    "9223372036854775807, 9223372036854775807, 9223372036854775807",
    "-1, -1, 18446744073709551615",
    "-9223372036854775808, -9223372036854775808, 9223372036854775808"
  })
  void wholeNumberHasAllOfIts64Bits(long value, String signed, String unsigned) throws IOException {
    assertEquals(signed, written(out -> out.whole(value)));
    assertEquals(unsigned, written(out -> out.unsigned(value)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.000000",
    "999, 0.000000",
    "1000, 0.000001",
    "1398128223803317999, 1398128223.803317",
    "-1, -0.000001",
    "9223372036854775807, 9223372036.854775"
  })
  void nanosecondsBecomeSecondsWithMicroseconds(long ns, String wanted) throws IOException {
    assertEquals(wanted, written(out -> out.seconds(ns)));
  }

  @Test
  void hexHasItsDigits() throws IOException {
    assertEquals(
        "00E 1FFFFFFF AF",
        written(out -> out.hex(14, 3).put(' ').hex(0x1FFFFFFF, 8).put(' ').hex(0xFFFFFFAF, 2)));
  }

  @Test
  void terminalIsNotControlledByText() throws IOException {
    assertEquals(
        "a\\x1b[31m°C 温度 😀\\U000e0041\\ud83d",
        written(out -> out.plain("a\u001b[31m°C 温度 😀\udb40\udc41\ud83d")));
  }

  @Test
  void moreThanTheBufferHoldsIsWrittenInOrder() throws IOException {
    StringBuilder wanted = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      wanted.append(i).append('\n');
    }
    String found = written(out -> {
      for (int i = 0; i < 50_000; i++) {
        out.whole(i).put('\n');
      }
    });
    assertEquals(wanted.toString(), found);
  }

  @Test
  void readerThatWentAwayIsToldFromAFullDisk() throws IOException {
    LineOutput pipe = new LineOutput(failing("Broken pipe")).put('x');
    LineOutput disk = new LineOutput(failing("No space left on device")).put('x');
    assertTrue(assertThrows(LineOutput.ClosedException.class, pipe::flush).isByReader());
    assertFalse(assertThrows(LineOutput.ClosedException.class, disk::flush).isByReader());
  }

  static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(why);
      }
    };
  }
}
