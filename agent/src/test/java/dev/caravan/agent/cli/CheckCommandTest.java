package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code check} says of two DBC files that overlap and a VSS mapping that does not fit. */
class CheckCommandTest {
  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  CheckCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws IOException {
    String speed = " SG_ Speed : 0|8@1+ (1,0) [0|0] \"km/h\" A\n";
    String volt = " SG_ Volt : 8|8@1+ (1,0) [0|0] \"V\" A\n";
    Files.writeString(folder.resolve("a.dbc"), "BO_ 256 M: 8 A\n" + speed + volt);
    Files.writeString(
        folder.resolve("b.dbc"),
        "BO_ 256 Other: 8 A\n" + speed + "BO_ 257 N: 8 A\n" + speed + volt
            + "CM_ SG_ 257 Gone \"x\";\n");
    Files.writeString(folder.resolve("a.yaml"), """
        device: {id: d1, fleet: f}
        vss: vss.yaml
        sources:
          - {name: can0, type: slcan, port: /dev/null, bitrate: 500k, decode: [{dbc: a.dbc}, {dbc: b.dbc}]}
        routes:
          - {name: cloud, uplink: {type: mqtt, url: "mqtt://localhost:1883"}, store: {dir: spool}}
        """);
    mapping("m/s");
  }

  private void mapping(String unit) throws IOException {
    Files.writeString(
        folder.resolve("vss.yaml"),
        "signals:\n  - {from: M.Speed, to: Vehicle.Speed, unit: " + unit + "}\n"
            + "  - {from: M.Gone, to: Road.Gone}\n");
  }

  private int check(String... more) {
    CommandLine line = new CommandLine(new CheckCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] arguments = new String[more.length + 2];
    arguments[0] = "-c";
    arguments[1] = folder.resolve("a.yaml").toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return line.execute(arguments);
  }

  private String shown(StringWriter text) {
    return text.toString().replace(folder + "/", "");
  }

  @Test
  void planEndsWithWhatIsNotMappedAndCounts() {
    assertEquals(0, check(), shown(err));
    String told = shown(out);
    assertTrue(told.contains("  Vehicle.Speed [m/s]\n"), told);
    assertTrue(told.contains("  without a vss name: can0.M: Volt\n"), told);
    assertTrue(told.contains("  without a vss name: can0.N: Speed Volt\n"), told);
    assertTrue(told.contains("no decoder has a signal M.Gone\n"), told);
    assertTrue(told.endsWith("""
            summary: sources 1, routes 1, signals 4
            vss: signals with a name 1, without 3 (of 2 messages), entries of no use 1 of 2
            faults 0, warnings 4: b.dbc 2, vss.yaml 2
            """), told);
    String warned = shown(err);
    assertTrue(warned.contains("b.dbc:1:1: warning: message Other has id 0x100, as M in"), warned);
    assertTrue(
        warned.contains("vss.yaml:3:5: warning: signals[1]: no decoder has a signal M.Gone"),
        warned);
    assertTrue(warned.contains("b.dbc:6:13: warning: CM_ names signal Gone"), warned);
  }

  @Test
  void summaryIsCountsAlone() {
    assertEquals(0, check("--summary"), shown(err));
    assertTrue(shown(out).startsWith("summary: sources 1"), shown(out));
  }

  @Test
  void unitsThatDoNotConvertAreFaultsWithTheirLine() throws IOException {
    mapping("V");
    assertFalse(check() == 0);
    assertTrue(shown(out).endsWith("faults 1, warnings 2: b.dbc 2\n"), shown(out));
    assertTrue(shown(err).contains("vss.yaml:2:"), shown(err));
    assertTrue(shown(err).contains("does not convert to 'V'"), shown(err));
  }

  @Test
  void strictMakesWarningsFail() {
    assertEquals(1, check("--strict"), shown(err));
    assertTrue(shown(out).endsWith("warnings 4: b.dbc 2, vss.yaml 2\n"), shown(out));
  }

  @Test
  void strictIsContentWithoutWarnings() throws IOException {
    Files.writeString(
        folder.resolve("b.dbc"), "BO_ 257 N: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] \"\" A\n");
    Files.writeString(
        folder.resolve("vss.yaml"), "signals: [{from: M.Speed, to: Vehicle.Speed, unit: km/h}]\n");
    assertEquals(0, check("--strict"), shown(err));
    assertEquals("", shown(err));
  }

  @Test
  void theFileMayStandAloneAndOnlyOnce() {
    String file = folder.resolve("a.yaml").toString();
    CommandLine line = new CommandLine(new CheckCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    assertEquals(0, line.execute(file, "--summary"), shown(err));
    assertEquals(2, line.execute(file, "-c", file));
    assertEquals(2, line.execute());
    assertTrue(shown(err).contains("want one configuration, got a.yaml and a.yaml"), shown(err));
    assertTrue(shown(err).contains("no configuration; want -c FILE"), shown(err));
  }

  @Test
  void filesThatArePipesOrDevicesAreToldOnceAndNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    String good = Files.readString(folder.resolve("a.yaml"));
    for (String file : new String[] {"pipe", "/dev/zero"}) {
      for (String named : new String[] {"a.dbc", "vss.yaml"}) {
        err.getBuffer().setLength(0);
        Files.writeString(folder.resolve("a.yaml"), good.replace(named, file));
        assertEquals(1, assertTimeoutPreemptively(Duration.ofSeconds(30), () -> check()));
        String told = shown(err);
        assertEquals(
            told.indexOf("got a device or a pipe"), told.lastIndexOf("got a device or a pipe"));
        assertTrue(told.contains("want a file, got a device or a pipe: " + file), told);
      }
    }
  }

  @Test
  void warningsOfAMappingAreInTheOrderOfItsLinesAndAFaultIsNoWarningToo() throws Exception {
    Files.writeString(
        folder.resolve("vss.yaml"),
        "signals:\n  - {from: M.Gone, to: Vehicle.Speed}\n  - {from: M.Speed, to: Vehicle.Sped}\n");
    check();
    String told = shown(err);
    assertTrue(told.indexOf("vss.yaml:2:") >= 0, told);
    assertTrue(told.indexOf("vss.yaml:2:") < told.indexOf("vss.yaml:3:"), told);
    err.getBuffer().setLength(0);
    Files.writeString(
        folder.resolve("vss.yaml"), "signals:\n  - {from: M.Speed, to: vehicle.Speed}\n");
    check();
    assertFalse(shown(err).contains("warning: signals[0].to"), shown(err));
  }
}
