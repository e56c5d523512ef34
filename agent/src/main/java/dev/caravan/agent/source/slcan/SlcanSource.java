package dev.caravan.agent.source.slcan;

import dev.caravan.agent.clock.ClockPair;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.BusWatch;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.SourceMetrics;
import dev.caravan.agent.source.serial.SerialLine;
import dev.caravan.agent.source.serial.SerialReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CAN bus behind an slcan adapter.
 *
 * <p>Listens only, unless told otherwise: then it acknowledges what others send, and may itself send the frames that
 * {@code allow_transmit} lists, through {@link #transmit}, and no others.
 *
 * <p>One thread opens and reads; {@link #transmit} and {@link #close()} may come from any.
 */
public final class SlcanSource implements Source, CanTransmitter {
  private static final Logger LOG = LoggerFactory.getLogger(SlcanSource.class);

  /** How long a stamped frame may lie in the port: at 1 Mbit/s that is 3.4 kB, and the kernel keeps 4 kB and a little. */
  private static final long STAMPED_PAUSE_NS = 15_000_000;

  /** How many reads go into one chunk where frames have the time of their read, and reads are close. */
  private static final int READS = 3;

  private static final int WRITE_MS = 500;
  private static final int GOODBYE_MS = 200;

  /** An adapter that refuses the status so often in a row is not asked again. */
  private static final int MOST_REFUSALS = 3;

  // LAWICEL CAN232 manual, F command
  private static final int RECEIVE_FULL = 1;
  private static final int ERROR_WARNING = 1 << 2;
  private static final int DATA_OVERRUN = 1 << 3;
  private static final int ERROR_PASSIVE = 1 << 5;

  /** A parked car is silent. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "frame",
      Part.State.OK,
      "",
      "lines that are none",
      "wrong `baud` or `dialect`, or a bad cable?");

  private static final byte[] ASK_STATUS = {'F', '\r'};
  private static final byte[] GOODBYE = {'C', '\r'};

  private final SlcanSettings settings;
  private final Timeline timeline;
  private final ClockPair clocks;
  private final FrameClock clock;
  private final SlcanParser parser;

  private final LossRun malformed;
  private final Counter overrun;
  private final Counter busErrors;
  private final Counter refusedTransmits;
  private final BusWatch bus;
  private final SerialReader reader;

  // while open
  private boolean asksStatus;
  private boolean awaitsStatus;
  private long askedNs;
  private int statusRefusals;

  /** A source that is not yet open. */
  public SlcanSource(SlcanSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    this.clocks = new ClockPair(timeline::nowNs, timeline::monotonicNs);
    this.clock = new FrameClock(settings.stamps());
    Adapter adapter = new Adapter();
    this.parser = new SlcanParser(clock, adapter);
    String name = settings.name();
    Counter malformedLines = health.counter(SharedMetrics.SOURCE_MALFORMED, name);
    this.malformed = new LossRun(name, "malformed lines", malformedLines, timeline);
    this.reader = new SerialReader(
        settings.serial(),
        adapter,
        malformed,
        new FrameWatch(name, SILENCE, malformedLines::value, timeline, health),
        timeline);
    this.overrun = health.counter(SharedMetrics.SOURCE_OVERRUN, name);
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
    return settings.listenOnly() ? "listen-only" : "normal";
  }

  @Override
  public void open() throws IOException {
    reader.open();
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    reader.read(SerialReader.WAIT_MS, out);
    boolean isBusy = out.size() > 0 && !clock.isSettled();
    for (int i = 1; isBusy && i < READS; i++) {
      isBusy = reader.readMore(out);
    }
    long monotonicNs = timeline.monotonicNs();
    if (asksStatus && monotonicNs - askedNs >= settings.statusPeriodNs()) {
      askedNs = monotonicNs;
      awaitsStatus = true;
      reader.line().write(ASK_STATUS, WRITE_MS);
    }
    return true;
  }

  @Override
  public boolean transmit(CanFrame frame) throws IOException {
    Optional<SerialLine> open = reader.lineIfOpen();
    boolean isSendable =
        frame.is(CanFrame.FD) ? settings.fdCommand().isPresent() : frame.length() <= 8;
    if (open.isEmpty()
        || settings.listenOnly()
        || !isSendable
        || !settings.transmittable().allows(frame)) {
      refusedTransmits.increment();
      return false;
    }
    open.get().write(SlcanLine.of(frame).getBytes(StandardCharsets.US_ASCII), WRITE_MS);
    return true;
  }

  @Override
  public void close() {
    reader.close();
  }

  /** The far end: how it is set up, and what it says besides frames. */
  private final class Adapter implements SerialReader.Protocol, SlcanParser.Notices {
    @Override
    public int begin(SerialLine line, byte[] buffer) throws IOException {
      StartSequence start = new StartSequence(line, settings, buffer);
      start.run();
      asksStatus = start.dialect().hasStatus() && settings.statusPeriodNs() > 0;
      askedNs = timeline.monotonicNs();
      awaitsStatus = false;
      statusRefusals = 0;
      bus.opened();
      parser.reset(start.isInStep(), start.stampDigits(), settings.fdCommand().isPresent());
      clock.reset();
      clock.arrived(clocks.read());
      LOG.info(
          "{}: adapter={}, version='{}', mode={}, bitrate={}",
          name(),
          start.dialect(),
          start.version(),
          busMode(),
          settings.bitrate());
      return start.leftover();
    }

    @Override
    public void waited(int atMostMs, int count, FrameChunk out) {
      clock.arrived(clocks.read());
    }

    @Override
    public long pauseNs() {
      return clock.isSettled() ? STAMPED_PAUSE_NS : SerialReader.Protocol.super.pauseNs();
    }

    @Override
    public int accept(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
      return parser.parse(bytes, from, to, out);
    }

    @Override
    public void end(SerialLine line) throws IOException {
      line.write(GOODBYE, GOODBYE_MS);
    }

    @Override
    public void malformed(String why) {
      malformed.lost(1, why);
    }

    @Override
    public void changed(String before) {
      LOG.warn("{}: the adapter's frames have changed, believed from here on: {}", name(), before);
    }

    @Override
    public void refused() {
      if (asksStatus && ++statusRefusals >= MOST_REFUSALS) {
        asksStatus = false;
        LOG.info("{}: the adapter has no status, not asking again", name());
      }
    }

    @Override
    public void status(int bits) {
      if (!awaitsStatus) {
        malformed("status that was not asked for");
        return;
      }
      awaitsStatus = false;
      statusRefusals = 0;
      if ((bits & (RECEIVE_FULL | DATA_OVERRUN)) != 0) {
        overrun.increment();
      }
      bus.is(
          (bits & ERROR_PASSIVE) != 0
              ? BusState.ERROR_PASSIVE
              : (bits & ERROR_WARNING) != 0 ? BusState.ERROR_WARNING : BusState.ERROR_ACTIVE);
    }

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {
      bus.is(state);
    }

    @Override
    public void busErrors(int count, int overruns) {
      busErrors.add(count);
      overrun.add(overruns);
    }
  }
}
