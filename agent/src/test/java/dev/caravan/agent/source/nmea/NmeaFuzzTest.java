package dev.caravan.agent.source.nmea;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.nmea.NmeaDecoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.FrameChunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hundred kinds of rubbish: twenty ways to spoil a recording, each with ten seeds. */
@Timeout(60)
class NmeaFuzzTest {
  private static final String[] CYCLE = {
    "GNRMC,1200%02d.00,A,3415.09600,N,10856.53800,E,10.000,87.25,231126,,,A,V",
    "GNGGA,1200%02d.00,3415.09600,N,10856.53800,E,1,12,0.80,405.3,M,-28.5,M,,",
    "GNGSA,A,3,05,13,15,18,24,,,,,,,,1.40,0.80,1.15,1",
    "GPGSV,1,1,02,05,62,040,42,13,48,120,40,1",
  };
  private static final int SECONDS = 50;

  private final Health health = new Health();
  private int malformed;
  private int passedOver;
  private int sentences;
  private int fixes;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whatIsSpoiltIsCountedAndWhatIsGivenOutIsTrue(long seed) {
    for (int way = 0; way < 20; way++) {
      malformed = 0;
      passedOver = 0;
      sentences = 0;
      fixes = 0;
      hear(spoilt(way, new Random(seed * 100 + way)));
      String what = "seed " + seed + ", way " + way;
      assertTrue(malformed + passedOver > 0 || sentences < SECONDS * CYCLE.length, what);
      assertTrue(sentences <= SECONDS * CYCLE.length * 2, what);
      if (way != 19) {
        assertTrue(fixes > 0, what);
      }
    }
    assertEquals(0, health.total(Declared.count("bugs")));
  }

  private void hear(byte[] bytes) {
    NmeaParser parser = new NmeaParser(true, new NmeaParser.Notices() {
      @Override
      public void malformed(String why) {
        malformed++;
      }

      @Override
      public void passedOver(int count) {
        passedOver += count;
      }
    });
    NmeaDecoder decoder =
        new NmeaDecoder("gnss", false, new SignalTable(Naming.AS_DECODED), health);
    FrameChunk chunk = new FrameChunk("gnss", 3);
    int at = 0;
    while (at < bytes.length) {
      chunk.clear();
      at = parser.parse(bytes, at, Math.min(bytes.length, at + 100), at * 1_000_000L, chunk);
      for (int i = 0; i < chunk.size(); i++) {
        sentences++;
        decoder.accept(chunk.frame(i), Groups.each(this::check));
      }
    }
    decoder.finish(Groups.each(this::check));
  }

  /** A spoilt sentence with a right checksum would be taken for true; a changed one has none. */
  private void check(Sample sample) {
    String path = sample.signal().path();
    if (sample.quality() != Quality.OK) {
      return;
    }
    if (path.endsWith(".Latitude")) {
      fixes++;
      assertEquals(34.2516, sample.value(), 1e-9);
    } else if (path.endsWith(".Longitude")) {
      assertEquals(108.9423, sample.value(), 1e-9);
    } else if (path.endsWith(".AltitudeMeanSeaLevel")) {
      assertEquals(405.3, sample.value(), 1e-9);
    } else if (path.endsWith(".Speed")) {
      assertEquals(18.52, sample.value(), 1e-9);
    } else if (path.endsWith(".Timestamp")) {
      assertTrue(sample.text().startsWith("2026-11-23T12:00:"), sample.text());
    }
  }

  private static byte[] spoilt(int way, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int second = 0; second < SECONDS; second++) {
      for (String form : CYCLE) {
        byte[] line = line(form.replace("%02d", (second < 10 ? "0" : "") + second));
        // one sentence in five, so that others are left
        byte[] sent = random.nextInt(5) == 0 ? spoil(way, line, random) : line;
        out.write(sent, 0, sent.length);
      }
    }
    return out.toByteArray();
  }

  private static byte[] line(String text) {
    int sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum ^= text.charAt(i);
    }
    String end = String.format("*%02X\r\n", sum);
    return ("$" + text + end).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] spoil(int way, byte[] line, Random random) {
    int at = random.nextInt(line.length - 6) + 1;
    byte[] changed = line.clone();
    return switch (way) {
      case 0 -> flip(changed, at, random);
      case 1 -> set(changed, at, '$');
      case 2 -> set(changed, at, '*');
      case 3 -> set(changed, at, '\r');
      case 4 -> set(changed, at, '\n');
      case 5 -> set(changed, at, 0);
      case 6 -> set(changed, at, 0xFF);
      case 7 -> part(line, 0, at);
      case 8 -> part(line, at, line.length);
      case 9 -> joined(part(line, 0, at), line);
      case 10 -> joined(line, noise(random, 40));
      case 11 -> joined(noise(random, 40), line);
      case 12 -> joined(part(line, 0, at), joined(noise(random, 9), part(line, at, line.length)));
      case 13 -> set(changed, line.length - 3, 'G');
      case 14 -> set(changed, line.length - 4, changed[line.length - 4] == '0' ? '1' : '0');
      case 15 -> joined("$GPTXT,".getBytes(StandardCharsets.US_ASCII), noise(random, 400));
      case 16 -> "$$$$!!!!****\r\n$,*00\r\n$GP*17\r\n".getBytes(StandardCharsets.US_ASCII);
      case 17 -> part(line, 0, line.length - 5);
      case 18 -> joined("# a remark\r\n\\s:a*00\\".getBytes(StandardCharsets.US_ASCII), line);
      default -> new byte[0];
    };
  }

  private static byte[] flip(byte[] line, int at, Random random) {
    line[at] ^= (byte) (1 << random.nextInt(8));
    return line;
  }

  private static byte[] set(byte[] line, int at, int value) {
    // a change for certain
    line[at] = (byte) (line[at] == (byte) value ? value + 1 : value);
    return line;
  }

  private static byte[] part(byte[] line, int from, int to) {
    return java.util.Arrays.copyOfRange(line, from, to);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] noise(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
