package dev.caravan.agent.source;

import java.io.IOException;

/**
 * One wire that frames come from. One thread owns it and calls all methods, except {@link #close()}, which may come from
 * any thread and frees a blocked {@link #read}.
 *
 * <p>A source is opened, read until it fails or ends, closed, and opened again. Noise on the wire is counted, never
 * thrown.
 */
public interface Source extends AutoCloseable {
  /** The name given in the configuration. */
  String name();

  /**
   * Opens the wire, and sets up whatever is on its far end.
   *
   * @throws IOException if that fails now; it will be tried again
   */
  void open() throws IOException;

  /**
   * Waits for frames, at most the source's timeout (half a second or less), and adds what came to the chunk, which is
   * empty at the call; no more than fits. Returns without adding any when the timeout passes.
   *
   * @return false when there will never be another frame (a log read to its end)
   * @throws IOException if the wire is lost; frames already added are good
   */
  boolean read(FrameChunk out) throws IOException;

  /** How it takes part in a bus, {@code listen-only} or {@code normal}; empty where there is no bus. */
  default String busMode() {
    return "";
  }

  /** Closes the wire; closing twice is fine. */
  @Override
  void close();
}
