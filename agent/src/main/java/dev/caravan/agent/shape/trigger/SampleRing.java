package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.shape.SampleColumns;
import java.util.function.Predicate;

/**
 * The newest samples, for as long as a trigger may ask back. Grows only while it needs to, up to a bound; then the oldest
 * go. One thread.
 */
final class SampleRing {
  /** The most samples that are kept. */
  static final int MOST_SAMPLES = 1 << 17;
  /** The most bytes of their texts and blocks. */
  static final long MOST_CONTENT_BYTES = 4 << 20;

  private static final int FIRST_CAPACITY = 1 << 10;

  private final long keepNs;
  private final int mostSamples;
  private final long mostContentBytes;
  private int capacity;
  private SampleColumns columns;
  private int first;
  private int size;
  private long gone = Long.MIN_VALUE;

  /** {@code keepNs}: what is older than this, against the newest, is not needed. */
  SampleRing(long keepNs) {
    this(keepNs, MOST_SAMPLES, MOST_CONTENT_BYTES);
  }

  SampleRing(long keepNs, int mostSamples, long mostContentBytes) {
    this.keepNs = keepNs;
    this.mostSamples = mostSamples;
    this.mostContentBytes = mostContentBytes;
    this.capacity = Math.min(FIRST_CAPACITY, mostSamples);
    this.columns = new SampleColumns(capacity);
  }

  void add(Sample sample) {
    if (size == capacity) {
      if (sample.timeNs() - columns.timeNs(first) <= keepNs && capacity < mostSamples) {
        widen();
      } else {
        dropOldest();
      }
    }
    columns.put((first + size) % capacity, sample);
    size++;
    while (columns.contentBytes() > mostContentBytes) {
      dropOldest();
    }
  }

  private void dropOldest() {
    gone = Math.max(gone, columns.timeNs(first));
    columns.forgetContent(first);
    first = (first + 1) % capacity;
    size--;
  }

  private void widen() {
    int wider = (int) Math.min(mostSamples, capacity * 2L);
    SampleColumns grown = new SampleColumns(wider);
    for (int i = 0; i < size; i++) {
      grown.add(columns.at((first + i) % capacity));
    }
    columns = grown;
    capacity = wider;
    first = 0;
  }

  /** Forgets all, as if it had never been. */
  void clear() {
    columns = new SampleColumns(capacity);
    first = 0;
    size = 0;
    gone = Long.MIN_VALUE;
  }

  int size() {
    return size;
  }

  /** Whether samples of that time or later had to go. */
  boolean lacks(long fromNs) {
    return gone >= fromNs;
  }

  /** Copies those of a time that are wanted, oldest first. */
  void copyTo(SampleColumns out, long fromNs, long throughNs, Predicate<Sample> isWanted) {
    for (int i = 0; i < size; i++) {
      int at = (first + i) % capacity;
      long timeNs = columns.timeNs(at);
      if (timeNs >= fromNs && timeNs <= throughNs) {
        Sample sample = columns.at(at);
        if (isWanted.test(sample)) {
          out.add(sample);
        }
      }
    }
  }
}
