package dev.caravan.agent.source;

import java.util.Arrays;

/**
 * The frames of one read of one source, in the order they came; the unit that is handed from a source's thread to the
 * pipeline.
 *
 * <p>Chunks are recycled and hold their {@link CanFrame}s for ever, so steady traffic allocates nothing. One thread at a
 * time owns a chunk.
 */
public final class FrameChunk {
  private final String source;
  private final Frame[] frames;
  private final CanFrame[] canFrames;

  // since the last clear
  private int size;

  /** A chunk of one source with room for {@code capacity} frames. */
  public FrameChunk(String source, int capacity) {
    this.source = source;
    this.frames = new Frame[capacity];
    this.canFrames = new CanFrame[capacity];
  }

  /** The name of the source that all frames here come from. */
  public String source() {
    return source;
  }

  /** How many frames there are. */
  public int size() {
    return size;
  }

  /** Whether no further frame fits. */
  public boolean isFull() {
    return size == frames.length;
  }

  /** The frame at an index. */
  public Frame frame(int index) {
    java.util.Objects.checkIndex(index, size);
    return frames[index];
  }

  /**
   * Adds a CAN frame and returns it, to be filled with {@link CanFrame#set}.
   *
   * @throws ArrayIndexOutOfBoundsException if the chunk is full
   */
  public CanFrame addCan() {
    CanFrame frame = canFrames[size];
    if (frame == null) {
      frame = new CanFrame();
      canFrames[size] = frame;
    }
    frames[size++] = frame;
    return frame;
  }

  /** Takes back the frame added last. */
  public void removeLast() {
    size--;
  }

  /**
   * Adds an immutable frame.
   *
   * @throws ArrayIndexOutOfBoundsException if the chunk is full
   */
  public void add(Frame frame) {
    frames[size++] = frame;
  }

  /** Empties the chunk for its next use. */
  public void clear() {
    Arrays.fill(frames, 0, size, null);
    size = 0;
  }
}
