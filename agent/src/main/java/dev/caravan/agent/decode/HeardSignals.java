package dev.caravan.agent.decode;

import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is room for what one source is heard to have and no configuration names: the messages of a further sender,
 * a further control unit. All sources share the room of one {@link SignalTable}; what does not fit is counted as {@code
 * decode.left_out}, told once, and shown in the state of the source. The pipeline's thread uses it.
 */
public final class HeardSignals {
  private static final Logger LOG = LoggerFactory.getLogger(HeardSignals.class);

  private final String source;
  private final SignalTable table;
  private final Counter leftOut;
  private final Part part;

  private final Condition full = new Condition();

  /** For the decoders of one source. */
  public HeardSignals(String source, SignalTable table, Health health) {
    this.source = source;
    this.table = table;
    this.leftOut = health.counter(DecodeMetrics.LEFT_OUT, source);
    this.part = health.part("source", source);
  }

  /** Whether so many signals may be defined now; if so, their room is taken. If not, one message is counted. */
  public boolean admits(int signals, String ofWhom) {
    if (table.admits(signals)) {
      return true;
    }
    if (full.isNews("signals")) {
      String words = "no room for more signals that are only heard, most=" + table.mostHeard()
          + ": what others send is left out, first that of " + ofWhom
          + "; want a larger heap (-Xmx), or fewer senders";
      part.remark("signals", Part.State.DEGRADED, words);
      LOG.warn("{}: {}", source, words);
    }
    count();
    return false;
  }

  /** Counts a message of somebody who was not admitted. */
  public void count() {
    leftOut.increment();
  }
}
