package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests hold facts against each other, and not how long a machine took: where a bound is what was promised, the test's timeout is
 * that bound. These alone look at a clock, and why.
 */
class TestClockTest {
  private static final Set<String> NAMED = Set.of(
      // the clock is their subject
      "ClockJumpIT",
      "SystemTimelineTest",
      "HandOverTest",
      // faults last for so long, and the report of the suite says how long the agent needed
      "ConnectProxy",
      "FaultyLink",
      "Road",
      "Reconnects",
      "Unacknowledged",
      // entries and files of now, as a real broker or file system counts their age
      "MemoryQueue",
      "MosquittoIT",
      "MqttTlsIT",
      "MqttUplinkIT",
      "Rig",
      "SchemaMessagesIT",
      "SparkplugHostIT",
      "UplinkContractTest",
      // asks again until something comes
      "TestPty",
      // a seed that is printed
      "DbcTextsTest",
      // names what it looks for
      "HouseRulesTest",
      "TestClockTest");

  private static final Pattern CLOCK =
      Pattern.compile("nanoTime\\b|currentTimeMillis\\b|Instant\\.now\\b"
          + "|Thread\\.sleep\\b|TimeUnit\\.[A-Z]+\\.sleep\\b|Clock\\.system");

  @Test
  void testsLookAtTheClockWhereItIsNamed() throws IOException {
    Path tests = Path.of(System.getProperty("caravan.root", "..")).resolve("agent/src/test/java");
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (CLOCK.matcher(Files.readString(file)).find()) {
          found.add(String.valueOf(file.getFileName()).replace(".java", ""));
        }
      }
    }
    assertEquals(new TreeSet<>(NAMED), found);
  }
}
