package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplaySettingsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final Faults faults = new Faults();

  @BeforeEach
  void writeLog() throws IOException {
    Files.writeString(folder.resolve("drive.log"), "(1.0) can0 100#01\n");
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("other.csv"), "Time,Value\n1,2\n");
    Files.writeString(folder.resolve("drive.mf4"), "MDF     4.10    ");
    Files.writeString(folder.resolve("notes.txt"), "nothing\nof use\n");
    Files.writeString(folder.resolve("empty.log"), "");
  }

  private ReplaySettings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("agent.yaml"), yaml);
    Node node = YamlFile.read(file, faults);
    ReplaySettings settings = ReplaySettings.from(node);
    node.refuseUnknownKeys();
    return settings;
  }

  private List<String> said() {
    return faults.found().stream().map(Fault::what).toList();
  }

  @Test
  void fileAloneIsReplayedOnceAtItsOwnPace() throws IOException {
    assertEquals(
        new ReplaySettings(folder.resolve("drive.log"), 1, false, "", ReplaySettings.Times.LOG),
        read("file: drive.log"));
    assertEquals(List.of(), said());
  }

  @Test
  void everyKeyIsRead() throws IOException {
    ReplaySettings settings =
        read("{file: drive.log, speed: max, loop: true, channel: can1, times: now}");
    assertEquals(
        new ReplaySettings(
            folder.resolve("drive.log"),
            Double.POSITIVE_INFINITY,
            true,
            "can1",
            ReplaySettings.Times.NOW),
        settings);
    assertTrue(settings.isAtOnce());
    assertEquals(2.5, read("{file: drive.log, speed: 2.5}").speed());
    assertEquals(List.of(), said());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {file: other.csv} | file: a table with the columns Time, Value: not known; known are
      {file: drive.mf4} | file: an MF4 measurement file (ASAM MDF 4); write its frames as text first:
      {file: notes.txt} | file: no line of it is a frame of a known log
      """)
  void fileThatIsNoLogIsAFault(String yaml, String wanted) throws IOException {
    read(yaml);
    assertEquals(1, said().size());
    assertTrue(said().get(0).startsWith(wanted), said()::toString);
  }

  @Test
  void emptyLogMayYetBeWritten() throws IOException {
    read("{file: empty.log}");
    assertEquals(List.of(), said());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {speed: 1}                          | file: missing
      {file: none.log}                    | file: no such file: FOLDER/none.log
      {file: folder}                      | file: want a file, got a folder: FOLDER/folder
      {file: /dev/null}                   | file: want a file, got a device or a pipe: /dev/null
      {file: drive.log, speed: 0}         | speed: want 0.001..1000, got 0
      {file: drive.log, speed: -1}        | speed: want 0.001..1000, got -1
      {file: drive.log, speed: NaN}       | speed: want a number, 0.001..1000, got 'NaN'
      {file: drive.log, speed: fast}      | speed: want a number, 0.001..1000, got 'fast'
      {file: drive.log, loop: 3}          | loop: want true or false, got '3'
      {file: drive.log, times: then}      | times: want one of log, now, got 'then'
      {file: drive.log, sped: 2}          | sped: unknown key; did you mean 'speed'?
      """)
  void wrongSettingIsAFault(String yaml, String wanted) throws IOException {
    read(yaml);
    assertEquals(List.of(wanted.replace("FOLDER", folder.toString())), said());
  }
}
