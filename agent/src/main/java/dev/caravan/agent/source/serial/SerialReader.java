package dev.caravan.agent.source.serial;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.OpenWire;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a source listens to a serial port: opens it, waits for bytes, hands them to a {@link Protocol} with the time at which they
 * were read, keeps what finds no room in a chunk for the next one, and ends runs of losses when it is closed.
 *
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class SerialReader {
  /** How long a source waits that has nothing else to do: whole turns of the driver's timer, so that it looks no oftener. */
  public static final int WAIT_MS = 2 * Wire.SLICE_MS;

  /** What is spoken on the line. The reading thread calls it, but for {@link #end}. */
  public interface Protocol {
    /**
     * Sets up the far end of a port that was just opened, and forgets all that was heard before.
     *
     * @param buffer takes what came meanwhile and is to be read
     * @return how many bytes of it were put there
     */
    int begin(SerialLine line, byte[] buffer) throws IOException;

    /**
     * A wait for bytes has ended; those that came are handed on next.
     *
     * @param atMostMs how long it could take
     * @param count how many came, 0 if none did in time
     * @param out without a frame
     */
    default void waited(int atMostMs, int count, FrameChunk out) throws IOException {}

    /**
     * How long a busy line may be left alone before it is read again, in nanoseconds. Whatever has its time from the read is
     * late by so much at most.
     */
    default long pauseNs() {
      return SerialLine.PAUSE_NS;
    }

    /**
     * Adds the frames that some bytes complete, until the chunk is full. There may be no bytes: then those of bytes that were
     * taken earlier.
     *
     * @param timeNs when the bytes were read
     * @return index of the first byte not taken
     */
    int accept(byte[] bytes, int from, int to, long timeNs, FrameChunk out);

    /** Says a last word before the port is closed; whoever closes calls it. */
    default void end(SerialLine line) throws IOException {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(SerialReader.class);
  private static final int BUFFER_BYTES = 8192;

  private final SerialSettings settings;
  private final Protocol protocol;
  private final LossRun malformed;
  private final FrameWatch watch;
  private final Timeline timeline;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final OpenWire<SerialLine> line;

  // while open
  private int used;
  private int filled;
  private long readNs;

  /**
   * A reader of a port that is not yet open.
   *
   * @param malformed the run of what the protocol cannot read
   */
  public SerialReader(
      SerialSettings settings,
      Protocol protocol,
      LossRun malformed,
      FrameWatch watch,
      Timeline timeline) {
    this.settings = settings;
    this.protocol = protocol;
    this.malformed = malformed;
    this.watch = watch;
    this.timeline = timeline;
    this.line = new OpenWire<>(settings.port().toString());
  }

  /** Opens the port, and closes it again if its far end cannot be set up. */
  public void open() throws IOException {
    close();
    SerialLine opened = SerialLine.open(settings);
    try {
      used = 0;
      filled = protocol.begin(opened, buffer);
      readNs = timeline.nowNs();
      watch.opened();
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
    line.opened(opened);
  }

  /**
   * The open port, to be written to by the reading thread.
   *
   * @throws IOException if it is closed
   */
  public SerialLine line() throws IOException {
    return line.read();
  }

  /** The port, if it is open; any thread. */
  public Optional<SerialLine> lineIfOpen() {
    return line.now();
  }

  /**
   * Hands on what is left of the read before, or, where that gives no frame, what comes in time.
   *
   * @throws IOException if the device is gone or the port was closed
   */
  public void read(int atMostMs, FrameChunk out) throws IOException {
    SerialLine open = line.read();
    hand(out);
    if (out.size() == 0) {
      take(open, atMostMs, out);
    }
    malformed.tick();
    watch.read(out.size());
  }

  /**
   * Reads once more into the same chunk, without waiting for longer than the pause: frames have the time of their read, and the
   * pipeline is woken for several reads at once.
   *
   * @return whether there were more frames, and may be still more
   */
  public boolean readMore(FrameChunk out) throws IOException {
    int before = out.size();
    if (used == filled && !out.isFull()) {
      take(line.read(), 0, out);
    }
    return out.size() > before;
  }

  private void take(SerialLine open, int atMostMs, FrameChunk out) throws IOException {
    used = 0;
    filled = 0;
    filled = open.listen(buffer, atMostMs, protocol.pauseNs());
    readNs = timeline.nowNs();
    protocol.waited(atMostMs, filled, out);
    hand(out);
  }

  private void hand(FrameChunk out) {
    used = protocol.accept(buffer, used, filled, readNs, out);
  }

  /** Throws away all that has come and was not handed on yet; the reading thread. */
  public void discard() throws IOException {
    used = 0;
    filled = 0;
    line.read().discard();
  }

  /** Closes the port and frees whoever reads; closing twice is fine. */
  public void close() {
    Optional<SerialLine> taken = line.take();
    if (taken.isEmpty()) {
      return;
    }
    try (SerialLine closing = taken.get()) {
      protocol.end(closing);
    } catch (IOException e) {
      LOG.debug("{}: no last word: {}", settings.port(), e.getMessage());
    }
    malformed.end();
  }
}
