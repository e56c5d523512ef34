package dev.caravan.agent.source.replay;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a log is replayed.
 *
 * @param file the log
 * @param speed how many seconds of the log pass in one second; infinite for as fast as the rest can take it
 * @param loop whether the log begins anew after its end
 * @param channel the one bus of the log whose frames are taken; empty for all
 * @param times what time the frames carry
 */
public record ReplaySettings(Path file, double speed, boolean loop, String channel, Times times) {
  /** What time the frames of a replay carry. */
  public enum Times {
    /** The time in the log; each further loop is shifted on by the log's length. */
    LOG,
    /** As {@link #LOG}, but shifted so that the log starts when it is first opened. */
    NOW
  }

  private static final double SLOWEST = 0.001;
  private static final double FASTEST = 1_000;

  /** Refuses a speed that is not above 0. */
  public ReplaySettings {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("replay: speed=" + speed + "; want more than 0");
    }
  }

  /** Whether the log is replayed as fast as the rest can take it. */
  public boolean isAtOnce() {
    return Double.isInfinite(speed);
  }

  /**
   * Reads the keys of a source of type {@code replay} and refuses all others, but for those that the caller has read
   * from this node before: what every source has. A file that is no log is refused by its first lines.
   */
  public static ReplaySettings from(Node node) {
    Path file = node.at("file").readableFile();
    if (FileRoom.isHandedOver(file) && !Files.isRegularFile(file)) {
      node.at("file").fault("want a file, got a pipe, which cannot be opened again: " + file);
    }
    LogReader.refusal(file).ifPresent(node.at("file")::fault);
    Node speedNode = node.at("speed");
    double speed = speedNode.text("1").equals("max")
        ? Double.POSITIVE_INFINITY
        : speedNode.number(SLOWEST, FASTEST, 1);
    boolean loop = node.at("loop").flag(false);
    String channel = node.at("channel").text("");
    String times = node.at("times").oneOf(List.of("log", "now"), "log");
    node.refuseUnknownKeys();
    return new ReplaySettings(
        file, speed, loop, channel, times.equals("now") ? Times.NOW : Times.LOG);
  }
}
