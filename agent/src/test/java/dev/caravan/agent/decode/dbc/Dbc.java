package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** DBC files and frames for tests. */
final class Dbc {
  private Dbc() {}

  static byte[] resource(String name) throws IOException {
    try (InputStream in = Dbc.class.getResourceAsStream("/decode/dbc/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  static DbcFile read(String text, DbcOptions options, Faults faults) {
    return read(text.getBytes(StandardCharsets.UTF_8), options, faults);
  }

  static DbcFile read(byte[] content, DbcOptions options, Faults faults) {
    return DbcFile.read(Path.of("x.dbc"), content, options, faults);
  }

  static DbcMessage message(DbcFile file, String name) {
    return file.messages().stream()
        .filter(message -> message.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no message " + name));
  }

  static DbcSignal signal(DbcFile file, String message, String name) {
    return message(file, message).signals().stream()
        .filter(signal -> signal.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no signal " + name));
  }

  static CanFrame frame(int id, int flags, String hex) {
    byte[] data = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new CanFrame().set(1_000, id, flags, data, 0, data.length);
  }

  /** What a plan makes of a frame: {@code name=raw=value=label}, each; {@code unknown} for a frame it does not know. */
  static List<String> decoded(DbcPlan plan, CanFrame frame) {
    DbcReading reading = plan.newReading();
    if (!plan.read(frame, reading)) {
      return List.of("unknown");
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; i < reading.size(); i++) {
      DbcSignal signal = reading.signal(i);
      long bits = reading.rawBits(i);
      String raw = switch (signal.kind()) {
        case UNSIGNED -> Long.toUnsignedString(bits);
        case SIGNED -> Long.toString(bits);
        default -> Double.toString(Double.longBitsToDouble(bits));
      };
      String label = reading.label(i);
      all.add(
          signal.name() + "=" + raw + "=" + reading.value(i) + (label == null ? "" : "=" + label));
    }
    return all;
  }
}
