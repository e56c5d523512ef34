package dev.caravan.agent.device;

import dev.caravan.agent.clock.Stop;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A simulated device at the far end of a serial wire.
 *
 * <p>Life: {@link #open} by the thread that builds it, {@link #run} as the body of one thread, {@link #close} once that
 * thread has ended. {@link #counts} is safe from any thread at any time.
 */
public interface Device extends AutoCloseable {
  /** The name of the configuration. */
  String name();

  /**
   * Makes the port. From here on programs can open it; it answers once {@link #run} runs.
   *
   * @return the port, such as {@code /dev/pts/3}
   * @throws IOException if the machine gives no pseudo-terminal
   */
  Path open() throws IOException;

  /**
   * Links the open port into a folder under the device's name; {@link #close} takes the link away.
   *
   * @return the link
   * @throws IOException if something else than a left-over link to a pseudo-terminal has that name
   */
  Path linkIn(Path folder) throws IOException;

  /** Ends by itself once so many whole units are out and read; to be said before {@link #run}. */
  void endAfter(long units);

  /**
   * Works until a stop is requested, at most 100 ms longer, or as many units are out as were wanted; never ends on
   * anything that comes in.
   */
  void run(Stop stop);

  /** What went out so far; {@link DeviceCounts#unreadFrames} is known after {@link #close}. */
  DeviceCounts counts();

  /** Takes the port away; a program that has it open sees a hang-up. Close twice is fine. */
  @Override
  void close();
}
