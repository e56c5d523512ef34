package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.BusWatch;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.OpenWire;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.SourceMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CAN bus behind an interface of the kernel.
 *
 * <p>Receives what any node and any other program of the board sends. Sends nothing but the frames that
 * {@code allow_transmit} lists, through {@link #transmit}; what it sends it does not receive. Whether the controller
 * acknowledges is set with the interface and cannot be seen from here, so the mode is given as normal.
 *
 * <p>Error messages of the controller become the state of the bus and counts, and are not handed on. The state is known
 * from the first message on, and taken for error active before.
 *
 * <p>One thread opens and reads; {@link #transmit} and {@link #close()} may come from any.
 */
public final class SocketCanSource implements Source, CanTransmitter {
  private static final Logger LOG = LoggerFactory.getLogger(SocketCanSource.class);

  private static final int DATAGRAMS = 256;
  private static final int MOST_CLASSIC_BYTES = 8;

  /** A parked car is silent. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "frame", Part.State.OK, "", "frames of a wrong form", "a fault of the driver?");

  private final SocketCanSettings settings;
  private final Timeline timeline;
  private final CanSocket.Opener opener;
  private final StampClock clock = new StampClock();
  private final Datagrams datagrams = new Datagrams(DATAGRAMS);
  private final ByteBuffer outgoing =
      ByteBuffer.allocateDirect(RawFrame.FD_BYTES).order(ByteOrder.nativeOrder());

  private final LossRun malformed;
  private final LossRun overrun;
  private final Counter busErrors;
  private final Counter refusedTransmits;
  private final BusWatch bus;
  private final FrameWatch watch;
  private final OpenWire<CanSocket> socket;

  // while open
  private int used;
  private int drops;

  /** A source that is not yet open. */
  public SocketCanSource(SocketCanSettings settings, Timeline timeline, Health health) {
    this(settings, timeline, health, KernelCanSocket::open);
  }

  SocketCanSource(
      SocketCanSettings settings, Timeline timeline, Health health, CanSocket.Opener opener) {
    this.settings = settings;
    this.timeline = timeline;
    this.opener = opener;
    this.socket = new OpenWire<>(settings.networkInterface());
    String name = settings.name();
    Counter malformedFrames = health.counter(SharedMetrics.SOURCE_MALFORMED, name);
    this.malformed = new LossRun(name, "malformed frames", malformedFrames, timeline);
    this.watch = new FrameWatch(name, SILENCE, malformedFrames::value, timeline, health);
    this.overrun = new LossRun(
        name, "frames dropped", health.counter(SharedMetrics.SOURCE_OVERRUN, name), timeline);
    this.busErrors = health.counter(SourceMetrics.BUS_ERRORS, name);
    this.refusedTransmits = health.counter(SourceMetrics.TRANSMIT_REFUSED, name);
    this.bus = new BusWatch(name, health);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public String busMode() {
    return "normal";
  }

  @Override
  public void open() throws IOException {
    close();
    CanSocket opened = opener.open(settings);
    datagrams.clear();
    used = 0;
    drops = 0;
    bus.opened();
    watch.opened();
    LOG.info(
        "{}: interface={}, fd={}, receive_buffer={} B",
        name(),
        settings.networkInterface(),
        opened.hasFd(),
        opened.receiveBufferBytes());
    socket.opened(opened);
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    CanSocket open = socket.read();
    if (used == datagrams.count()) {
      used = 0;
      datagrams.clear();
      try {
        open.receive(datagrams);
      } finally {
        clock.arrived(open.clockNs(), timeline.nowNs(), open.clockNs());
      }
    }
    while (used < datagrams.count() && !out.isFull()) {
      take(used++, out);
    }
    malformed.tick();
    overrun.tick();
    watch.read(out.size());
    return true;
  }

  private void take(int index, FrameChunk out) {
    ByteBuffer bytes = datagrams.bytes();
    int from = index * Datagrams.SLOT_BYTES;
    int sizeBytes = datagrams.sizeBytes(index);
    int dropsByThen = datagrams.drops(index);
    // the kernel says nothing as long as nothing was dropped
    if (dropsByThen != 0 && dropsByThen != drops) {
      overrun.lost(Integer.toUnsignedLong(dropsByThen - drops), "receive_buffer is full");
      drops = dropsByThen;
    }
    String fault = RawFrame.fault(bytes, from, sizeBytes);
    if (!fault.isEmpty()) {
      malformed.lost(1, fault);
    } else if (RawFrame.isError(bytes, from)) {
      error(bytes, from);
    } else {
      RawFrame.addTo(out, bytes, from, sizeBytes, clock.timeNs(datagrams.stampNs(index)));
    }
  }

  private void error(ByteBuffer bytes, int from) {
    int classes = RawFrame.errorClasses(bytes, from);
    int controller = RawFrame.byteAt(bytes, from, 1);
    if (ErrorMessage.isBusError(classes)) {
      busErrors.increment();
    }
    if (ErrorMessage.isOverrun(classes, controller)) {
      overrun.lost(1, "the controller's receive buffer is full");
    }
    bus.is(ErrorMessage.stateAfter(
        bus.state(),
        classes,
        controller,
        RawFrame.byteAt(bytes, from, 6),
        RawFrame.byteAt(bytes, from, 7)));
  }

  @Override
  public boolean transmit(CanFrame frame) throws IOException {
    Optional<CanSocket> open = socket.now();
    if (open.isEmpty()
        || !settings.transmittable().allows(frame)
        || !isSendable(frame, open.get())
        || !send(frame, open.get())) {
      refusedTransmits.increment();
      return false;
    }
    return true;
  }

  private static boolean isSendable(CanFrame frame, CanSocket open) {
    return frame.is(CanFrame.FD)
        ? open.hasFd() && !frame.is(CanFrame.REMOTE)
        : frame.length() <= MOST_CLASSIC_BYTES;
  }

  private boolean send(CanFrame frame, CanSocket open) throws IOException {
    synchronized (outgoing) {
      RawFrame.write(frame, outgoing);
      return open.send(outgoing);
    }
  }

  @Override
  public void close() {
    socket.take().ifPresent(open -> {
      open.close();
      malformed.end();
      overrun.end();
    });
  }
}
