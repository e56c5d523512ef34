package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Source;
import java.util.List;

/**
 * One source of a configuration, and who understands its frames.
 *
 * @param name unique in the configuration
 * @param type the word of the configuration, {@code slcan}
 * @param what what it reads, for people: a port, a file
 * @param waits whether it may be held up when the pipeline is busy (a log), or must lose frames instead (a bus)
 * @param maker makes the source
 * @param decoders makes its decoders, in the order of the configuration
 * @param mayHear the signals that these define only when they are first heard
 */
public record SourcePlan(
    String name,
    String type,
    String what,
    boolean waits,
    Maker maker,
    Decoders decoders,
    List<PathPattern> mayHear) {

  /** Makes a source that is not yet open. */
  public interface Maker {
    /** A new source. */
    Source make(Timeline timeline, Health health);
  }

  /** Makes decoders, as often as they are wanted: none knows of another's. */
  public interface Decoders {
    /** New ones, which define their signals in a table. */
    List<Decoder> make(SignalTable signals, Health health);
  }

  /** Copies the list. */
  public SourcePlan {
    mayHear = List.copyOf(mayHear);
  }
}
