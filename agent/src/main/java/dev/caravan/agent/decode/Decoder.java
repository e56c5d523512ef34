package dev.caravan.agent.decode;

import dev.caravan.agent.source.Frame;
import dev.caravan.agent.stage.Stage;

/**
 * Turns frames of the source it is configured for into samples. Frames that it does not know pass without a sample.
 */
public interface Decoder extends Stage<Frame, Sample> {
  /** Whether the frame accepted last was one that this decoder knows. */
  boolean knewLast();
}
