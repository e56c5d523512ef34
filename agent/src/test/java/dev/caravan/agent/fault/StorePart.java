package dev.caravan.agent.fault;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What the page of an agent says of the disk of its queue; the log says what comes again and again only now and then. */
final class StorePart {
  static final String IN_MEMORY = "in memory only: ";
  private static final String DEGRADED = " failed: ";

  private final int port = Program.freePort();

  /** A line of the configuration. */
  String configuration() {
    return "web: {listen: \"127.0.0.1:" + port + "\"}";
  }

  /** Waits until it says so. */
  void awaitWords(String words) {
    await()
        .atMost(Duration.ofMinutes(1))
        .alias("want '" + words + "' in the health")
        .until(() -> health().contains(words));
  }

  /** Waits until the queue is on its disk, and that is well. */
  void awaitWell() {
    await().atMost(Duration.ofMinutes(1)).alias("want a disk that is well").until(() -> {
      String health = health();
      return !health.isEmpty() && !health.contains(IN_MEMORY) && !health.contains(DEGRADED);
    });
  }

  private String health() {
    try {
      HttpURLConnection page = (HttpURLConnection)
          URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
      boolean isWell = page.getResponseCode() < 400;
      try (InputStream in = isWell ? page.getInputStream() : page.getErrorStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      // the agent is not there yet
      return "";
    }
  }
}
