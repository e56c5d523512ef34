package dev.caravan.agent.source;

/**
 * One unit off a wire, whole and checked, not yet understood.
 *
 * <p>A frame is handed on inside a {@link FrameChunk}, which names the source. A {@link CanFrame} is reused with its
 * chunk; every other kind is immutable.
 */
public sealed interface Frame
    permits CanFrame, DiagnosticReply, NmeaSentence, RegisterBlock, Telegram {
  /** When it was received, epoch nanoseconds UTC. */
  long timeNs();
}
