package dev.caravan.agent.source.serial;

/** The bytes of one open port. One thread reads; one other may write; any may close. */
interface Wire {
  /** How long {@link #read} waits at most. */
  int SLICE_MS = 100;

  /** How many bytes can be read at once; negative once the far end is gone. */
  int available();

  /** Reads at most {@code most} bytes, waiting {@value #SLICE_MS} ms; 0 if none came, negative once the far end is gone. */
  int read(byte[] buffer, int most);

  /** Writes, waiting as long as it takes; returns how many bytes were taken, fewer only if the far end is gone. */
  int write(byte[] bytes);

  /** Whether closing throws away what was written and has not got out. */
  boolean forgetsOnClose();

  /** Closes the port; frees whoever writes. */
  void close();
}
