package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Gauge;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.OpenWire;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.Telegram;
import dev.caravan.agent.source.diagnostic.DiagnosticPoller;
import dev.caravan.agent.source.diagnostic.Patience;
import dev.caravan.agent.source.serial.SerialLine;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A vehicle behind an ELM327: its replies to what {@code poll} lists, and the battery voltage as a {@link Telegram} with
 * a text such as {@code 12.6V}.
 *
 * <p>An adapter that answers is open; the vehicle is looked for by {@link #read}, which may then take as long as the chip
 * searches, some 15 s. A vehicle that answers nothing for a time, or whose battery runs low, is left alone until its
 * battery is charged again or has risen; its part then says so.
 *
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class Elm327Source implements Source {
  private static final Logger LOG = LoggerFactory.getLogger(Elm327Source.class);

  private static final int IDLE_MS = 250;
  private static final int CALL_MS = 500;
  private static final int WAKE_MS = 2000;

  /** A chip on a port, and the talk with it. */
  private record Adapter(SerialLine line, Dialogue dialogue, Chip chip) {}

  private final Elm327Settings settings;
  private final Timeline timeline;
  private final DiagnosticPoller poller;
  private final Patience patience;
  private final Part part;
  private final Counter malformed;
  private final Counter resyncs;
  private final Gauge asleep;
  private final OpenWire<Adapter> adapter;

  // while open
  private @Nullable VehicleSearch search;
  private @Nullable ChipLink link;
  private Rest rest;
  private long batteryDueNs;
  private long nextLookNs;
  private boolean isInLowPower;
  private String state = "";

  // from one opening to the next
  private int lastBaud;

  /** A source that is not yet open. */
  public Elm327Source(Elm327Settings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    this.poller = new DiagnosticPoller(settings.name(), settings.poll(), timeline, health);
    this.patience = new Patience(settings.name(), timeline, health);
    this.part = health.part("source", settings.name());
    this.malformed = health.counter(SharedMetrics.SOURCE_MALFORMED, settings.name());
    this.resyncs = health.counter(Elm327Metrics.RESYNCS, settings.name());
    this.asleep = health.gauge(Elm327Metrics.ASLEEP, settings.name());
    this.adapter = new OpenWire<>(settings.port().toString());
    this.rest = new Rest(settings);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    close();
    SerialLine opened = findAdapter();
    try {
      Dialogue talk = new Dialogue(opened, resyncs);
      if (!talk.call(WAKE_MS)) {
        throw noAdapter();
      }
      Chip found = new Chip(talk);
      found.setUp(timeoutMs());
      LOG.info(
          "{}: adapter='{}', baud={}, headers={}",
          name(),
          found.version(),
          lastBaud,
          found.hasHeaders());
      link = null;
      rest = new Rest(settings);
      isInLowPower = false;
      batteryDueNs = timeline.monotonicNs();
      searchFrom(talk, found, true);
      adapter.opened(new Adapter(opened, talk, found));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The port at the speed at which somebody gives a prompt. */
  private SerialLine findAdapter() throws IOException {
    if (lastBaud != 0) {
      Optional<SerialLine> again = tryBaud(lastBaud);
      if (again.isPresent()) {
        return again.get();
      }
    }
    for (int baud : settings.bauds()) {
      Optional<SerialLine> found = tryBaud(baud);
      if (found.isPresent()) {
        lastBaud = baud;
        return found.get();
      }
    }
    throw noAdapter();
  }

  private Optional<SerialLine> tryBaud(int baud) throws IOException {
    SerialLine opened = SerialLine.open(SerialSettings.of(settings.port(), baud));
    boolean isHeard = false;
    try {
      Dialogue talk = new Dialogue(opened, resyncs);
      // twice: the first may only end what a half line began, or wake it up
      for (int i = 0; i < 2 && !isHeard; i++) {
        isHeard = talk.call(CALL_MS);
      }
    } finally {
      if (!isHeard) {
        opened.close();
      }
    }
    return isHeard ? Optional.of(opened) : Optional.empty();
  }

  private IOException noAdapter() {
    return new IOException("open " + settings.port() + ": no prompt, baud=" + settings.bauds()
        + "; is it an ELM327, and has it power?");
  }

  private int timeoutMs() {
    return (int) (settings.timeoutNs() / 1_000_000);
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    Adapter open = adapter.read();
    Dialogue talk = open.dialogue();
    Chip found = open.chip();
    show();
    VehicleSearch searching = search;
    ChipLink vehicle = link;
    if (vehicle != null) {
      poll(talk, found, vehicle, out);
    } else if (searching != null) {
      look(talk, found, searching);
    } else if (timeline.monotonicNs() < nextLookNs) {
      idle(talk, nextLookNs);
    } else {
      lookAtBattery(talk, found, out);
    }
    return true;
  }

  /** The loop says that the source is well again by itself, after the first read; only then there is more to say. */
  private void show() {
    if (part.state() == Part.State.OK && !part.why().equals(state)) {
      part.set(Part.State.OK, state);
    }
  }

  private void poll(Dialogue talk, Chip found, ChipLink vehicle, FrameChunk out)
      throws IOException {
    long nowNs = timeline.monotonicNs();
    if (settings.batteryPeriodNs() > 0 && nowNs - batteryDueNs >= 0) {
      batteryDueNs = nowNs + settings.batteryPeriodNs();
      Optional<Double> volts = readBattery(found, out);
      boolean isRunning = vehicle.hasEngineRunSince(nowNs - settings.sleepAfterNs());
      if (volts.isPresent() && rest.isTooLow(volts.get(), isRunning)) {
        fallAsleep(found, "battery low, voltageV=" + volts.get());
        return;
      }
    }
    long dueNs = poller.askDue(vehicle, out);
    nowNs = timeline.monotonicNs();
    if (settings.sleepAfterNs() > 0 && nowNs - vehicle.answeredNs() >= settings.sleepAfterNs()) {
      fallAsleep(found, "nothing answers");
    } else if (dueNs - nowNs > 0 && out.size() == 0) {
      idle(talk, settings.batteryPeriodNs() > 0 ? Math.min(dueNs, batteryDueNs) : dueNs);
    }
  }

  /** Waits, and hears whether the adapter is still there. What it says unasked is noise. */
  private void idle(Dialogue talk, long untilNs) throws IOException {
    long leftMs = (untilNs - timeline.monotonicNs() + 999_999) / 1_000_000;
    if (leftMs > 0 && talk.idle((int) Math.min(IDLE_MS, leftMs)) > 0 && !isInLowPower) {
      malformed.increment();
    }
  }

  private Optional<Double> readBattery(Chip found, FrameChunk out) throws IOException {
    Optional<Double> volts = found.voltage();
    if (volts.isPresent() && !out.isFull()) {
      String text = String.format(Locale.ROOT, "%.1fV", volts.get());
      out.add(
          new Telegram(timeline.nowNs(), Bytes.owning(text.getBytes(StandardCharsets.US_ASCII))));
    }
    return volts;
  }

  private void searchFrom(Dialogue talk, Chip found, boolean isThorough) {
    search = new VehicleSearch(talk, found, settings.protocol(), isThorough);
    state = "looking for the vehicle";
  }

  private void look(Dialogue talk, Chip found, VehicleSearch searching) throws IOException {
    Optional<Bus> bus = searching.step(timeline.nowNs());
    if (bus.isPresent()) {
      ChipLink vehicle =
          new ChipLink(talk, found, bus.get(), timeoutMs(), patience, timeline, malformed);
      vehicle.proveSeveral(searching.supported());
      link = vehicle;
      search = null;
      state = "";
      asleep.set(0);
      patience.begin();
      poller.begin();
      LOG.info(
          "{}: vehicle found, bus={}, several={}",
          name(),
          vehicle.bus(),
          vehicle.takesSeveralPids());
    } else if (searching.isAtEnd()) {
      fallAsleep(found, "no vehicle answers");
    }
  }

  /** Leaves the vehicle alone. */
  private void fallAsleep(Chip found, String why) throws IOException {
    if (asleep.value() == 0) {
      LOG.info("{}: leaving the vehicle alone: {}", name(), why);
    }
    link = null;
    search = null;
    found.tell(AtCommand.CLOSE_PROTOCOL);
    rest.begin();
    isInLowPower = found.tell(AtCommand.LOW_POWER);
    asleep.set(1);
    state = "vehicle asleep: " + why;
    nextLookNs = timeline.monotonicNs() + settings.wakePeriodNs();
  }

  private void lookAtBattery(Dialogue talk, Chip found, FrameChunk out) throws IOException {
    nextLookNs = timeline.monotonicNs() + settings.wakePeriodNs();
    if (isInLowPower) {
      isInLowPower = false;
      if (!talk.call(WAKE_MS)) {
        talk.call(WAKE_MS);
      }
    }
    Optional<Double> volts = readBattery(found, out);
    if (rest.isWorthAsking(volts)) {
      found.setUp(timeoutMs());
      searchFrom(talk, found, false);
    } else {
      isInLowPower = found.tell(AtCommand.LOW_POWER);
    }
  }

  @Override
  public void close() {
    adapter.take().ifPresent(open -> open.line().close());
  }
}
