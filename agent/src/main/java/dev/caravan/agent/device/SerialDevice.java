package dev.caravan.agent.device;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Instrument} on a pseudo-terminal, in real time. What the port does not take waits, up to {@value
 * #MOST_WAITING_BYTES} bytes; past that whole units are lost and counted.
 */
public final class SerialDevice implements Device {
  private static final Logger LOG = LoggerFactory.getLogger(SerialDevice.class);
  private static final int TICK_MS = 5;
  private static final int MOST_WAITING_BYTES = 64 * 1024;

  private final String name;
  private final Instrument instrument;
  private final Timeline timeline;
  private final DevicePort port;
  private final Instrument.Voice voice = this::say;
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private int waitingBytes;

  // seen by the threads that ask for counts
  private final AtomicLong sentUnits = new AtomicLong();
  private final AtomicLong lostUnits = new AtomicLong();

  /** A device that is not yet on a port. */
  public SerialDevice(String name, Instrument instrument, Timeline timeline) {
    this.name = name;
    this.instrument = instrument;
    this.timeline = timeline;
    this.port = new DevicePort(name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path open() throws IOException {
    return port.open();
  }

  @Override
  public Path linkIn(Path folder) throws IOException {
    return port.linkIn(folder);
  }

  @Override
  public void run(Stop stop) {
    Pty pty = port.pty();
    long beginNs = timeline.monotonicNs();
    try {
      while (!stop.isRequested()) {
        instrument.runUntil(timeline.monotonicNs() - beginNs, voice);
        flush(pty);
        if (pty.awaitInput(TICK_MS)) {
          pty.read(input.clear());
          instrument.hear(timeline.monotonicNs() - beginNs, input.flip(), voice);
          flush(pty);
        }
      }
    } catch (IOException e) {
      LOG.error("{}: port lost, device ends: {}", name, Words.of(e));
    }
  }

  private void say(byte[] bytes) {
    if (waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      lostUnits.incrementAndGet();
      return;
    }
    waiting.add(ByteBuffer.wrap(bytes.clone()));
    waitingBytes += bytes.length;
  }

  private void flush(Pty pty) throws IOException {
    for (ByteBuffer next = waiting.peek(); next != null; next = waiting.peek()) {
      waitingBytes -= pty.write(next);
      if (next.hasRemaining()) {
        return;
      }
      waiting.remove();
      sentUnits.incrementAndGet();
    }
  }

  @Override
  public DeviceCounts counts() {
    return new DeviceCounts(sentUnits.get(), lostUnits.get(), 0);
  }

  @Override
  public void close() {
    port.close();
  }
}
