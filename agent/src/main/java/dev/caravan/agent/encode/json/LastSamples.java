package dev.caravan.agent.encode.json;

import dev.caravan.agent.decode.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last sample of each signal of a batch. One thread. */
final class LastSamples {
  /** What a message has besides its names and its value, about. */
  private static final int AROUND_BYTES = 200;

  private static final class Last {
    final Sample sample;
    long timeUs;
    long bytes;
    boolean isOpen;

    Last(Sample first) {
      this.sample = first.copy();
    }
  }

  private final List<Last> open = new ArrayList<>();
  private @Nullable Last[] bySignal = {};
  private long bytes;

  /** Takes a sample, for the one before it of the same signal; whether there was none. */
  boolean add(Sample sample, long timeUs) {
    int index = sample.signal().index();
    if (index >= bySignal.length) {
      bySignal = Arrays.copyOf(bySignal, Math.max(2 * bySignal.length, index + 16));
    }
    Last last = bySignal[index];
    if (last == null) {
      last = new Last(sample);
      bySignal[index] = last;
    }
    boolean isFirst = !last.isOpen;
    if (isFirst) {
      last.isOpen = true;
      last.bytes = 0;
      open.add(last);
    }
    last.sample.set(sample);
    last.timeUs = timeUs;
    long its = AROUND_BYTES
        + 2L * sample.signal().path().length()
        + sample.text().length()
        + 2L * sample.bytes().length();
    bytes += its - last.bytes;
    last.bytes = its;
    return isFirst;
  }

  /** About how many bytes their messages have. */
  long bytes() {
    return bytes;
  }

  /** Gives them out, in the order in which each came first, and forgets them. */
  void leave(LayoutWriter out) {
    for (Last each : open) {
      out.last(each.sample, each.timeUs);
    }
    clear();
  }

  /** Forgets them. */
  void clear() {
    open.forEach(each -> each.isOpen = false);
    open.clear();
    bytes = 0;
  }
}
