package dev.caravan.agent.device;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The pseudo-terminal of a device, while it has one. */
public final class DevicePort implements AutoCloseable {
  private final String name;

  // while it is there
  private @Nullable Pty pty;

  /** The port, not there yet, of a device of this name. */
  public DevicePort(String name) {
    this.name = name;
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
