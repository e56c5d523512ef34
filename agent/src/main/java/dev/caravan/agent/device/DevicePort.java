package dev.caravan.agent.device;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pseudo-terminal of a device, while it has one, and the rounds in which the device works on it. */
public final class DevicePort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevicePort.class);

  /** What a device does time and again. */
  public interface Round {
    /**
     * Does it once.
     *
     * @throws IOException if the port is lost
     */
    void work() throws IOException;
  }

  private final String name;

  /** The device is not the agent: what it survives is in no metric of the agent's. */
  private final Bugs bugs;

  // while it is there
  private @Nullable Pty pty;

  /** The port, not there yet, of a device of this name. */
  public DevicePort(String name) {
    this.name = name;
    this.bugs = new Health().bugs("device " + name);
  }

  /**
   * Makes it.
   *
   * @return the device file
   */
  public Path open() throws IOException {
    if (pty != null) {
      throw new IllegalStateException("device " + name + ": is open already");
    }
    Pty opened = Pty.open();
    pty = opened;
    return opened.slave();
  }

  /** Links the device's name in a folder to it, and gives the link. */
  public Path linkIn(Path folder) throws IOException {
    Path link = folder.resolve(name);
    pty().linkAs(link);
    return link;
  }

  /** Where the device hears and speaks; it must be there. */
  public Pty pty() {
    if (pty == null) {
      throw new IllegalStateException("device " + name + ": is not open");
    }
    return pty;
  }

  /**
   * Works on it until a stop is requested, all is done or the port is lost; then waits until what went out was read. A fault of the program
   * costs its round and no other.
   */
  public void work(Stop stop, BooleanSupplier isDone, Round round) {
    new RunLoop(bugs, () -> stop.isRequested() || isDone.getAsBoolean(), () -> isThereAfter(round))
        .run();
    pty().awaitRead(stop);
  }

  /** Does something with it, and tells if the port is lost over that. @return whether it is still there */
  public boolean isThereAfter(Round round) {
    try {
      round.work();
      return true;
    } catch (IOException e) {
      LOG.error("{}: port lost, device ends: {}", name, Words.of(e));
      return false;
    }
  }

  /** Takes it away, for the caller to close; nothing if it is not there. */
  public @Nullable Pty release() {
    Pty released = pty;
    pty = null;
    return released;
  }

  @Override
  public void close() {
    Pty closing = release();
    if (closing != null) {
      closing.close();
    }
  }
}
