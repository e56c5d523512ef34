package dev.caravan.agent.shape;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many samples in little room, each in a place from 0: some 24 bytes for a number, and no object. A place may be written
 * again. One thread at a time.
 */
public final class SampleColumns {
  private static final int SMALLEST = 16;
  // of a text or block: two headers, length, hash, reference
  private static final int CONTENT_OVERHEAD_BYTES = 48;

  private @Nullable Signal[] signals;
  private long[] times;
  private long[] raws;
  private Quality[] qualities;
  // texts and blocks; only as long as needed, and only written once a signal has such
  private @Nullable Object[] contents = {};
  private int size;
  private long contentBytes;
  private @Nullable Sample given;

  /** Room for so many at first; it grows. */
  public SampleColumns(int capacity) {
    int room = Math.max(SMALLEST, capacity);
    signals = new Signal[room];
    times = new long[room];
    raws = new long[room];
    qualities = new Quality[room];
  }

  /** How many there are: one more than the highest place that was written. */
  public int size() {
    return size;
  }

  /** Copies a sample into the next place. */
  public void add(Sample sample) {
    put(size, sample);
  }

  /** Copies a sample into a place, at most the one behind the last. */
  public void put(int at, Sample sample) {
    if (at > size) {
      throw new IndexOutOfBoundsException("put: at=" + at + ", size=" + size);
    }
    if (at == times.length) {
      grow();
    }
    Kind kind = sample.signal().kind();
    signals[at] = sample.signal();
    times[at] = sample.timeNs();
    raws[at] = sample.rawBits();
    qualities[at] = sample.quality();
    if (!kind.isNumber()) {
      if (contents.length < times.length) {
        contents = Arrays.copyOf(contents, times.length);
      }
      hold(at, contentOf(sample));
    } else {
      forgetContent(at);
    }
    size = Math.max(size, at + 1);
  }

  /** Lets go of the text or block of a place that is not read any more before it is written again. */
  public void forgetContent(int at) {
    if (at < contents.length) {
      hold(at, null);
    }
  }

  private void hold(int at, @Nullable Object content) {
    contentBytes += bytesOf(content) - bytesOf(contents[at]);
    contents[at] = content;
  }

  private static @Nullable Object contentOf(Sample sample) {
    return switch (sample.signal().kind()) {
      case TEXT -> sample.text();
      case BYTES -> sample.bytes();
      default -> null;
    };
  }

  private static int bytesOf(@Nullable Object content) {
    if (content instanceof Bytes block) {
      return CONTENT_OVERHEAD_BYTES + block.length();
    }
    return content instanceof String text ? CONTENT_OVERHEAD_BYTES + text.length() : 0;
  }

  private void grow() {
    int room = times.length * 2;
    signals = Arrays.copyOf(signals, room);
    times = Arrays.copyOf(times, room);
    raws = Arrays.copyOf(raws, room);
    qualities = Arrays.copyOf(qualities, room);
  }

  /** When the sample of a place was measured, epoch nanoseconds UTC. */
  public long timeNs(int at) {
    return times[at];
  }

  /**
   * About how much memory the text or block of a sample takes: {@value #CONTENT_OVERHEAD_BYTES} bytes and one for each byte or
   * character; 0 for a number.
   */
  public static int contentBytes(Sample sample) {
    return bytesOf(contentOf(sample));
  }

  /** The same of a place. */
  public int contentBytes(int at) {
    return at < contents.length ? bytesOf(contents[at]) : 0;
  }

  /** The same of all places. */
  public long contentBytes() {
    return contentBytes;
  }

  /** A copy of all from a place on. */
  public SampleColumns from(int first) {
    SampleColumns rest = new SampleColumns(size - first);
    for (int i = first; i < size; i++) {
      rest.add(at(i));
    }
    return rest;
  }

  /** The sample of a place; the same object is filled anew by the next call. */
  public Sample at(int at) {
    Signal signal = signals[at];
    if (at >= size || signal == null) {
      throw new IndexOutOfBoundsException("at: at=" + at + ", size=" + size);
    }
    Sample sample = given;
    if (sample == null) {
      sample = new Sample(signal);
      given = sample;
    }
    Quality quality = qualities[at];
    Object content = at < contents.length ? contents[at] : null;
    return switch (signal.kind()) {
      case TEXT ->
        sample.setText(signal, times[at], quality, content instanceof String text ? text : "");
      case BYTES ->
        sample.setBytes(
            signal, times[at], quality, content instanceof Bytes block ? block : Bytes.EMPTY);
      default -> sample.setNumber(signal, times[at], quality, raws[at]);
    };
  }

  /** Gives every sample in the order of the places; the same object, filled anew for each. */
  public void forEach(Consumer<? super Sample> out) {
    for (int i = 0; i < size; i++) {
      out.accept(at(i));
    }
  }
}
