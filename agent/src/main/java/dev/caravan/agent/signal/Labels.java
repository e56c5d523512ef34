package dev.caravan.agent.signal;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The labels of one signal's raw values, each as it is printed, found without making an object. Immutable. */
public final class Labels {
  /** Above as many values as this a table with a place for each would be mostly empty. */
  private static final int MOST_PLACES = 256;

  private final byte[][] places; // of 0, 1, 2 …; none where some label is of another value
  private final long[] values; // rising
  private final byte[][] texts;

  /** Of those labels by raw value, each printed in a form. */
  public Labels(Map<Long, String> labels, Function<String, byte[]> form) {
    TreeMap<Long, String> sorted = new TreeMap<>(labels);
    values = sorted.keySet().stream().mapToLong(Long::longValue).toArray();
    texts = sorted.values().stream().map(form).toArray(byte[][]::new);
    boolean isDense =
        values.length > 0 && values[0] >= 0 && values[values.length - 1] < MOST_PLACES;
    places = new byte[isDense ? (int) values[values.length - 1] + 1 : 0][];
    for (int i = 0; i < values.length && isDense; i++) {
      places[(int) values[i]] = texts[i];
    }
  }

  /** How much memory they take, about. */
  public long sizeBytes() {
    return 4L * places.length
        + Arrays.stream(texts).mapToLong(text -> 32 + text.length).sum();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return values.length == 0;
  }

  /** The label of a whole number; null if it has none. */
  public byte @Nullable [] of(long raw) {
    if (places.length > 0) {
      return raw >= 0 && raw < places.length ? places[(int) raw] : null;
    }
    int low = 0;
    int high = values.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (values[middle] == raw) {
        return texts[middle];
      }
      if (values[middle] < raw) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }
}
