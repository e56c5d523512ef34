package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.receive.StreamRecorder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whatever messages a recording has: a verdict. The topic is what stands before the first line feed, the message what is behind it. */
class AuditFuzzTest {
  private final Path file;

  AuditFuzzTest(@TempDir Path folder) {
    this.file = folder.resolve("stream");
  }

  @FuzzTest(maxDuration = "3m")
  void anyMessageIsAudited(byte[] data) throws IOException {
    int end = 0;
    while (end < data.length && data[end] != '\n') {
      end++;
    }
    String topic = new String(data, 0, end, StandardCharsets.UTF_8);
    Files.deleteIfExists(file);
    try (StreamRecorder recorder = StreamRecorder.append(file)) {
      recorder.arrived(
          topic.isEmpty() ? "t" : topic,
          Bytes.owning(Arrays.copyOfRange(data, Math.min(end + 1, data.length), data.length)));
    }
    @Nullable Exception[] thrown = new Exception[1];
    StringWriter out = new StringWriter();
    int code = new CommandLine(new AuditCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(new StringWriter()))
        .setExecutionExceptionHandler((e, line, parsed) -> {
          thrown[0] = e;
          return Caravan.FAILED;
        })
        .execute("--file", file.toString());
    assertNull(thrown[0], () -> "thrown: " + thrown[0]);
    assertTrue(code == 0 || code == Caravan.FAILED, "exit code " + code);
    assertFalse(out.toString().isEmpty());
  }

  @Test
  void hundredsOfSpoiltMessagesAreAudited() throws Exception {
    Hostile.each(Hostile.seeds(getClass(), "anyMessageIsAudited"), 500, this::anyMessageIsAudited);
  }
}
