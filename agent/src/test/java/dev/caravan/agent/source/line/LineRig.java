package dev.caravan.agent.source.line;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.serial.TestPty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line source on a pty whose far end the test holds. */
final class LineRig {
  final TestPty pty = new TestPty();
  final Health health = new Health();
  final LineSource source;

  LineRig(String keys) throws IOException {
    this.source = new LineSource(settings(keys, pty.device()), new SystemTimeline(), health);
  }

  static LineSettings settings(String keys, Path port) throws IOException {
    Faults faults = new Faults();
    LineSettings settings = settings("port: " + port + "\n" + keys, faults);
    try {
      faults.throwIfAny();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
    return settings;
  }

  static LineSettings settings(String keys, Faults faults) throws IOException {
    Path file = Files.createTempFile("line", ".yaml");
    try {
      Files.writeString(file, keys + "\n");
      Node node = YamlFile.read(file, faults);
      LineSettings settings = LineSettings.from("sensor", node);
      node.refuseUnknownKeys();
      return settings;
    } finally {
      Files.delete(file);
    }
  }
}
