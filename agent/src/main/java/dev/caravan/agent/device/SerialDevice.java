package dev.caravan.agent.device;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An {@link Instrument} on a pseudo-terminal, which is switched on when a program first opens the port, so that none finds
 * it in the middle. Then real time passes for it in steps of {@value #TICK_MS} ms, whether the port is open or not. What the
 * port does not take waits, up to {@value #MOST_WAITING_BYTES} bytes; past that whole units are lost and counted.
 *
 * <p>The time of one that only answers may hang on what it hears instead: it runs on for {@value #TURN_NS} ns after each
 * request and then waits for the next, so equal requests have equal answers whenever they come.
 */
public final class SerialDevice implements Device {
  private static final int TICK_MS = 5;
  private static final int MOST_WAITING_BYTES = 64 * 1024;
  private static final long TICK_NS = TICK_MS * 1_000_000L;

  /** More than any answer takes. */
  private static final long TURN_NS = 2_000_000_000L;

  /** What comes after less is the rest of a request. */
  private static final long REST_NS = 20_000_000;

  private final String name;
  private final Supplier<Instrument> maker;
  private final Timeline timeline;
  private final DevicePort port;
  private final Instrument.Voice voice = this::say;
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private final boolean isTurnBased;
  private long mostUnits = Long.MAX_VALUE;
  private long saidUnits;

  // time of the instrument: where it is, where its turn began; and when that was in real time
  private long instrumentNs;
  private long turnNs;
  private long heardNs = -TURN_NS;

  // seen by the threads that ask for counts
  private final AtomicLong sentUnits = new AtomicLong();
  private final AtomicLong lostUnits = new AtomicLong();

  /** A device that is not yet on a port. */
  public SerialDevice(String name, Instrument instrument, Timeline timeline) {
    this(name, () -> instrument, false, timeline);
  }

  /**
   * A device that is not yet on a port.
   *
   * @param maker called when the instrument is switched on
   * @param isTurnBased whether the instrument's time hangs on what it hears
   */
  public SerialDevice(
      String name, Supplier<Instrument> maker, boolean isTurnBased, Timeline timeline) {
    this.name = name;
    this.isTurnBased = isTurnBased;
    this.maker = maker;
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
  public void endAfter(long units) {
    mostUnits = units;
  }

  @Override
  public void run(Stop stop) {
    Pty pty = port.pty();
    if (!port.isThereAfter(() -> pty.awaitOpen(stop))) {
      return;
    }
    Instrument instrument = maker.get();
    long beginNs = timeline.monotonicNs();
    port.work(stop, () -> sentUnits.get() >= mostUnits, () -> {
      long nowNs = timeline.monotonicNs() - beginNs;
      advance(instrument, isTurnBased ? turnNs + Math.min(nowNs - heardNs, TURN_NS) : nowNs);
      flush(pty);
      if (pty.awaitInput(TICK_MS)) {
        pty.read(input.clear());
        hear(instrument, timeline.monotonicNs() - beginNs);
        flush(pty);
      }
    });
  }

  private void advance(Instrument instrument, long untilNs) {
    while (untilNs - instrumentNs >= TICK_NS) {
      instrumentNs += TICK_NS;
      instrument.runUntil(instrumentNs, voice);
    }
  }

  private void hear(Instrument instrument, long nowNs) {
    if (isTurnBased && nowNs - heardNs > REST_NS) {
      turnNs += TURN_NS;
      advance(instrument, turnNs);
    }
    heardNs = nowNs;
    instrument.hear(instrumentNs, input.flip(), voice);
  }

  private void say(byte[] bytes) {
    if (saidUnits == mostUnits) {
      return;
    }
    if (waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      lostUnits.incrementAndGet();
      return;
    }
    saidUnits++;
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
