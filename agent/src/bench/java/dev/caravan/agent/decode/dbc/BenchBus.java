package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The bus that decoding is measured on: 60 messages of 8 signals, 1 to 16 bits long, in both byte orders, a third of them
 * signed, half of the messages with 29-bit ids; frames in random order. The same every time.
 */
final class BenchBus {
  static final int MESSAGES = 60;
  static final int SIGNALS = 8;
  static final int FRAMES = 1024;

  final DbcPlan plan;
  final CanFrame[] frames = new CanFrame[FRAMES];

  BenchBus() {
    Random random = new Random(7);
    plan = plan(text(MESSAGES, random));
    byte[] payload = new byte[8];
    for (int i = 0; i < FRAMES; i++) {
      DbcMessage message = plan.messages().get(random.nextInt(MESSAGES));
      random.nextBytes(payload);
      int flags = message.extended() ? CanFrame.EXTENDED : 0;
      frames[i] = new CanFrame().set(i, message.id(), flags, payload, 0, 8);
    }
  }

  /** A DBC file of so many messages. */
  static String text(int messages, Random random) {
    StringBuilder text = new StringBuilder("VERSION \"\"\n");
    for (int i = 0; i < messages; i++) {
      long id = i % 2 == 0 ? (0x100 + 7L * i) % 0x800 : 0x98FE0000L + 0x1F03L * i;
      text.append(String.format(Locale.ROOT, "BO_ %d M%d: 8 A%n", id, i));
      for (int k = 0; k < SIGNALS; k++) {
        int bits = random.nextInt(1, 17);
        boolean big = random.nextBoolean();
        int place = random.nextInt(0, 64 - bits + 1);
        int start = big ? place / 8 * 8 + 7 - place % 8 : place;
        text.append(String.format(
            Locale.ROOT,
            " SG_ S%d : %d|%d@%s%s (0.1,-40) [0|0] \"V\" A%n",
            k,
            start,
            bits,
            big ? "0" : "1",
            random.nextInt(3) == 0 ? "-" : "+"));
      }
    }
    return text.toString();
  }

  static DbcPlan plan(String text) {
    Faults faults = new Faults();
    DbcFile file = DbcFile.read(
        Path.of("bench.dbc"), text.getBytes(StandardCharsets.UTF_8), DbcOptions.STRICT, faults);
    DbcPlan plan = DbcPlan.of(List.of(file), faults);
    if (!faults.found().isEmpty() || !faults.warnings().isEmpty()) {
      throw new IllegalStateException(faults.found() + " " + faults.warnings());
    }
    return plan;
  }
}
