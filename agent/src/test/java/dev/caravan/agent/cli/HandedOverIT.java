package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that a shell hands over as pipes, which give their content once. */
@Timeout(120)
class HandedOverIT {
  private static final Path BASH = Path.of("/bin/bash");
  private static final Path JAR = Path.of(System.getProperty("caravan.jar", "target/caravan.jar"));
  private static final String TWO_USERS = """
      device: {id: d, fleet: f}
      sources:
        - {name: can0, type: slcan, port: /dev/ttyS0, bitrate: 500k, decode: [{dbc: %1$s}]}
        - {name: can1, type: slcan, port: /dev/ttyS1, bitrate: 500k, decode: [{dbc: %1$s}]}
      routes:
        - {name: r, store: {dir: spool}, uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}}
      """;
  private static final String DBC = """
      BO_ 291 Engine: 8 X
       SG_ Speed : 0|16@1+ (1,0) [0|0] "rpm" X
      """;

  private final Path folder;

  HandedOverIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void write() throws IOException {
    assumeTrue(Files.isExecutable(BASH), "skipped: there is no bash");
    assumeTrue(Files.exists(JAR), () -> "skipped: no jar at " + JAR + "; run mvn package");
    Files.writeString(folder.resolve("x.dbc"), DBC);
    Files.writeString(folder.resolve("a.yaml"), TWO_USERS.formatted("x.dbc"));
    Files.writeString(folder.resolve("b.yaml"), TWO_USERS.formatted("/dev/fd/3"));
  }

  /** Relative paths in it start where the program was started. */
  @Test
  void configurationIsReadOnceAlsoForItsHash() throws Exception {
    String told = said("check --summary <(cat a.yaml)");
    assertTrue(told.endsWith("exit 0\n"), told);
    assertEquals(told, said("check --summary /dev/stdin < <(cat a.yaml)"));
  }

  @Test
  void dbcFileIsReadOnceForAllSourcesThatNameIt() throws Exception {
    assertEquals(
        said("check --summary <(cat a.yaml)"),
        said("check --summary <(cat b.yaml) 3< <(cat x.dbc)"));
  }

  private String said(String arguments) throws Exception {
    String java = ProcessHandle.current().info().command().orElseThrow();
    ProcessBuilder builder = new ProcessBuilder(
        BASH.toString(),
        "-c",
        "'" + java + "' -jar '" + JAR.toAbsolutePath() + "' " + arguments + "; echo exit $?");
    Process process =
        builder.directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
