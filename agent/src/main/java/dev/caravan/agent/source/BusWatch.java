package dev.caravan.agent.source;

import dev.caravan.agent.health.Gauge;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the state of a source's bus: in {@code source.bus_state}, in the state of the source, and each change in the log. One thread. */
public final class BusWatch {
  private static final Logger LOG = LoggerFactory.getLogger(BusWatch.class);
  private static final String MATTER = "bus";

  private final String source;
  private final Part part;
  private final Gauge gauge;

  // while open
  private BusState state = BusState.ERROR_ACTIVE;

  /** A watch over the bus of a source that is not yet open. */
  public BusWatch(String source, Health health) {
    this.source = source;
    this.part = health.part("source", source);
    this.gauge = health.gauge(SourceMetrics.BUS_STATE, source);
  }

  /** The source was opened: the bus is taken for error active until something else is heard. */
  public void opened() {
    state = BusState.ERROR_ACTIVE;
    gauge.set(0);
    part.remark(MATTER, Part.State.OK, "");
  }

  /** The latest state that is known. */
  public BusState state() {
    return state;
  }

  /** The controller says its state. */
  public void is(BusState said) {
    if (said == state) {
      return;
    }
    state = said;
    gauge.set(said.number());
    part.remark(
        MATTER,
        said == BusState.BUS_OFF ? Part.State.DEGRADED : Part.State.OK,
        said == BusState.ERROR_ACTIVE ? "" : said.toString());
    LOG.info("{}: {}", source, said);
  }
}
