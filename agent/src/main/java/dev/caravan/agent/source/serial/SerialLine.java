package dev.caravan.agent.source.serial;

import dev.caravan.agent.source.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open serial port: raw bytes, no echo, no translation, nobody else's.
 *
 * <p>One thread reads; any thread may write or close. No call blocks for longer than the time it is given.
 *
 * <p>Reads of a busy line are kept apart ({@link Pace}), {@value #PAUSE_NS} ns at most unless the reader allows more. After
 * a pause the first bytes are handed on at once.
 *
 * <p>A line that has failed stays failed: close it and open another. A device that went away is noticed by the next
 * {@link #read} at the latest, at once if one is waiting.
 */
public final class SerialLine implements AutoCloseable {
  /** How far reads of a busy line are apart where the reader says nothing else. */
  public static final long PAUSE_NS = 5_000_000;

  /** The kernel gives 4095 bytes at most. */
  private static final int PORTION_BYTES = 2048;

  /** How often it is looked for an answer that is awaited for less than the driver's timer can wait. */
  private static final long POLL_NS = 1_000_000;

  /** How long what was written last may take to get out before closing throws it away. */
  private static final long FAREWELL_NS = 100_000_000;

  private final PortAddress address;
  private final Wire wire;
  private final ReentrantLock reading = new ReentrantLock();
  private final LineWriter writer;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long lastWriteNs = System.nanoTime() - FAREWELL_NS;

  // the reading thread's
  private final Pace pace = new Pace(PORTION_BYTES);

  private SerialLine(PortAddress address, Wire wire) {
    this.address = address;
    this.wire = wire;
    this.writer = new LineWriter(address, wire);
  }

  /** Opens a port with eight data bits, no parity and one stop bit. */
  public static SerialLine open(Path path, int baud) throws IOException {
    return open(SerialSettings.of(new PortAddress.DeviceFile(path), baud));
  }

  /**
   * Opens a port, and locks one of this machine against other programs that lock (flock).
   *
   * @throws IOException if it is not there, not permitted, in use or no serial port; the message says which
   */
  public static SerialLine open(SerialSettings settings) throws IOException {
    PortAddress address = settings.port();
    if (address instanceof PortAddress.TcpServer server) {
      return new SerialLine(address, TcpWire.open(server));
    }
    Path path = address instanceof PortAddress.UsbDevice usb
        ? UsbPorts.ofThisMachine().find(usb)
        : ((PortAddress.DeviceFile) address).path();
    return new SerialLine(address, DriverWire.open(path, settings));
  }

  /** What it was opened by. */
  public PortAddress address() {
    return address;
  }

  /**
   * Waits for an answer at most so long, and takes what has come. On a busy line it may first pause, 5 ms at most, to let
   * more gather.
   *
   * @return how many bytes there are now at the start of the buffer; 0 if none came in time
   * @throws IOException if the device is gone or the line was closed
   */
  public int read(byte[] buffer, int timeoutMs) throws IOException {
    return read(buffer, timeoutMs, PAUSE_NS, POLL_NS);
  }

  /**
   * Takes what comes by itself, as {@link #read} does, but may look for it so late: pauses {@code mostNs} at most, and looks
   * that often where the driver's timer cannot wait.
   */
  public int listen(byte[] buffer, int timeoutMs, long mostNs) throws IOException {
    return read(buffer, timeoutMs, mostNs, mostNs);
  }

  private int read(byte[] buffer, int timeoutMs, long mostNs, long pollNs) throws IOException {
    reading.lock();
    try {
      long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000L;
      gather(mostNs);
      while (!closed.get()) {
        int count = readOnce(buffer, deadlineNs, pollNs);
        if (count > 0) {
          pace.read(count, System.nanoTime());
          return count;
        }
        if (count < 0) {
          throw new IOException(
              "read " + address + ": " + (closed.get() ? "closed" : "device is gone"));
        }
        if (deadlineNs - System.nanoTime() <= 0) {
          return 0;
        }
      }
      throw new IOException("read " + address + ": closed");
    } finally {
      reading.unlock();
    }
  }

  private void gather(long mostNs) {
    long pauseNs = pace.pauseNs(System.nanoTime(), mostNs);
    if (pauseNs > 0) {
      LockSupport.parkNanos(this, pauseNs);
    }
  }

  /** Reads within the driver's timer while there is time for it, else looks and pauses. */
  private int readOnce(byte[] buffer, long deadlineNs, long pollNs) {
    long startNs = System.nanoTime();
    if (deadlineNs - startNs < Wire.SLICE_MS * 900_000L) {
      int available = wire.available();
      if (available == 0) {
        LockSupport.parkNanos(this, Math.min(pollNs, Math.max(0, deadlineNs - startNs)));
        return 0;
      }
      return available < 0 ? -1 : wire.read(buffer, Math.min(available, buffer.length));
    }
    int count = wire.read(buffer, buffer.length);
    if (count == 0 && System.nanoTime() - startNs < Wire.SLICE_MS * 500_000L) {
      // a driver that does not wait: never spin on it
      LockSupport.parkNanos(this, Wire.SLICE_MS * 500_000L);
    }
    return count;
  }

  /** Throws away what has been received and not read. */
  public void discard() throws IOException {
    byte[] unwanted = new byte[512];
    for (int i = 0; i < 128 && wire.available() > 0; i++) {
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
      throw new IOException("write " + address + ": closed");
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
      isFree = reading.tryLock(5 * Wire.SLICE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      wire.close();
    } finally {
      if (isFree) {
        reading.unlock();
      }
    }
  }

  private void bidFarewell() {
    if (!wire.forgetsOnClose()) {
      return;
    }
    long leftNs = lastWriteNs + FAREWELL_NS - System.nanoTime();
    while (leftNs > 0 && !writer.hasFailed() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, leftNs);
      leftNs = lastWriteNs + FAREWELL_NS - System.nanoTime();
    }
  }
}
