package dev.caravan.agent.source.replay;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
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
  private static final Key<Path> FILE = Key.file("file")
      .required()
      .range("a readable file, a log of one of these forms or empty")
      .says("the log");
  private static final Key<Double> SPEED = Key.number("speed", 0.001, 1000)
      .orWord("max")
      .unit("seconds of the log per second, or `max` for as fast as the pipeline takes it")
      .or(1)
      .says("how fast the log passes");
  private static final Key<Boolean> LOOP = Key.flag("loop", false)
      .says("begin anew at the end; each loop is shifted on by the log's length and one mean gap "
          + "between frames, at least 1 ms");
  private static final Key<String> CHANNEL = Key.text("channel")
      .or("")
      .absent("all")
      .says("take only the frames of this bus of the log, named as the log names it (`can0`; `1` "
          + "in an ASC log)");
  private static final Key<String> TIMES = Key.oneOf("times", "log", "now")
      .or("log")
      .says("time of the frames: as in the `log`, or shifted so that the first frame is from "
          + "`now`, the distances kept whatever the speed");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(FILE, SPEED, LOOP, CHANNEL, TIMES);

  /** What time the frames of a replay carry. */
  public enum Times {
    /** The time in the log; each further loop is shifted on by the log's length. */
    LOG,
    /** As {@link #LOG}, but shifted so that the log starts when it is first opened. */
    NOW
  }

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
   * Reads its keys of a source's mapping; who has read the others too refuses unknown ones. A file that is no log is
   * refused by its first lines.
   */
  public static ReplaySettings from(Node node) {
    Path file = node.get(FILE);
    if (FileRoom.isHandedOver(file) && !Files.isRegularFile(file)) {
      node.at(FILE).fault("want a file, got a pipe, which cannot be opened again: " + file);
    }
    LogReader.refusal(file).ifPresent(node.at(FILE)::fault);
    double speed = node.says(SPEED, "max") ? Double.POSITIVE_INFINITY : node.get(SPEED);
    boolean loop = node.get(LOOP);
    String channel = node.get(CHANNEL);
    String times = node.get(TIMES);
    return new ReplaySettings(
        file, speed, loop, channel, times.equals("now") ? Times.NOW : Times.LOG);
  }
}
