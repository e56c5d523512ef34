package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.ClockSpans;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.LedgerBook;
import dev.caravan.agent.encode.LedgerRun;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gathers the reports of one route and closes a batch of them when it is old or large enough.
 *
 * <p>{@link #accept} only adds; {@link #tick} and {@link #finish} close. So all samples of a frame are in the ledger and
 * in the batch, or in neither, if tick is called between frames. The one exception is a caller that never ticks: at
 * {@value ColumnCodes#MOST_SAMPLES} samples, the most that the format allows, accept closes too.
 *
 * <p>When the time of day is set, forward or back, the next tick closes the batch that was open, with the clocks as they were when it
 * was begun: so its times can still be corrected. What was stamped before and comes after is told by the new clock ({@link ClockSpans}).
 *
 * <p>A batch with signals that no schema has yet does not close for its age until no other has come for a second, or it is
 * 5 s older than it should be: so signals that are learned one after the other share a schema.
 *
 * <p>Age is counted on the timeline, not in the time of samples, so that a replayed log is batched as it comes. The
 * pipeline's thread calls all methods.
 */
public final class TelemetryEncoder implements Encoder {

  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SETTLE_NS = SECOND_NS;
  private static final long LONGEST_SETTLING_NS = 5 * SECOND_NS;

  private final TelemetrySettings settings;
  private final Timeline timeline;
  private final ClockSpans clocks;
  private final SignalBook signals;
  private final LedgerBook ledger;
  private final BatchWriter batch;
  private final Bytes bootId;
  private final long quantumNs;
  private long bootCount = 1;
  private boolean isBootToldByStream;

  // of the open batch
  private long openedNs;
  private ClockReading opened;
  private long oldestNs;

  // of the signals that no batch was closed with
  private int signalsTold;
  private int signalsSeen;
  private long learnedNs;

  // at the latest tick
  private long tickedNs;

  // of the group before, since there may be several of one frame
  private long timeNs = Long.MIN_VALUE;
  private long time;

  /**
   * An encoder for one route.
   *
   * @param known signals that will come, so that the schema need not change when each comes first
   * @param bootId names this start of the agent, the same for all its routes
   */
  public TelemetryEncoder(
      TelemetrySettings settings,
      String route,
      List<Signal> known,
      Timeline timeline,
      Health health,
      Bytes bootId) {
    this.settings = settings;
    this.timeline = timeline;
    this.clocks = new ClockSpans(timeline);
    this.signals = new SignalBook();
    this.ledger = new LedgerBook(health, route, settings.maxAgeNs());
    this.batch = new BatchWriter(
        signals,
        new BatchWriter.Form(settings.isCompressed(), settings.isCompact()),
        settings.quantumExponent());
    this.bootId = bootId;
    this.quantumNs = NS_PER_US * Math.round(Math.pow(10, settings.quantumExponent()));
    this.opened = clocks.now();
    known.forEach(signals::buffer);
    this.signalsTold = signals.size();
    this.signalsSeen = signalsTold;
  }

  /** The ledger of the newest body is the base of the new one, and the boot count rises by one. */
  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    MessageParts.Parts newest = MessageParts.content(newestBody);
    ledger.continueFrom(newest.ledger().orElse(LedgerCounts.NONE));
    bootCount = newest.content().getBootCount() + 1;
  }

  /** The samples behind the newest body were sent too. */
  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    ledger.lostBefore(lost, reportsBehindNewest);
  }

  @Override
  public LedgerRetelling retelling(Optional<Bytes> newestBody, Losses lost) {
    LedgerCounts base = LedgerCounts.NONE;
    long count = 1;
    if (newestBody.isPresent()) {
      try {
        MessageParts.Parts newest = MessageParts.content(newestBody.get());
        base = newest.ledger().orElse(LedgerCounts.NONE);
        boolean isOwn = MessageParts.bytes(newest.content().getBootId()).equals(bootId);
        count = newest.content().getBootCount() + (isOwn ? 0 : 1);
      } catch (MalformedMessageException e) {
        // as if there were none: the ledger begins anew
        base = LedgerCounts.NONE;
      }
    }
    return new LedgerRetelling(
        settings.isCompressed(), new LedgerRun(LedgerBook.atLeast(base, lost)), count);
  }

  @Override
  public GoingOver goingOver() {
    LedgerCounts counted = ledger.counted();
    return (told, lost) -> {
      if (told instanceof LedgerRetelling batches) {
        ledger.goOn(LedgerBook.atLeast(batches.told(), lost), counted);
        bootCount = batches.bootCount();
      }
    };
  }

  @Override
  public void streamHasName() {
    isBootToldByStream = settings.isCompact();
  }

  @Override
  public long bootCount() {
    return bootCount;
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Reading reading) {
      SampleGroup group = reading.group();
      if (batch.samples() > ColumnCodes.MOST_SAMPLES - group.size()) {
        close(out);
      }
      add(group);
    }
  }

  private void add(SampleGroup group) {
    if (batch.samples() == 0) {
      openedNs = timeline.nowNs();
      look();
      opened = clocks.now();
      oldestNs = Long.MAX_VALUE;
    }
    if (group.timeNs() != timeNs) {
      timeNs = group.timeNs();
      long restatedNs = clocks.restatedNs(timeNs);
      time = Math.floorDiv(restatedNs + quantumNs / 2, quantumNs);
    }
    oldestNs = Math.min(oldestNs, timeNs);
    batch.add(group, time);
    if (signals.size() != signalsSeen) {
      signalsSeen = signals.size();
      learnedNs = timeline.nowNs();
    }
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    // between two ticks there is no tenth of a second, but where the time of day was set
    boolean isSet = Math.abs(nowNs - tickedNs) > SET_NS && isSet();
    tickedNs = nowNs;
    clocks.ticked(nowNs);
    if (batch.samples() > 0 && (isOld(nowNs) || isSet || isFull())) {
      close(out);
    }
  }

  @Override
  public boolean isFull() {
    return batch.samples() >= settings.maxSamples() || batch.isLarge(settings.maxBytes());
  }

  private boolean isSet() {
    look();
    return clocks.now().isSetSince(opened);
  }

  private void look() {
    if (clocks.look()) {
      timeNs = Long.MIN_VALUE;
    }
  }

  private boolean isOld(long nowNs) {
    boolean settles = signalsSeen != signalsTold && nowNs - learnedNs < SETTLE_NS;
    return nowNs - openedNs >= settings.maxAgeNs() + (settles ? LONGEST_SETTLING_NS : 0);
  }

  @Override
  public void flush(Consumer<? super Payload> out) {
    if (batch.samples() > 0) {
      ledger.tellNext();
      close(out);
    }
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    flush(out);
    batch.close();
  }

  private void close(Consumer<? super Payload> out) {
    Payload.Schema schema = signals.schema();
    signalsTold = signals.size();
    int samples = batch.samples();
    ClockReading clock = isSet() ? opened : clocks.now();
    LedgerCounts counts = ledger.send(samples);
    BatchWriter.Header header = new BatchWriter.Header(
        isBootToldByStream ? Bytes.EMPTY : bootId,
        bootCount,
        Optional.of(counts),
        !settings.isCompact() || ledger.isToBeTold(counts, timeline.sinceBootNs()),
        clock);
    boolean isMade = false;
    try {
      out.accept(new Payload(batch.pack(schema.id(), header), samples, oldestNs, schema));
      isMade = true;
    } finally {
      if (!isMade) {
        ledger.giveUp(samples);
      }
    }
  }
}
