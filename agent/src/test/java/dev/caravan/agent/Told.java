package dev.caravan.agent;

import dev.caravan.agent.log.Log;
import dev.caravan.agent.log.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** What the log tells. */
public final class Told {
  private Told() {}

  /** The lines that are written while something is done, those of INFO and above; without their times. */
  public static List<String> by(Executable work) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    Log.ofProcess().level(LogLevel.INFO);
    try {
      work.execute();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      Log.ofProcess().level(LogLevel.ERROR);
      System.setErr(before);
    }
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .toList();
  }
}
