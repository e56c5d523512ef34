package dev.caravan.agent.source.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open serial port: raw bytes, no echo, no translation, nobody else's.
 *
 * <p>One thread reads; any thread may write or close. No call blocks for longer than the time it is given.
 *
 * <p>What costs is waking up, not bytes: while bytes come, reads are kept {@value #PACE_NS} ns apart, so that one gathers
 * what came meanwhile, and a busy line costs at most 200 wake-ups a second. After a pause the first bytes are handed on
 * at once.
 *
 * <p>A line that has failed stays failed: close it and open another. A device that went away is noticed by the next
 * {@link #read} at the latest, at once if one is waiting.
 */
public final class SerialLine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SerialLine.class);

  private static final long PACE_NS = 5_000_000;

  /** A read that brought more left a queue behind; the next one does not wait. The kernel gives 4095 bytes at most. */
  private static final int QUEUE_BYTES = 2048;

  /** The driver's timer counts in tenths of a second. */
  private static final int SLICE_MS = 100;

  private static final long POLL_NS = 1_000_000;

  /** How long what was written last may take to get out before closing throws it away. */
  private static final long FAREWELL_NS = 100_000_000;

  /** jSerialComm keeps the reason of a failed open in one place for all ports. */
  private static final Object OPENING = new Object();

  private final Path path;
  private final SerialPort port;
  private final ReentrantLock reading = new ReentrantLock();
  private final LineWriter writer;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long lastWriteNs = System.nanoTime() - FAREWELL_NS;

  // the reading thread's
  private long lastReadNs;
  private boolean mayGather;

  private SerialLine(Path path, SerialPort port) {
    this.path = path;
    this.port = port;
    this.writer = new LineWriter(path, port);
  }

  /** Opens a port with eight data bits, no parity and one stop bit. */
  public static SerialLine open(Path path, int baud) throws IOException {
    return open(SerialSettings.of(path, baud));
  }

  /**
   * Opens a port and locks it against other programs that lock (flock).
   *
   * @throws IOException if it is not there, not permitted, in use or no serial port; the message says which
   */
  public static SerialLine open(SerialSettings settings) throws IOException {
    NativeLibrary.load();
    Path device = device(settings.port());
    SerialPort port;
    try {
      port = SerialPort.getCommPort(device.toString());
    } catch (RuntimeException e) {
      throw failure(settings.port(), "errno=2, no such device");
    }
    port.setComPortParameters(
        settings.baud(),
        settings.dataBits(),
        settings.stopBits() == 1 ? SerialPort.ONE_STOP_BIT : SerialPort.TWO_STOP_BITS,
        parity(settings.parity()));
    port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, SLICE_MS, 0);
    int error;
    synchronized (OPENING) {
      error = port.openPort(0) ? 0 : Math.max(1, port.getLastErrorCode());
    }
    if (error != 0) {
      throw failure(settings.port(), OpenFailure.reason(error, device));
    }
    warnOfOthers(settings.port(), device);
    return new SerialLine(settings.port(), port);
  }

  private static int parity(SerialSettings.Parity parity) {
    return switch (parity) {
      case NONE -> SerialPort.NO_PARITY;
      case ODD -> SerialPort.ODD_PARITY;
      case EVEN -> SerialPort.EVEN_PARITY;
      case MARK -> SerialPort.MARK_PARITY;
      case SPACE -> SerialPort.SPACE_PARITY;
    };
  }

  /** Follows links now: a port that was plugged in again may be another device. */
  private static Path device(Path path) throws IOException {
    Path device;
    try {
      device = path.toRealPath();
    } catch (java.nio.file.AccessDeniedException e) {
      throw failure(path, "errno=13, permission denied");
    } catch (IOException e) {
      throw failure(path, "errno=2, no such device; is it plugged in?");
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      throw failure(path, OpenFailure.denied(device));
    }
    return device;
  }

  /** Two readers of one port each get a part of the bytes. Of a pty the far end has both sides open, which is fine. */
  private static void warnOfOthers(Path path, Path device) {
    if (device.startsWith("/dev/pts")) {
      return;
    }
    List<PortHolder> others = PortHolder.of(device);
    if (!others.isEmpty()) {
      LOG.warn(
          "{}: also open in {}; bytes that it reads are lost here",
          path,
          OpenFailure.names(others));
    }
  }

  private static IOException failure(Path path, String why) {
    return new IOException("open " + path + ": " + why);
  }

  /** The name that it was opened by. */
  public Path path() {
    return path;
  }

  /**
   * Waits for bytes at most so long, and takes what has come. On a busy line it may first pause, 5 ms at most, to let more
   * gather.
   *
   * @return how many bytes there are now at the start of the buffer; 0 if none came in time
   * @throws IOException if the device is gone or the line was closed
   */
  public int read(byte[] buffer, int timeoutMs) throws IOException {
    reading.lock();
    try {
      long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000L;
      gather();
      while (!closed.get()) {
        int count = readOnce(buffer, deadlineNs);
        if (count > 0) {
          lastReadNs = System.nanoTime();
          mayGather = count < QUEUE_BYTES;
          return count;
        }
        if (count < 0) {
          throw new IOException(
              "read " + path + ": " + (closed.get() ? "closed" : "device is gone"));
        }
        if (deadlineNs - System.nanoTime() <= 0) {
          return 0;
        }
      }
      throw new IOException("read " + path + ": closed");
    } finally {
      reading.unlock();
    }
  }

  private void gather() {
    if (mayGather) {
      long pauseNs = lastReadNs + PACE_NS - System.nanoTime();
      if (pauseNs > 0) {
        LockSupport.parkNanos(this, pauseNs);
      }
    }
  }

  /** Reads within the driver's timer while there is time for it, else looks and pauses for a millisecond. */
  private int readOnce(byte[] buffer, long deadlineNs) {
    long startNs = System.nanoTime();
    if (deadlineNs - startNs < SLICE_MS * 900_000L) {
      int available = port.bytesAvailable();
      if (available == 0) {
        LockSupport.parkNanos(this, Math.min(POLL_NS, Math.max(0, deadlineNs - startNs)));
        return 0;
      }
      return available < 0 ? -1 : port.readBytes(buffer, Math.min(available, buffer.length));
    }
    int count = port.readBytes(buffer, buffer.length);
    if (count == 0 && System.nanoTime() - startNs < SLICE_MS * 500_000L) {
      // a driver that does not wait: never spin on it
      LockSupport.parkNanos(this, SLICE_MS * 500_000L);
    }
    return count;
  }

  /** Throws away what has been received and not read. */
  public void discard() throws IOException {
    byte[] unwanted = new byte[512];
    for (int i = 0; i < 128 && port.bytesAvailable() > 0; i++) {
      read(unwanted, 0);
    }
  }

  /** Writes all bytes, waiting at most so long; see {@link #write(byte[], int, int, int)}. */
  public void write(byte[] bytes, int timeoutMs) throws IOException {
    write(bytes, 0, bytes.length, timeoutMs);
  }

  /**
   * Writes bytes, waiting at most so long until the driver has taken them, which is not until they are on the wire.
   *
   * @throws IOException if that takes longer (the far end takes nothing), or the device is gone; how much of it went out
   *     is not known, and no further write is tried
   */
  public void write(byte[] bytes, int from, int length, int timeoutMs) throws IOException {
    if (closed.get()) {
      throw new IOException("write " + path + ": closed");
    }
    writer.write(bytes, from, length, timeoutMs);
    lastWriteNs = System.nanoTime();
  }

  /**
   * Closes the port and frees whoever reads, all within half a second; closing twice is fine. What was written just before
   * is given a tenth of a second to get out.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    writer.close();
    bidFarewell();
    // A reader leaves the driver by itself, every tenth of a second. Closing under its feet could
    // let it read a file
    // that gets the same number a moment later.
    boolean isFree = false;
    try {
      isFree = reading.tryLock(5 * SLICE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      synchronized (OPENING) {
        port.closePort();
      }
    } finally {
      if (isFree) {
        reading.unlock();
      }
    }
  }

  /** The library flushes a port that it closes, and a pty does not tell whether its far end has read. */
  private void bidFarewell() {
    long leftNs = lastWriteNs + FAREWELL_NS - System.nanoTime();
    while (leftNs > 0 && !writer.hasFailed() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, leftNs);
      leftNs = lastWriteNs + FAREWELL_NS - System.nanoTime();
    }
  }
}
