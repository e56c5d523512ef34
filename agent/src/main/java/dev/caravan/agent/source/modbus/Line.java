package dev.caravan.agent.source.modbus;

import dev.caravan.agent.source.serial.SerialLine;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;

/** What a master needs of the line. */
interface Line {
  /** Waits for bytes at most so long; 0 if none came. */
  int read(byte[] buffer, int timeoutMs) throws IOException;

  /** As {@link #read} while no answer is awaited: what comes all the same may be seen some milliseconds late. */
  default int listen(byte[] buffer, int timeoutMs) throws IOException {
    return read(buffer, timeoutMs);
  }

  /** Sends a request. */
  void write(byte[] bytes, int timeoutMs) throws IOException;

  /** Frees whoever reads. */
  void close();

  /** Opens one. */
  interface Opener {
    /**
     * Opens the line.
     *
     * @throws IOException if that fails now
     */
    Line open() throws IOException;
  }

  /** A serial port. */
  static Line serial(SerialSettings settings) throws IOException {
    SerialLine port = SerialLine.open(settings);
    return new Line() {
      @Override
      public int read(byte[] buffer, int timeoutMs) throws IOException {
        return port.read(buffer, timeoutMs);
      }

      @Override
      public int listen(byte[] buffer, int timeoutMs) throws IOException {
        return port.listen(buffer, timeoutMs, SerialLine.PAUSE_NS);
      }

      @Override
      public void write(byte[] bytes, int timeoutMs) throws IOException {
        port.write(bytes, timeoutMs);
      }

      @Override
      public void close() {
        port.close();
      }
    };
  }
}
