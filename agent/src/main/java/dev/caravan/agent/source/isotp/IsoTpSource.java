package dev.caravan.agent.source.isotp;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.diagnostic.DiagnosticPoller;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CAN source whose bus is also spoken to, or overheard, as a diagnostic tester does: all its frames, and {@link
 * DiagnosticReply}s among them.
 *
 * <p>Asking never holds a read up: each read of the CAN source moves the request that is under way a step on, so no frame
 * waits for a control unit. What that costs: on a silent bus the end of a wait is seen as late as the CAN source's own
 * timeout. Replies that find no room in a chunk are given out by the next read.
 *
 * <p>What is sent goes through the CAN source, which refuses every identifier that its {@code allow_transmit} does not
 * list. Overhearing sends nothing.
 *
 * <p>One thread opens and reads; {@link #transmit} and {@link #close()} may come from any.
 */
public final class IsoTpSource implements Source, CanTransmitter {
  /** With the ignition off nobody answers. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "answer of a control unit", Part.State.OK, "is the ignition on?", "", "");

  private final Source inner;
  private final CanTransmitter bus;

  // one of the two ways
  private final @Nullable Asking asking;
  private final @Nullable Overhearing overhearing;

  /** Replies that were overheard and found no room yet. */
  private final ArrayDeque<DiagnosticReply> overheard = new ArrayDeque<>();

  private IsoTpSource(
      Source inner, CanTransmitter bus, IsoTpSettings settings, Timeline timeline, Health health) {
    this.inner = inner;
    this.bus = bus;
    String name = inner.name();
    if (settings.poll().isPresent()) {
      asking = new Asking(
          new Exchange(name, bus, settings.addressing(), settings.timeoutNs(), timeline, health),
          new DiagnosticPoller(name, settings.poll().get(), timeline, health),
          new FrameWatch(name, SILENCE, () -> 0, timeline, health));
      overhearing = null;
    } else {
      asking = null;
      overhearing =
          new Overhearing(settings.addressing(), settings.units(), IsoTpCounts.of(health, name));
    }
  }

  /** Diagnostics over a source that can send; the source itself where none are wanted. */
  public static <S extends Source & CanTransmitter> Source over(
      S inner, Optional<IsoTpSettings> settings, Timeline timeline, Health health) {
    return settings
        .<Source>map(wanted -> new IsoTpSource(inner, inner, wanted, timeline, health))
        .orElse(inner);
  }

  /** Overhears a source that cannot send, such as a log; the source itself where that is not wanted. */
  public static Source overhearing(
      Source inner, Optional<IsoTpSettings> settings, Timeline timeline, Health health) {
    return settings
        .<Source>map(wanted -> new IsoTpSource(inner, frame -> false, wanted, timeline, health))
        .orElse(inner);
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public String busMode() {
    return inner.busMode();
  }

  @Override
  public void open() throws IOException {
    inner.open();
    overheard.clear();
    if (asking != null) {
      asking.begin();
    }
    if (overhearing != null) {
      overhearing.forget();
    }
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    if (asking != null) {
      return read(out, asking);
    }
    return overhearing == null ? inner.read(out) : read(out, overhearing);
  }

  private boolean read(FrameChunk out, Asking by) throws IOException {
    if (by.giveOut(out)) {
      return true;
    }
    boolean more = inner.read(out);
    int size = out.size();
    for (int i = 0; i < size; i++) {
      if (out.frame(i) instanceof CanFrame frame) {
        by.hear(frame);
      }
    }
    by.goOn();
    by.giveOut(out);
    return more;
  }

  private boolean read(FrameChunk out, Overhearing by) throws IOException {
    if (giveOut(out)) {
      return true;
    }
    boolean more = inner.read(out);
    int size = out.size();
    for (int i = 0; i < size; i++) {
      if (out.frame(i) instanceof CanFrame frame) {
        by.hear(frame, overheard::add);
      }
    }
    giveOut(out);
    return more || !overheard.isEmpty();
  }

  private boolean giveOut(FrameChunk out) {
    boolean any = false;
    while (!overheard.isEmpty() && !out.isFull()) {
      out.add(overheard.remove());
      any = true;
    }
    return any;
  }

  @Override
  public boolean transmit(CanFrame frame) throws IOException {
    return bus.transmit(frame);
  }

  @Override
  public void close() {
    inner.close();
  }

  /** Asks what is due, one request at a time. */
  private static final class Asking {
    private final Exchange exchange;
    private final DiagnosticPoller poller;
    private final FrameWatch watch;

    // of the request under way
    private final List<DiagnosticReply> replies = new ArrayList<>();
    private boolean isWaiting;

    Asking(Exchange exchange, DiagnosticPoller poller, FrameWatch watch) {
      this.exchange = exchange;
      this.poller = poller;
      this.watch = watch;
    }

    void begin() {
      exchange.abandon();
      replies.clear();
      isWaiting = false;
      poller.begin();
      watch.opened();
    }

    void hear(CanFrame frame) throws IOException {
      exchange.hear(frame, replies::add);
    }

    void goOn() throws IOException {
      exchange.tick(replies::add);
      if (exchange.isUnderWay()) {
        return;
      }
      if (isWaiting) {
        isWaiting = false;
        watch.read(replies.size());
        poller.take(replies);
        replies.clear();
      }
      Optional<DiagnosticRequest> due = poller.due(true);
      if (due.isPresent()) {
        isWaiting = true;
        exchange.begin(due.get());
      }
    }

    boolean giveOut(FrameChunk out) {
      int before = out.size();
      poller.giveOut(out);
      return out.size() > before;
    }
  }
}
