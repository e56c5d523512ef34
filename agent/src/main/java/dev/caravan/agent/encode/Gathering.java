package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gathers the samples of one route as they come, and closes a body when it is old or large enough, or when the time of day was set.
 * What a body looks like is its {@link Form}'s business.
 *
 * <p>Times are microseconds since 1970 UTC, rounded half up to the quantum, by the clock of the close, as the columns have them.
 */
public final class Gathering implements Encoder {
  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;

  /**
   * What a stored body says of others.
   *
   * @param start names the start of the agent that made it
   * @param boot starts of the agent with this route, from 1
   * @param ledger where everything went that is in no body, up to this one
   */
  public record Told(Bytes start, long boot, LedgerCounts ledger) {}

  /** Writes the body that is open. The pipeline's thread, but for what looks at stored bodies, which has no state. */
  public interface Form {
    /**
     * Behind what is there, all or, with an exception, what {@link #cut} takes away again.
     *
     * @return how many samples are there more than before; the others took the places of some, which are not sent
     */
    int add(SampleGroup group, long timeUs);

    /** About how many bytes it has. */
    long size();

    /** Forgets all behind that size. */
    void cut(long size);

    /**
     * All of it as it lies in a queue; nothing if of none of the samples there is anything to tell.
     *
     * @param isLedgerDue whether the ledger is to be told, where not all bodies tell it
     * @param clock by which all its times are
     */
    Optional<Bytes> body(Told told, boolean isLedgerDue, ClockReading clock);

    /** What readers need for all there is; most need nothing. */
    default Payload.Schema schema() {
      return Payload.Schema.NONE;
    }

    /**
     * What a stored body says.
     *
     * @throws MalformedMessageException if it is none of this format
     */
    Told told(Bytes body) throws MalformedMessageException;

    /**
     * A stored body that says other counts.
     *
     * @throws MalformedMessageException if it is none of this format
     */
    Bytes retold(Bytes body, long boot, LedgerCounts ledger) throws MalformedMessageException;
  }

  private final Closing closing;
  private final Making making;
  private final Form form;
  private final ClockSpans clocks;
  private final LedgerBook ledger;
  private final long quantumNs;
  private long bootCount = 1;

  // of the open body
  private int count;
  private long openedNs;
  private ClockReading opened;
  private long oldestNs;

  // at the latest tick
  private long tickedNs;

  /** For a route of that name. */
  public Gathering(Closing closing, String route, Making making, Form form) {
    this.closing = closing;
    this.making = making;
    this.form = form;
    this.clocks = new ClockSpans(making.timeline());
    this.ledger = new LedgerBook(making.health(), route, closing.maxAgeNs());
    this.quantumNs = closing.quantumNs();
    this.opened = clocks.now();
  }

  /** The ledger of the newest body is the base of the new one, and the boot count rises by one. */
  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    Told newest = form.told(newestBody);
    ledger.continueFrom(newest.ledger());
    bootCount = newest.boot() + 1;
  }

  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    ledger.lostBefore(lost, reportsBehindNewest);
  }

  @Override
  public long bootCount() {
    return bootCount;
  }

  /** Lets the ledgers and boot counts of bodies go on from the newest there, as if they had been made for it. */
  private record Anew(Form form, LedgerRun run, long bootCount) implements Retelling {
    @Override
    public Bytes retold(Bytes body, int samples) throws MalformedMessageException {
      return form.retold(body, bootCount, run.next(form.told(body).ledger(), samples));
    }
  }

  @Override
  public Retelling retelling(Optional<Bytes> newestBody, Losses lost) {
    LedgerCounts base = LedgerCounts.NONE;
    long boot = 1;
    if (newestBody.isPresent()) {
      try {
        Told newest = form.told(newestBody.get());
        base = newest.ledger();
        boot = newest.boot() + (newest.start().equals(making.bootId()) ? 0 : 1);
      } catch (MalformedMessageException e) {
        // as if there were none: the ledger begins anew
        base = LedgerCounts.NONE;
      }
    }
    return new Anew(form, new LedgerRun(LedgerBook.atLeast(base, lost)), boot);
  }

  @Override
  public GoingOver goingOver() {
    LedgerCounts counted = ledger.counted();
    return (told, lost) -> {
      if (told instanceof Anew bodies) {
        ledger.goOn(LedgerBook.atLeast(bodies.run.told(), lost), counted);
        bootCount = bodies.bootCount;
      }
    };
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Reading reading) {
      if (count == 0) {
        openedNs = making.timeline().nowNs();
        clocks.look();
        opened = clocks.now();
        oldestNs = Long.MAX_VALUE;
      }
      add(reading.group());
    }
  }

  private void add(SampleGroup group) {
    long before = form.size();
    boolean isWritten = false;
    try {
      int more = form.add(group, timeUs(clocks.restatedNs(group.timeNs())));
      isWritten = true;
      count += more;
      ledger.withhold(group.size() - more);
    } finally {
      if (!isWritten) {
        form.cut(before);
      }
    }
    oldestNs = Math.min(oldestNs, group.timeNs());
  }

  private long timeUs(long timeNs) {
    return Math.floorDiv(timeNs + quantumNs / 2, quantumNs) * (quantumNs / NS_PER_US);
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    boolean isSet = Math.abs(nowNs - tickedNs) > SET_NS && isSet();
    tickedNs = nowNs;
    clocks.ticked(nowNs);
    if (count > 0 && (isSet || isFull() || nowNs - openedNs >= closing.maxAgeNs())) {
      close(out);
    }
  }

  private boolean isSet() {
    clocks.look();
    return clocks.now().isSetSince(opened);
  }

  @Override
  public boolean isFull() {
    return count >= closing.maxSamples() || form.size() >= closing.maxBytes();
  }

  @Override
  public void flush(Consumer<? super Payload> out) {
    if (count > 0) {
      ledger.tellNext();
      close(out);
    }
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    flush(out);
  }

  private void close(Consumer<? super Payload> out) {
    int reports = count;
    ClockReading clock = isSet() ? opened : clocks.now();
    LedgerCounts counts = ledger.send(reports);
    boolean isDue = ledger.isToBeTold(counts, making.timeline().sinceBootNs());
    boolean isMade = false;
    try {
      Optional<Bytes> body = form.body(new Told(making.bootId(), bootCount, counts), isDue, clock);
      if (body.isPresent()) {
        out.accept(new Payload(body.get(), reports, oldestNs, form.schema()));
        isMade = true;
      }
    } finally {
      form.cut(0);
      count = 0;
      if (!isMade) {
        ledger.giveUp(reports);
      }
    }
  }
}
