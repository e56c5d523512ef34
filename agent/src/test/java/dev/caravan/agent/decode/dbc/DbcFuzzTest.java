package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a file, reading it gives messages, faults and warnings, and never fails. */
class DbcFuzzTest {
  private static final byte[] SPICE =
      "\";:|@()[],\\\n\r \t0-+.eEMmx\0\u00FF_".getBytes(StandardCharsets.ISO_8859_1);

  private static void readAndDecode(byte[] content, Random random, String what) {
    try {
      Faults faults = new Faults();
      DbcFile file = Dbc.read(content, DbcOptions.TOLERANT, faults);
      DbcPlan plan = DbcPlan.of(List.of(file), faults);
      DbcReading reading = plan.newReading();
      for (DbcMessage message : plan.messages()) {
        byte[] payload = new byte[random.nextInt(65)];
        random.nextBytes(payload);
        int flags = message.extended() ? CanFrame.EXTENDED : 0;
        plan.read(new CanFrame().set(0, message.id(), flags, payload, 0, payload.length), reading);
        for (int i = 0; i < reading.size(); i++) {
          double unused = reading.value(i);
          assertEquals(unused, reading.value(i));
        }
      }
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"features.dbc", "broken.dbc"})
  void mutatedFileNeverFails(String name) throws IOException {
    byte[] whole = Dbc.resource(name);
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      byte[] content = whole.clone();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        int at = random.nextInt(content.length);
        switch (random.nextInt(4)) {
          case 0 -> content[at] = SPICE[random.nextInt(SPICE.length)];
          case 1 -> content[at] = (byte) random.nextInt(256);
          case 2 -> content = without(content, at, random.nextInt(1, 30));
          default -> content = twice(content, at, random.nextInt(1, 200));
        }
      }
      readAndDecode(content, random, name + " seed " + seed);
    }
  }

  private static byte[] without(byte[] content, int at, int length) {
    int to = Math.min(content.length, at + length);
    byte[] rest = Arrays.copyOf(content, content.length - (to - at));
    System.arraycopy(content, to, rest, at, content.length - to);
    return rest.length == 0 ? content : rest;
  }

  private static byte[] twice(byte[] content, int at, int length) {
    int to = Math.min(content.length, at + length);
    byte[] more = Arrays.copyOf(content, content.length + (to - at));
    System.arraycopy(content, at, more, to, content.length - at);
    return more;
  }

  @ParameterizedTest
  @ValueSource(strings = {"features.dbc", "broken.dbc"})
  void fileCutAnywhereNeverFails(String name) throws IOException {
    byte[] whole = Dbc.resource(name);
    for (int length = 0; length <= whole.length; length += 3) {
      readAndDecode(Arrays.copyOf(whole, length), new Random(length), name + " cut at " + length);
    }
  }

  @Test
  void quotesAndKeywordsWithoutEndTakeLinearTime() {
    for (String piece :
        List.of("CM_ \"", "CM_ \"a\" x ", "\" ", "CM_ \"\\\" ;\n", "BA_ \"\n", "VAL_ 1 S 0 \"\n")) {
      String text = "BO_ 1 M: 8 A\n" + piece.repeat(50_000);
      assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> Dbc.read(text, DbcOptions.TOLERANT, new Faults()), piece);
    }
  }

  @Test
  void fiveThousandSignalsLoadQuickly() {
    StringBuilder text = new StringBuilder("VERSION \"\"\n\nBU_: A\n\n");
    for (int id = 0; id < 625; id++) {
      text.append(String.format(Locale.ROOT, "BO_ %d Message%d: 8 A%n", id, id));
      for (int i = 0; i < 8; i++) {
        text.append(String.format(
            Locale.ROOT,
            " SG_ Message%d_Signal%d : %d|8@1+ (0.1,-40) [0|100] \"km/h\" Vector__XXX%n",
            id,
            i,
            8 * i));
      }
    }
    for (int id = 0; id < 625; id++) {
      for (int i = 0; i < 8; i++) {
        text.append(String.format(
            Locale.ROOT,
            "CM_ SG_ %d Message%d_Signal%d \"A comment of some length on signal %d.\";%n"
                + "VAL_ %d Message%d_Signal%d 3 \"SNA\" 2 \"Error\" 1 \"On\" 0 \"Off\" ;%n",
            id,
            id,
            i,
            i,
            id,
            id,
            i));
      }
    }
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    DbcPlan plan = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
      Faults faults = new Faults();
      DbcFile file = Dbc.read(content, DbcOptions.STRICT, faults);
      faults.throwIfAny();
      return DbcPlan.of(List.of(file), faults);
    });
    assertEquals(625, plan.messages().size());
    assertTrue(plan.messages().stream().allMatch(message -> message.signals().size() == 8));
  }
}
