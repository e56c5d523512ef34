package dev.caravan.agent.shape;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many samples in little room, each in a place from 0: some 24 bytes for a number, and no object. A place may be written
 * again. One thread at a time.
 */
public final class SampleColumns {
  private static final int SMALLEST = 16;

  private @Nullable Signal[] signals;
  private long[] times;
  private long[] raws;
  private Quality[] qualities;
  // texts and blocks; only as long as needed, and only written once a signal has such
  private @Nullable Object[] contents = {};
  private int size;
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
      contents[at] = kind == Kind.TEXT ? sample.text() : sample.bytes();
    } else if (at < contents.length) {
      contents[at] = null;
    }
    size = Math.max(size, at + 1);
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

  /** How much room, besides that of a number, the text or block of a place takes, in characters or bytes. */
  public int contentLength(int at) {
    Object content = at < contents.length ? contents[at] : null;
    return content instanceof Bytes block
        ? block.length()
        : content instanceof String text ? text.length() : 0;
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
      case FLOAT, DOUBLE ->
        sample.setFloating(signal, times[at], quality, Double.longBitsToDouble(raws[at]));
      default -> sample.setInteger(signal, times[at], quality, raws[at]);
    };
  }

  /** Gives every sample in the order of the places; the same object, filled anew for each. */
  public void forEach(Consumer<? super Sample> out) {
    for (int i = 0; i < size; i++) {
      out.accept(at(i));
    }
  }
}
