package dev.caravan.agent.source;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a source reads, as long as it is open. One thread opens and reads; any may take it to close it, and one alone gets it.
 *
 * @param <W> a port or a socket
 */
public final class OpenWire<W> {
  private final String place;

  // while open
  private volatile @Nullable W wire;

  /** None is open; {@code place} is where it will be, as a message names it: {@code /dev/ttyUSB0}. */
  public OpenWire(String place) {
    this.place = place;
  }

  /** It was opened. */
  public void opened(W opened) {
    wire = opened;
  }

  /**
   * What is open, to be read.
   *
   * @throws IOException if nothing is
   */
  public W read() throws IOException {
    W open = wire;
    if (open == null) {
      throw new IOException("read " + place + ": closed");
    }
    return open;
  }

  /** What is open. */
  public Optional<W> now() {
    return Optional.ofNullable(wire);
  }

  /** What was open, to be closed; from now on nothing is. */
  public synchronized Optional<W> take() {
    Optional<W> open = now();
    wire = null;
    return open;
  }
}
