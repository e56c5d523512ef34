package dev.caravan.agent.shape.trigger;

import java.util.Comparator;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * How much all triggers of one route may hold together while they collect, so that the heap does not depend on how many fire at
 * once. What comes after the events is taken as it comes, until nothing is left. What was before them has at most half; where
 * that is too little, those with most of it let go of the oldest. One thread.
 */
final class Allowance {
  /** The most samples, before and after the events. */
  static final int MOST_SAMPLES = 2 * SampleRing.MOST_SAMPLES;
  /** The most bytes of their texts and blocks. */
  static final long MOST_CONTENT_BYTES = SampleRing.MOST_CONTENT_BYTES;

  // of all that is under way
  private long samples;
  private long contentBytes;

  /** Takes room for one sample; false, and nothing is taken, if there is none. */
  boolean take(long ofContentBytes) {
    boolean fits = samples < MOST_SAMPLES && contentBytes + ofContentBytes <= MOST_CONTENT_BYTES;
    if (fits) {
      claim(1, ofContentBytes);
    }
    return fits;
  }

  /** Takes room for what was before an event, whether there is any or not; {@link #share} then makes some. */
  void claim(long moreSamples, long moreContentBytes) {
    samples += moreSamples;
    contentBytes += moreContentBytes;
  }

  /** Gives back room. */
  void giveBack(long fewerSamples, long fewerContentBytes) {
    claim(-fewerSamples, -fewerContentBytes);
  }

  /** Divides the room for what was before the events among those under way. */
  void share(List<Trigger> collecting) {
    share(collecting, MOST_SAMPLES, samples, Trigger::samplesBefore, Trigger::keepSamplesBefore);
    share(
        collecting,
        MOST_CONTENT_BYTES,
        contentBytes,
        Trigger::contentBytesBefore,
        Trigger::keepContentBytesBefore);
  }

  /** Those that want less than an equal part leave the rest of it to the others. */
  private static void share(
      List<Trigger> collecting,
      long most,
      long held,
      ToLongFunction<Trigger> before,
      ObjLongConsumer<Trigger> keep) {
    long after = held - collecting.stream().mapToLong(before).sum();
    long left = Math.min(most / 2, most - after);
    List<Trigger> smallestFirst =
        collecting.stream().sorted(Comparator.comparingLong(before)).toList();
    for (int i = 0; i < smallestFirst.size(); i++) {
      Trigger trigger = smallestFirst.get(i);
      keep.accept(trigger, Math.max(0, left) / (smallestFirst.size() - i));
      left -= before.applyAsLong(trigger);
    }
  }
}
