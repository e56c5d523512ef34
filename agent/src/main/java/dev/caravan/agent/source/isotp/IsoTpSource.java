package dev.caravan.agent.source.isotp;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import java.io.IOException;
import java.util.Optional;

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
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class IsoTpSource implements Source {
  private final Source inner;
  private final Tester tester;

  private IsoTpSource(Source inner, Tester tester) {
    this.inner = inner;
    this.tester = tester;
  }

  /** Diagnostics over a source that can send; the source itself where none are wanted. */
  public static <S extends Source & CanTransmitter> Source over(
      S inner, Optional<IsoTpSettings> settings, Timeline timeline, Health health) {
    if (settings.isEmpty() || settings.get().poll().isEmpty()) {
      return overhearing(inner, settings, health);
    }
    IsoTpSettings wanted = settings.get();
    return new IsoTpSource(
        inner, new Asking(inner.name(), inner, wanted, wanted.poll().get(), timeline, health));
  }

  /** Overhears any source, one that cannot send too, such as a log; the source itself where that is not wanted. */
  public static Source overhearing(Source inner, Optional<IsoTpSettings> settings, Health health) {
    return settings
        .<Source>map(wanted -> new IsoTpSource(
            inner,
            new Overhearing(
                wanted.addressing(), wanted.units(), IsoTpCounts.of(health, inner.name()))))
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
    tester.begin();
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    tester.giveOut(out);
    if (out.size() > 0) {
      return true;
    }
    boolean more = inner.read(out);
    int size = out.size();
    for (int i = 0; i < size; i++) {
      if (out.frame(i) instanceof CanFrame frame) {
        tester.hear(frame);
      }
    }
    tester.goOn();
    return !tester.giveOut(out) || more;
  }

  @Override
  public void close() {
    inner.close();
  }
}
