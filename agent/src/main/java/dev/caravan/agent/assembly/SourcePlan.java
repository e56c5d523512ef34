package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Decoder;
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
 * @param decoders in the order of the configuration
 */
public record SourcePlan(
    String name, String type, String what, boolean waits, Maker maker, List<Decoder> decoders) {

  /** Makes a source that is not yet open. */
  public interface Maker {
    /** A new source. */
    Source make(Timeline timeline);
  }

  /** Copies the list. */
  public SourcePlan {
    decoders = List.copyOf(decoders);
  }
}
