package dev.caravan.agent.decode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What arrived together: samples of one {@link SignalGroup}, of all its signals or some, at one time. This is what decoders give
 * out. Mutable and reused by the decoder: a receiver that keeps something takes what it needs.
 *
 * <p>Samples stand in the order in which they were read, each with the place of its signal in the group. Numbers lie as raw 64
 * bits in one array, as in a {@link Sample}; a quality is only written where it is not {@link Quality#OK}, a text or block only
 * where a signal has such. So a group of good numbers is copied without a look at each. In steady state nothing is allocated.
 * One thread.
 *
 * <pre>
 * samples.begin(group, frame.timeNs());
 * samples.addNumber(speed, Quality.OK, 624);
 * samples.addNone(torque, Quality.ERROR);
 * out.accept(samples);
 * </pre>
 */
public final class SampleGroup {
  private static final int SMALLEST = 16;

  private SignalGroup group = SignalGroup.NONE;
  private long timeNs;
  private int size;
  private int[] places = new int[SMALLEST];
  private long[] raws = new long[SMALLEST];

  // only as long as needed, and only written once a sample is not ok
  private Quality[] qualities = {};
  private boolean isAllOk = true;

  // texts and blocks; only as long as needed, and only written once a signal has such
  private @Nullable Object[] contents = {};
  private boolean hasContents;

  private @Nullable Sample given;

  /** An empty one, to be filled. */
  public SampleGroup() {}

  // filling

  /**
   * Makes this an empty one.
   *
   * @param timeNs epoch nanoseconds UTC, of all samples
   */
  public SampleGroup begin(SignalGroup group, long timeNs) {
    if (hasContents) {
      Arrays.fill(contents, 0, Math.min(size, contents.length), null);
      hasContents = false;
    }
    if (this.group != group) {
      this.group = group;
    }
    this.timeNs = timeNs;
    size = 0;
    isAllOk = true;
    return this;
  }

  /** Adds a good number, given as {@link Sample#rawBits()}, of the signal at a place in the group. */
  public void add(int place, long rawBits) {
    int at = size;
    if (at == raws.length) {
      grow();
    }
    places[at] = place;
    raws[at] = rawBits;
    if (!isAllOk) {
      qualities[at] = Quality.OK;
    }
    size = at + 1;
  }

  /** Adds so many good numbers, given as {@link Sample#rawBits()}, of the signals at these places. */
  public void add(int[] ofPlaces, long[] ofRaws, int count) {
    while (raws.length - size < count) {
      grow();
    }
    System.arraycopy(ofPlaces, 0, places, size, count);
    System.arraycopy(ofRaws, 0, raws, size, count);
    if (!isAllOk) {
      Arrays.fill(qualities, size, size + count, Quality.OK);
    }
    size += count;
  }

  /** Says how far the sample that was added last may be believed. */
  public void qualify(Quality quality) {
    if (quality == Quality.OK && isAllOk) {
      return;
    }
    if (isAllOk) {
      if (qualities.length < raws.length) {
        qualities = new Quality[raws.length];
      }
      Arrays.fill(qualities, 0, size, Quality.OK);
      isAllOk = false;
    }
    qualities[size - 1] = quality;
  }

  /** Adds a number of the signal's kind, given as {@link Sample#rawBits()}. */
  public void addNumber(Signal signal, Quality quality, long rawBits) {
    if (signal.groupIndex() != group.index()) {
      throw new IllegalArgumentException(
          "add: signal=" + signal + ", group=" + group + "; want a signal of the group");
    }
    add(signal.place(), rawBits);
    qualify(quality);
  }

  /** Adds a floating-point number, before factor and offset. */
  public void addFloating(Signal signal, Quality quality, double raw) {
    addNumber(signal, quality, Double.doubleToRawLongBits(raw));
  }

  /** Adds a text. */
  public void addText(Signal signal, Quality quality, String value) {
    addNumber(signal, quality, 0);
    hold(value);
  }

  /** Adds a block of bytes. */
  public void addBytes(Signal signal, Quality quality, Bytes value) {
    addNumber(signal, quality, 0);
    hold(value);
  }

  /** Adds one without a value, of a signal of any kind; its raw value is 0, or empty. */
  public void addNone(Signal signal, Quality quality) {
    addNumber(signal, quality, 0);
  }

  /** Adds a copy of a sample; its time is not looked at. */
  public void add(Sample sample) {
    addNumber(sample.signal(), sample.quality(), sample.rawBits());
    switch (sample.signal().kind()) {
      case TEXT -> hold(sample.text());
      case BYTES -> hold(sample.bytes());
      default -> {}
    }
  }

  /** Adds a copy of a sample of another one of the same group. */
  public void add(SampleGroup other, int index) {
    add(other.places[index], other.raws[index]);
    if (!other.isAllOk) {
      qualify(other.qualities[index]);
    }
    Object content = other.content(index);
    if (content != null) {
      hold(content);
    }
  }

  private void hold(Object content) {
    if (contents.length < raws.length) {
      contents = Arrays.copyOf(contents, raws.length);
    }
    contents[size - 1] = content;
    hasContents = true;
  }

  private void grow() {
    int room = raws.length * 2;
    places = Arrays.copyOf(places, room);
    raws = Arrays.copyOf(raws, room);
    if (!isAllOk) {
      qualities = Arrays.copyOf(qualities, room);
    }
  }

  // reading

  /** Whose signals these are. */
  public SignalGroup group() {
    return group;
  }

  /** When all of this was measured, epoch nanoseconds UTC. */
  public long timeNs() {
    return timeNs;
  }

  /** How many samples there are. */
  public int size() {
    return size;
  }

  /** Where the signal of a sample stands in its group; {@code 0 <= index < size()}, here and below. */
  public int place(int index) {
    return places[index];
  }

  /** The signal of a sample. */
  public Signal signal(int index) {
    return group.signal(places[index]);
  }

  /** Whether all samples are ok. */
  public boolean isAllOk() {
    return isAllOk;
  }

  /** How far a sample may be believed. */
  public Quality quality(int index) {
    return isAllOk ? Quality.OK : qualities[index];
  }

  /** The 64 bits of a raw whole number, or of a raw double; 0 for text and bytes. */
  public long rawBits(int index) {
    return raws[index];
  }

  /** The physical value of a sample, in its signal's unit; NaN for text and bytes. */
  public double value(int index) {
    return signal(index).physical(raws[index]);
  }

  /** Whether there is any text or block. */
  public boolean hasContents() {
    return hasContents;
  }

  private @Nullable Object content(int index) {
    return hasContents && index < contents.length ? contents[index] : null;
  }

  /** The text of a {@link Kind#TEXT} signal, else an empty one. */
  public String text(int index) {
    return content(index) instanceof String text ? text : "";
  }

  /** The block of a {@link Kind#BYTES} signal, else an empty one. */
  public Bytes bytes(int index) {
    return content(index) instanceof Bytes block ? block : Bytes.EMPTY;
  }

  /** One value by itself; the same object is filled anew by the next call. */
  public Sample sample(int index) {
    Signal signal = signal(index);
    Sample sample = given;
    if (sample == null) {
      sample = new Sample(signal);
      given = sample;
    }
    return switch (signal.kind()) {
      case TEXT -> sample.setText(signal, timeNs, quality(index), text(index));
      case BYTES -> sample.setBytes(signal, timeNs, quality(index), bytes(index));
      default -> sample.setNumber(signal, timeNs, quality(index), raws[index]);
    };
  }

  /** Gives every sample by itself, in their order; the same object, filled anew for each. */
  public void forEach(Consumer<? super Sample> out) {
    for (int i = 0; i < size; i++) {
      out.accept(sample(i));
    }
  }

  // in bulk

  /** Whether the samples are of just these places, in this order. */
  public boolean hasPlaces(int[] wanted, int count) {
    return Arrays.equals(places, 0, size, wanted, 0, count);
  }

  /** Copies the places of all samples. */
  public void copyPlaces(int[] to, int at) {
    System.arraycopy(places, 0, to, at, size);
  }

  /** Copies the raw numbers of all samples. */
  public void copyRaws(long[] to, int at) {
    System.arraycopy(raws, 0, to, at, size);
  }
}
