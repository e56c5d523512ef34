package dev.caravan.agent.encode.columns;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.ClockSpans;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.EventLosses;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.wire.ColumnCodes;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.Event;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an event of each snapshot of one route, at once: the body of {@code caravan.v1.Event} without its sequence. Its
 * samples lie in as many batches as the format's limits ask for, earlier ones first.
 *
 * <p>Events have a ledger of their own: how many the store has evicted and the far side rejected, counted under the part
 * {@link Format#eventsOf ROUTE.events}. The pipeline's thread calls all methods.
 */
public final class EventEncoder implements Encoder {
  /** The most bytes of one of its batches, about, before compression: half of what the format allows. */
  private static final int MOST_BATCH_BYTES = MessageParts.MOST_CONTENT_BYTES / 2;

  private static final int ID_BYTES = 16;
  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;

  private final String route;
  private final ClockSpans clocks;
  private final SignalBook signals;
  private final BatchWriter batch;
  private final Bytes bootId;
  private final long bootCount;
  private final Counter encoded;
  private final EventLosses losses;
  private final Consumer<byte[]> ids;

  // at the latest tick
  private long tickedNs;

  /**
   * An encoder for one route.
   *
   * @param known signals that triggers may send, so that the schema need not change when each comes first
   * @param bootId names this start of the agent, as in the batches
   * @param bootCount starts of the agent with this route, as in the batches
   * @param isCompact how its snapshots are told
   */
  public EventEncoder(
      String route,
      List<Signal> known,
      Timeline timeline,
      Health health,
      Bytes bootId,
      long bootCount,
      boolean isCompact) {
    this(
        route,
        known,
        timeline,
        health,
        bootId,
        bootCount,
        isCompact,
        new SecureRandom()::nextBytes);
  }

  EventEncoder(
      String route,
      List<Signal> known,
      Timeline timeline,
      Health health,
      Bytes bootId,
      long bootCount,
      boolean isCompact,
      Consumer<byte[]> ids) {
    this.route = route;
    this.clocks = new ClockSpans(timeline);
    this.signals = new SignalBook();
    this.batch = new BatchWriter(signals, new BatchWriter.Form(true, isCompact), 0);
    this.bootId = bootId;
    this.bootCount = bootCount;
    this.ids = ids;
    this.encoded = health.counter(SharedMetrics.ENCODE_EVENTS, route);
    this.losses = new EventLosses(health, route);
    known.forEach(signals::buffer);
  }

  /** The counts of the newest event are the base of the new ones. */
  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    ReadEvent newest = EventReader.event(newestBody);
    losses.continueFrom(new EventLosses.Told(newest.evicted(), newest.rejected()));
  }

  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    losses.lostBefore(lost);
  }

  @Override
  public EventRetelling retelling(Optional<Bytes> newestBody, Losses lost) {
    return EventRetelling.behind(newestBody, lost);
  }

  @Override
  public GoingOver goingOver() {
    EventLosses.Told sofar = losses.counted();
    return (told, lost) -> {
      if (told instanceof EventRetelling events) {
        losses.goOn(new EventLosses.Told(events.evicted(), events.rejected()).atLeast(lost), sofar);
      }
    };
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Snapshot snapshot) {
      boolean isMade = false;
      try {
        Payload.Schema schema = schemaOf(snapshot);
        Bytes body = Bytes.owning(event(snapshot, schema).toByteArray());
        encoded.increment();
        out.accept(new Payload(body, 1, snapshot.timeNs(), schema));
        isMade = true;
      } finally {
        if (!isMade) {
          // nothing of it may go into the next one
          batch.clear();
          losses.giveUp();
        }
      }
    }
  }

  /** Of all batches of the event the same one: no signal is new after it. */
  private Payload.Schema schemaOf(Snapshot snapshot) {
    snapshot.samples().forEach(sample -> signals.buffer(sample.signal()));
    return signals.schema();
  }

  /** Looks whether the time of day was set; what was measured before is told by the clock of now. */
  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    if (Math.abs(nowNs - tickedNs) > SET_NS) {
      clocks.look();
    }
    tickedNs = nowNs;
    clocks.ticked(nowNs);
  }

  private Event event(Snapshot snapshot, Payload.Schema schema) {
    byte[] id = new byte[ID_BYTES];
    ids.accept(id);
    clocks.look();
    ClockReading clock = clocks.now();
    long timeUs = Math.floorDiv(clocks.restatedNs(snapshot.timeNs()), NS_PER_US);
    EventLosses.Told lost = losses.told();
    Event.Builder event = Event.newBuilder()
        .setId(ByteString.copyFrom(id))
        .setKind(snapshot.kind())
        .setTrigger(snapshot.trigger())
        .setTimeUs(timeUs)
        .setMonotonicUs(clock.monotonicUs() - (clock.timeUs() - timeUs))
        .setTimeOrigin(WireNumbers.of(clock.origin()))
        .setTimeErrorUs(clock.errorUs())
        .setBootId(ByteString.copyFrom(bootId.buffer()))
        .setText(snapshot.text())
        .addAllPaths(snapshot.paths())
        .setRoute(route)
        .setEventsEvicted(lost.evicted())
        .setEventsRejected(lost.rejected());
    BatchWriter.Header header =
        new BatchWriter.Header(bootId, bootCount, Optional.empty(), false, clock);
    snapshot.samples().forEach(sample -> {
      add(sample);
      if (batch.samples() == ColumnCodes.MOST_SAMPLES || batch.isLarge(MOST_BATCH_BYTES)) {
        pack(event, schema, header);
      }
    });
    if (batch.samples() > 0) {
      pack(event, schema, header);
    }
    return event.build();
  }

  private void add(Sample sample) {
    batch.add(
        sample.signal(),
        Math.floorDiv(clocks.restatedNs(sample.timeNs()) + NS_PER_US / 2, NS_PER_US),
        sample.quality(),
        sample.rawBits(),
        sample.text(),
        sample.bytes());
  }

  private void pack(Event.Builder event, Payload.Schema schema, BatchWriter.Header header) {
    event.addSnapshots(ByteString.copyFrom(batch.pack(schema.id(), header).buffer()));
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    batch.close();
  }
}
