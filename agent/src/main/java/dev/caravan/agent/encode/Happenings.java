package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.wire.MalformedMessageException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an event of each snapshot of one route, at once. What it looks like is its {@link Form}'s business. The pipeline's thread calls
 * all methods.
 */
public final class Happenings implements Encoder {
  private static final int ID_BYTES = 16;
  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;

  /**
   * What an event says beside what happened.
   *
   * @param id random, 16 bytes
   * @param making names the start of the agent
   * @param lost how many others were lost before it
   */
  public record Told(Bytes id, Making making, EventLosses.Told lost, ClockSpans clocks) {
    /** The clock by which all its times are. */
    public ClockReading clock() {
      return clocks.now();
    }

    /** When it happened, microseconds since 1970 UTC. */
    public long eventUs(Snapshot snapshot) {
      return Math.floorDiv(clocks.restatedNs(snapshot.timeNs()), NS_PER_US);
    }

    /** When a sample of it was measured, microseconds since 1970 UTC. */
    public long sampleUs(long timeNs) {
      return Math.floorDiv(clocks.restatedNs(timeNs) + NS_PER_US / 2, NS_PER_US);
    }
  }

  /** Writes events. The pipeline's thread, but for what looks at stored bodies, which has no state. */
  public interface Form {
    /** One of them, as it lies in a queue. */
    Bytes body(Snapshot snapshot, Told told);

    /**
     * What a stored one says.
     *
     * @throws MalformedMessageException if it is none of this format
     */
    EventLosses.Told lost(Bytes body) throws MalformedMessageException;

    /**
     * A stored one that says other losses.
     *
     * @throws MalformedMessageException if it is none of this format
     */
    Bytes retold(Bytes body, EventLosses.Told lost) throws MalformedMessageException;
  }

  private final Making making;
  private final Form form;
  private final ClockSpans clocks;
  private final SecureRandom random = new SecureRandom();
  private final EventLosses losses;
  private final Counter encoded;

  // at the latest tick
  private long tickedNs;

  /** For a route of that name. */
  public Happenings(String route, Making making, Form form) {
    this.making = making;
    this.form = form;
    this.clocks = new ClockSpans(making.timeline());
    this.losses = new EventLosses(making.health(), route);
    this.encoded = making.health().counter(SharedMetrics.ENCODE_EVENTS, route);
  }

  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    losses.continueFrom(form.lost(newestBody));
  }

  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    losses.lostBefore(lost);
  }

  /** Each of them says that so many others were lost before it. */
  private record Anew(Form form, EventLosses.Told lost) implements Retelling {
    @Override
    public Bytes retold(Bytes body, int reports) throws MalformedMessageException {
      return form.retold(body, lost);
    }
  }

  @Override
  public Retelling retelling(Optional<Bytes> newestBody, Losses lost) {
    EventLosses.Told told = new EventLosses.Told(0, 0);
    if (newestBody.isPresent()) {
      try {
        told = form.lost(newestBody.get());
      } catch (MalformedMessageException e) {
        // as if there were none
        told = new EventLosses.Told(0, 0);
      }
    }
    return new Anew(form, told.atLeast(lost));
  }

  @Override
  public GoingOver goingOver() {
    EventLosses.Told sofar = losses.counted();
    return (told, lost) -> {
      if (told instanceof Anew events) {
        losses.goOn(events.lost.atLeast(lost), sofar);
      }
    };
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

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Snapshot snapshot) {
      boolean isMade = false;
      try {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        clocks.look();
        Bytes body = form.body(snapshot, new Told(Bytes.owning(id), making, losses.told(), clocks));
        encoded.increment();
        out.accept(new Payload(body, 1, snapshot.timeNs(), Payload.Schema.NONE));
        isMade = true;
      } finally {
        if (!isMade) {
          losses.giveUp();
        }
      }
    }
  }
}
