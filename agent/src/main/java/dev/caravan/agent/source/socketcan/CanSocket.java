package dev.caravan.agent.source.socketcan;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A raw CAN socket, bound to one interface and set up.
 *
 * <p>One thread receives; {@link #send} and {@link #close()} may come from any.
 */
interface CanSocket extends AutoCloseable {
  /** Opens sockets. */
  interface Opener {
    /**
     * A socket that receives what the settings accept, and error messages of the controller.
     *
     * @throws IOException if that fails now; the message says what is missing
     */
    CanSocket open(SocketCanSettings settings) throws IOException;
  }

  /**
   * Waits for frames, at most a quarter of a second, and takes all that are there; no more than fit.
   *
   * @throws IOException if the interface is down or gone
   */
  void receive(Datagrams into) throws IOException;

  /**
   * Gives one frame to the interface: a can_frame of 16 bytes or a canfd_frame of 72.
   *
   * @return false if the interface's queue is full
   * @throws IOException if the interface is down or gone
   */
  boolean send(ByteBuffer frame) throws IOException;

  /** Epoch nanoseconds UTC of the clock that stamps received frames. */
  long clockNs();

  /** Whether the interface takes CAN FD frames. */
  boolean hasFd();

  /** Room for received frames in the kernel, in bytes as it was asked for. */
  int receiveBufferBytes();

  /** Closes it; closing twice is fine. A {@link #receive} under way ends first, within its quarter of a second. */
  @Override
  void close();
}
