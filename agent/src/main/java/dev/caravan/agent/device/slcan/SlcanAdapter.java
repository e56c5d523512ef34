package dev.caravan.agent.device.slcan;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.device.Device;
import dev.caravan.agent.device.DeviceCounts;
import dev.caravan.agent.device.DevicePort;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Pty;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A LAWICEL-compatible adapter on a pseudo-terminal, with a simulated bus behind it that runs in real time while the
 * channel is open, so that a host which reads in time gets the same bytes from equal buses. Frames go to the host only if
 * the channel is set to the bit rate of the bus; at another one the status register shows bus errors, as on a real bus.
 *
 * <p>What is due is written at once every {@value #TICK_MS} ms. When the host does not read, the port fills, then the
 * adapter's buffer; then whole frames are lost and counted, and the status register says so until it is read. If this
 * process gets no processor for over a second, the bus has stood still meanwhile instead of catching up.
 *
 * <p>Frames that the host sends are heard by the traffic of the bus, if the channel is set to its bit rate.
 */
public final class SlcanAdapter implements Device {
  private static final Logger LOG = LoggerFactory.getLogger(SlcanAdapter.class);
  private static final int TICK_MS = 4;
  private static final int CLOSED_TICK_MS = 20;
  private static final long LONGEST_LAG_NS = 1_000_000_000L;

  private final String name;
  private final Traffic traffic;
  private final Timeline timeline;
  private final DevicePort port;
  private final Channel channel;
  private final Outbox outbox = new Outbox();
  private final Commands commands;
  private final FrameLine line = new FrameLine();
  private final FrameOut receiver = this::frame;
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);

  private long mostFrames = Long.MAX_VALUE;
  private long offeredFrames;

  // time of the bus, and when it was that
  private long busNs;
  private long beforeNs;

  // seen by the threads that ask for counts
  private volatile long sentFrames;
  private final AtomicLong overrunFrames = new AtomicLong();
  private volatile long unreadFrames;

  /** An adapter on a bus with this traffic. */
  public SlcanAdapter(SlcanAdapterSettings settings, Traffic traffic, Timeline timeline) {
    this.name = settings.name();
    this.traffic = traffic;
    this.timeline = timeline;
    this.port = new DevicePort(name);
    this.channel = new Channel(settings.timestamps(), settings.fd());
    this.commands = new Commands(channel, outbox, this::hostFrame);
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
    mostFrames = units;
  }

  @Override
  public void run(Stop stop) {
    Pty pty = port.pty();
    beforeNs = timeline.monotonicNs();
    port.work(stop, () -> sentFrames >= mostFrames, () -> {
      // first, as it waits: so a fault of the traffic does not come back at once
      answerInput(pty);
      runTraffic();
      outbox.flush(pty);
      sentFrames = outbox.sentFrames();
    });
  }

  private void runTraffic() {
    long nowNs = timeline.monotonicNs();
    long passedNs = nowNs - beforeNs;
    beforeNs = nowNs;
    if (passedNs > LONGEST_LAG_NS) {
      LOG.warn("{}: simulation late, bus stood still: ms={}", name, passedNs / 1_000_000);
    } else if (channel.isOpen()) {
      busNs += passedNs;
      traffic.runUntil(busNs, receiver);
    }
  }

  private void answerInput(Pty pty) throws IOException {
    if (pty.awaitInput(channel.isOpen() ? TICK_MS : CLOSED_TICK_MS)) {
      pty.read(input.clear());
      commands.feed(input.flip());
      outbox.flush(pty);
    }
  }

  /** What the host sends arrives when it is read, never before what the bus has carried already. */
  private void hostFrame(int id, int flags, byte[] payload, int length) {
    if (channel.bitrate() == traffic.bitrate()) {
      traffic.hear(busNs, id, flags, payload, length);
    }
  }

  private void frame(long timeNs, int id, int flags, byte[] payload, int length) {
    if (!channel.isOpen() || offeredFrames == mostFrames) {
      return;
    }
    boolean isReadable = (flags & FrameOut.FD) == 0 || channel.dataBitrate() > 0;
    if (channel.bitrate() != traffic.bitrate() || !isReadable) {
      channel.raise(Channel.BUS_ERROR | Channel.ERROR_WARNING);
      return;
    }
    if (!channel.acceptance.passes(id, flags, payload, length)) {
      return;
    }
    int bytes = line.write(timeNs, id, flags, payload, length, channel.hasTimestamps());
    if (!outbox.offerFrame(line.text(), bytes)) {
      overrunFrames.incrementAndGet();
      channel.raise(Channel.DATA_OVERRUN | Channel.RECEIVE_FULL);
      return;
    }
    offeredFrames++;
  }

  @Override
  public DeviceCounts counts() {
    return new DeviceCounts(sentFrames, overrunFrames.get() + commands.discarded(), unreadFrames);
  }

  /** Frames that the host has sent onto the bus. */
  public long transmittedFrames() {
    return commands.transmitted();
  }

  @Override
  public void close() {
    Pty closing = port.release();
    if (closing == null) {
      return;
    }
    try (closing) {
      sentFrames = outbox.sentFrames();
      overrunFrames.addAndGet(outbox.waitingFrames());
      unreadFrames = outbox.framesInLast(closing.takeUnread());
    } catch (IOException e) {
      LOG.warn("{}: what was not read cannot be counted: {}", name, Words.of(e));
    }
  }
}
