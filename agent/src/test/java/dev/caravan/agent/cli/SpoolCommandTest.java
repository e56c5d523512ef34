package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.DiskQueue;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Spool;
import dev.caravan.agent.store.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SpoolCommandTest {
  // printf '\\x01' | sha256sum
  private static final Bytes SCHEMA = Bytes.ofHex("4bf5122f");

  private final Path above;
  private final Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  SpoolCommandTest(@TempDir Path temporary) {
    above = temporary;
    dir = temporary.resolve("cloud");
  }

  private DiskQueue open() throws IOException {
    StoreSettings settings = new StoreSettings(dir, 1 << 20, 0, 0, 16 << 10, 64 << 10);
    // 2026-11-23T12:00:00.250Z
    return DiskQueue.open(
        settings,
        "cloud",
        Keepers.CLOUD,
        new FakeTimeline(1_795_435_200_250_000_000L),
        new Health());
  }

  private DiskQueue filled() throws IOException {
    DiskQueue queue = open();
    queue.schemas().put(SCHEMA, Bytes.of(new byte[] {1}));
    for (String body : List.of("one", "three", "seventh")) {
      queue.append(body.length(), SCHEMA, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
    }
    queue.head(1, 1 << 20, 0);
    queue.remove(List.of(1L));
    return queue;
  }

  private int run(String... args) {
    return new CommandLine(new SpoolCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  @Test
  void showPrintsWhatIsNotYetDeliveredBesideARunningAgent() throws IOException {
    try (DiskQueue queue = filled()) {
      String stream = Spool.of(dir).stream().toString();
      assertEquals(16, stream.length());
      assertEquals(0, run("show", dir.toString()));
      assertEquals(
          List.of(
              "sequence time reports body_bytes schema stream number",
              "2 2026-11-23T12:00:00.250Z 5 5 4bf5122f " + stream + " 2",
              "3 2026-11-23T12:00:00.250Z 7 7 4bf5122f " + stream + " 3"),
          lines());
      assertEquals(2, queue.entries());
    }
  }

  @Test
  void listSumsUpEachQueueBelow() throws IOException {
    filled().close();
    assertEquals(0, run("list", above.toString()));
    String line = lines().get(1);
    assertTrue(line.startsWith(dir + " 2 2 3 12 "), line);
    assertTrue(
        line.endsWith(
            " 2026-11-23T12:00:00.250Z 2026-11-23T12:00:00.250Z 1 1 " + Spool.of(dir).stream()),
        line);
  }

  @Test
  void verifyFindsNothingInAWholeQueueAndChangesNothing() throws IOException {
    filled().close();
    Map<Path, String> before = content();
    assertEquals(0, run("verify", dir.toString()), err.toString());
    assertEquals(List.of("records=3, faults=0"), lines());
    assertEquals(before, content());
  }

  private Map<Path, String> content() throws IOException {
    Map<Path, String> all = new TreeMap<>();
    try (var files = Files.walk(dir)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        all.put(each, Bytes.of(Files.readAllBytes(each)) + " " + Files.getLastModifiedTime(each));
      }
    }
    return all;
  }

  @Test
  void verifyNamesADamagedRecordAndExits1() throws IOException {
    filled().close();
    Path segment = dir.resolve("00000000000000000001.seg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[48 + 48 + 4] ^= 1; // the first byte of the first body
    Files.write(segment, bytes);
    assertEquals(1, run("verify", dir.toString()));
    assertEquals(
        List.of("00000000000000000001.seg: damaged: sequence=1..1", "records=2, faults=1"),
        lines());
  }

  @Test
  void verifyNamesAMissingSchemaAndWhatNeedsItAndExits1() throws IOException {
    filled().close();
    Files.delete(dir.resolve("schemas/4bf5122f"));
    assertEquals(1, run("verify", dir.toString()));
    assertEquals(
        List.of(
            "schema 4bf5122f: missing; entries=2 cannot be read without it, sequence=2..3",
            "records=3, faults=1"),
        lines());
  }

  @Test
  void verifyNamesADamagedSchemaButNotOneThatOnlyDeliveredEntriesNeed() throws IOException {
    try (DiskQueue queue = filled()) {
      Files.write(dir.resolve("schemas/4bf5122f"), new byte[] {0});
      assertEquals(1, run("verify", dir.toString()));
      assertEquals(
          "schema 4bf5122f: damaged; entries=2 cannot be read without it, sequence=2..3",
          lines().get(0));
      queue.head(2, 1 << 20, 0);
      queue.remove(List.of(2L, 3L));
    }
    assertEquals(0, run("verify", dir.toString()));
  }

  @Test
  void aDirectoryWithoutAQueueIsRefused() throws IOException {
    Files.createDirectories(dir);
    assertEquals(1, run("show", dir.toString()));
    assertTrue(err.toString().contains("want the directory of a route's store"), err.toString());
    assertEquals(1, run("verify", dir.resolve("nowhere").toString()));
    assertEquals(2, run());
  }
}
