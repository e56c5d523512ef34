package dev.caravan.agent.decode;

import dev.caravan.agent.source.Frame;
import dev.caravan.agent.stage.Stage;
import java.util.List;

/**
 * Turns frames of the source it is configured for into samples, those that arrived together as one group. Frames that it does not know pass
 * without a sample.
 */
public interface Decoder extends Stage<Frame, SampleGroup> {
  /** Whether the frame accepted last was one that this decoder knows. */
  boolean knewLast();

  /** Patterns, of words and {@code *}, of the signals that are defined only when they are first heard; the names are those before VSS. */
  default List<PathPattern> mayHear() {
    return List.of();
  }
}
