package dev.caravan.agent.cli;

import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.SampleView;
import java.io.IOException;

/** Writes samples, a line for each, in one form. What their batch has in common is given before them. One thread. */
sealed interface SampleLines permits SampleCsv, SampleJson, SampleText {
  /**
   * Begins the samples of a batch, or of an event.
   *
   * @param name of the device, as it is shown to people
   * @param sequence of the batch
   * @param event its id; empty for a batch
   */
  void begin(StreamKey stream, String name, long sequence, String event);

  /** Writes one. */
  void line(SampleView sample) throws IOException;

  /** Microseconds as nanoseconds. */
  static long ns(long us) {
    return us * 1000;
  }

  /** Whether a sample may be believed. */
  static boolean isOk(SampleView sample) {
    return sample.quality() == Quality.OK;
  }
}
