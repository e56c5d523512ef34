package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no good, or too large, in a process with the heap of a small board. */
class SmallHeapIT {
  private static final int MIB = 1 << 20;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private record Run(int exitCode, String err) {}

  private static Run caravan(String... arguments) throws IOException {
    try (Program program = Program.caravan(Map.of(), arguments)) {
      int exitCode = program.exitCode(120);
      return new Run(exitCode, String.join("\n", program.errors()));
    }
  }

  private Run decode(byte[] dbc) throws IOException {
    Path file = Files.write(folder.resolve("a.dbc"), dbc);
    Path log = Files.writeString(folder.resolve("a.log"), "(1.0) can0 001#01\n");
    return caravan("decode", "--dbc", file.toString(), log.toString());
  }

  private static byte[] times(String unit, int bytes) {
    return unit.repeat(bytes / unit.length()).getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "'BO_ \n', 0, 'a.dbc: and 104757'",
    "'BO_ 1 A: 8 X\n', 2, 'a.dbc: takes more memory than there is, '",
    "'VAL_ 1 S 1 \"a\" 2 \"b\" ;\n', 0, 'a.dbc: and '",
    "'a b \" c\n', 2, 'not a dbc file'",
    "'a', 2, 'not a dbc file'",
    "'VERSION \" ', 0, 'no message found'"
  })
  void rubbishOfFiveMebibytesIsToldInWords(String unit, int exitCode, String wanted)
      throws IOException {
    Run run = decode(times(unit, 5 * MIB));
    assertTrue(run.err.contains(wanted), run.err);
    assertFalse(run.err.contains("\tat "), run.err);
    assertEquals(exitCode, run.exitCode, run.err);
  }

  @Test
  void tooLargeADbcFileIsRefusedWithItsSizeAndTheBound() throws IOException {
    byte[] rubbish = new byte[30 * MIB];
    new Random(1).nextBytes(rubbish);
    assertEquals(
        new Run(
            2,
            folder.resolve("a.dbc")
                + ": too long; want 20.6 MiB at most, got 30 MiB; want a dbc file"),
        decode(rubbish));
  }

  @ParameterizedTest
  @CsvSource({
    "'- 1\n', 'a.yaml:101376:3: not YAML: more than 101376 values'",
    "'[', 'a.yaml:1:101: not YAML: nested deeper than 100 levels'",
    "'a: 1 # ', 'a.yaml:1:1: device.id: missing'"
  })
  void yamlThatIsFarTooMuchIsRefusedInWords(String unit, String wanted) throws IOException {
    Path file = Files.write(folder.resolve("a.yaml"), times(unit, 3 * MIB));
    for (String command : List.of("check", "run")) {
      Run run = caravan(command, "-c", file.toString());
      assertTrue(run.err.startsWith(folder.resolve(wanted).toString()), run.err);
      assertEquals(2, run.exitCode, run.err);
    }
  }

  private Path ofSignals(int signals, int routes) throws IOException {
    StringBuilder dbc = new StringBuilder("BO_ 1 M: 8 A\n SG_ X M : 0|16@1+ (1,0) [0|0] \"\" A\n");
    for (int i = 0; i < signals; i++) {
      dbc.append(" SG_ S" + i + " m" + i + " : 16|8@1+ (1,0) [0|0] \"\" A\n");
    }
    Files.writeString(folder.resolve("a.dbc"), dbc);
    StringBuilder yaml = new StringBuilder("device: {id: d1, fleet: f1}\nsources:\n"
        + "  - {name: can0, type: slcan, port: tcp://127.0.0.1:9, bitrate: 500k,"
        + " decode: [{dbc: a.dbc}]}\nroutes:\n");
    for (int i = 0; i < routes; i++) {
      yaml.append("  - {name: r" + i + ", store: {dir: s" + i
          + "}, uplink: {type: mqtt, url: tcp://127.0.0.1:9}}\n");
    }
    return Files.writeString(folder.resolve("a.yaml"), yaml);
  }

  @ParameterizedTest
  @CsvSource({"20000, 1", "30000, 1", "8000, 6"})
  void moreSignalsThanTheHeapHasRoomForAreRefusedWithFileAndBound(int signals, int routes)
      throws IOException {
    Path file = ofSignals(signals, routes);
    for (String command : List.of("check", "run")) {
      Run run = caravan(command, "-c", file.toString());
      String begin = file + ":3:79: sources[0].decode: signals " + (signals + 1)
          + " of a.dbc, of all" + " sources " + (signals + 1) + ", would take some ";
      assertTrue(run.err.startsWith(begin), run.err);
      assertTrue(run.err.contains("; want 30.9 MiB at most, half of the heap"), run.err);
      assertEquals(2, run.exitCode, run.err);
    }
  }

  @ParameterizedTest
  @CsvSource({"15000, 1", "5000, 5"})
  void manySignalsThatFitAreTaken(int signals, int routes) throws IOException {
    assertEquals(0, caravan("check", ofSignals(signals, routes).toString()).exitCode);
  }
}
