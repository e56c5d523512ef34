package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.v1.BatchContent;
import java.util.List;

/**
 * Goes from sample to sample of a batch, along its columns, without making an object of any: in rising order of time, those of
 * one time in the order of the schema. A signal whose times ran backwards keeps its order of arrival. What is to be seen is that of
 * the sample it stands on. One thread.
 */
public final class SampleWalk implements SampleView {
  private final BatchContent content;
  private final List<Bytes> blocks;
  private final SignalValues[] values;

  // of each signal that is not at its end
  private final int[] places;
  private final long[] timesUs;
  private final int[]
      heap; // indexes of signals: none is later than those at twice its place, plus 1 and 2
  private int size;

  // where it stands
  private SignalValues signal;
  private int at;

  SampleWalk(BatchContent content, List<Bytes> blocks, List<SignalValues> values) {
    this.content = content;
    this.blocks = blocks;
    this.values = values.toArray(SignalValues[]::new);
    this.places = new int[this.values.length];
    this.timesUs = new long[this.values.length];
    this.heap = new int[this.values.length];
    this.signal = SignalValues.NONE;
    for (int i = 0; i < this.values.length; i++) {
      if (this.values[i].size() > 0) {
        timesUs[i] = this.values[i].timeUs(0);
        heap[size++] = i;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** Goes to the first sample, then to the next one; false behind the last. */
  public boolean next() {
    if (size == 0) {
      return false;
    }
    int first = heap[0];
    signal = values[first];
    at = places[first]++;
    if (at + 1 < signal.size()) {
      timesUs[first] = signal.timeUs(at + 1);
    } else {
      heap[0] = heap[--size];
    }
    sink(0);
    return true;
  }

  private boolean isBefore(int one, int other) {
    long oneUs = timesUs[one];
    long otherUs = timesUs[other];
    return oneUs < otherUs || (oneUs == otherUs && values[one].order() < values[other].order());
  }

  private void sink(int from) {
    int moved = heap[from];
    int hole = from;
    for (int below = 2 * hole + 1; below < size; below = 2 * hole + 1) {
      if (below + 1 < size && isBefore(heap[below + 1], heap[below])) {
        below++;
      }
      if (!isBefore(heap[below], moved)) {
        break;
      }
      heap[hole] = heap[below];
      hole = below;
    }
    heap[hole] = moved;
  }

  @Override
  public SignalSpec signal() {
    return signal.signal();
  }

  @Override
  public long timeUs() {
    return signal.timeUs(at);
  }

  @Override
  public Quality quality() {
    return WireNumbers.quality(signal.qualityNumber(at));
  }

  @Override
  public long rawBits() {
    return signal().kind().isNumber() ? signal.raw(at) : 0;
  }

  @Override
  public String text() {
    return signal().kind() == Kind.TEXT ? content.getTexts((int) signal.raw(at)) : "";
  }

  @Override
  public Bytes bytes() {
    return signal().kind() == Kind.BYTES ? blocks.get((int) signal.raw(at)) : Bytes.EMPTY;
  }

  /** The sample it stands on, to keep. */
  public BatchSample sample() {
    return new BatchSample(signal(), timeUs(), quality(), rawBits(), text(), bytes());
  }
}
