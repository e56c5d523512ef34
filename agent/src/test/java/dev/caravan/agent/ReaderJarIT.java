package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Message;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.receive.MadeBatches;
import dev.caravan.agent.receive.StreamRecorder;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import dev.caravan.v1.NamedCount;
import dev.caravan.v1.PartStatus;
import dev.caravan.v1.Status;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for consumers, and the example of its page, with protobuf and nothing else. */
class ReaderJarIT {
  private static final DeviceName DEVICE = new DeviceName("demo", "xa-1");

  private final Path folder;
  private final Path jar = Path.of(System.getProperty("caravan.jar", "target/caravan.jar"))
      .resolveSibling("caravan-reader.jar")
      .toAbsolutePath();

  ReaderJarIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void jarIsThere() {
    assumeTrue(Files.exists(jar), () -> "skipped: no jar at " + jar + "; run mvn package");
  }

  @Test
  void exampleOfThePageRunsWithProtobufAlone() throws Exception {
    String page =
        Files.readString(Path.of(System.getProperty("caravan.root"), "agent", "READER.md"));
    int from = page.indexOf("```java\n") + "```java\n".length();
    Path source = folder.resolve("Example.java");
    Files.writeString(source, page.substring(from, page.indexOf("```", from)));
    String path = String.join(File.pathSeparator, folder.toString(), jar.toString(), protobuf());
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", path, "-d", folder.toString(), source.toString()));
    assertEquals("""
        demo/xa-1/cloud Vehicle.Speed 0.0\s
        demo/xa-1/cloud Vehicle.Speed 1.0\s
        demo/xa-1/cloud Vehicle.Speed 2.0\s
        """, run(path, "Example", recording().toString()));
  }

  private static String protobuf() throws Exception {
    return Path.of(
            Message.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  /** A schema, a status, what nobody can read, and a batch of three samples, twice. */
  private Path recording() throws IOException {
    Payload batch = MadeBatches.make(1).get(0);
    Path file = folder.resolve("recording");
    try (StreamRecorder recorder = StreamRecorder.append(file)) {
      recorder.arrived(
          Topics.USUAL.schema(DEVICE, batch.schema().id()), batch.schema().content());
      Status status = Status.newBuilder()
          .addSources(PartStatus.newBuilder().setName("can0"))
          .addCounters(NamedCount.newBuilder().setName("source.frames").setValue(3))
          .build();
      recorder.arrived(
          Topics.USUAL.plain(DEVICE, Topics.Kind.STATUS), Bytes.owning(status.toByteArray()));
      recorder.arrived(Topics.USUAL.data(DEVICE, "cloud"), Bytes.ofHex("ff"));
      for (int i = 0; i < 2; i++) {
        recorder.arrived(
            Topics.USUAL.data(DEVICE, "cloud"), TelemetryEnvelope.around(batch.body(), 1, false));
      }
    }
    return file;
  }

  private String run(String path, String... arguments) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new java.util.ArrayList<>(List.of(java.toString(), "-cp", path));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(out.toFile())
        .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still runs");
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), said);
    return said;
  }

  @Test
  void jarHoldsTheFarSideAndNoLibrary() throws IOException {
    Set<String> packages = new TreeSet<>();
    try (JarFile read = new JarFile(jar.toFile())) {
      read.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/'))));
    }
    String ours = "dev/caravan/agent/";
    assertEquals(
        Set.of(
            ours + "bytes",
            ours + "clock",
            ours + "signal",
            ours + "health",
            ours + "receive",
            ours + "wire",
            "dev/caravan/v1"),
        packages);
    assertTrue(Files.size(jar) < 1 << 20, () -> jar + " is not small");
  }
}
