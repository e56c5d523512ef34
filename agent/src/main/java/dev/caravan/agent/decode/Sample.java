package dev.caravan.agent.decode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;

/**
 * One value of one signal at one time, with a quality. Mutable and reused by the decoder that gives it out: a receiver
 * that keeps it takes what it needs.
 *
 * <p>Whole numbers are held as 64 bits (unsigned ones may look negative), floating-point ones as the bits of a double,
 * so nothing is lost of either.
 */
public final class Sample {
  private Signal signal;
  private long timeNs;
  private Quality quality = Quality.OK;
  private long raw;
  private String text = "";
  private Bytes bytes = Bytes.EMPTY;

  /** A sample of {@code signal} to be filled; a decoder needs only one. */
  public Sample(Signal signal) {
    this.signal = signal;
  }

  /**
   * Makes this a whole number.
   *
   * @param timeNs epoch nanoseconds UTC
   * @param raw before factor and offset
   */
  public Sample setInteger(Signal signal, long timeNs, Quality quality, long raw) {
    set(signal, timeNs, quality);
    this.raw = raw;
    return this;
  }

  /** Makes this a floating-point number, before factor and offset. */
  public Sample setFloating(Signal signal, long timeNs, Quality quality, double raw) {
    set(signal, timeNs, quality);
    this.raw = Double.doubleToRawLongBits(raw);
    return this;
  }

  /** Makes this a number of the signal's kind, by its {@link #rawBits()}. */
  public Sample setNumber(Signal signal, long timeNs, Quality quality, long rawBits) {
    set(signal, timeNs, quality);
    this.raw = rawBits;
    return this;
  }

  /** Makes this a text. */
  public Sample setText(Signal signal, long timeNs, Quality quality, String value) {
    set(signal, timeNs, quality);
    this.text = value;
    return this;
  }

  /** Makes this a block of bytes. */
  public Sample setBytes(Signal signal, long timeNs, Quality quality, Bytes value) {
    set(signal, timeNs, quality);
    this.bytes = value;
    return this;
  }

  /** Makes this one without a value, of a signal of any kind; its raw value is 0, or empty. */
  public Sample setNone(Signal signal, long timeNs, Quality quality) {
    set(signal, timeNs, quality);
    return this;
  }

  /** Makes this the same as another. */
  public Sample set(Sample other) {
    set(other.signal, other.timeNs, other.quality);
    this.raw = other.raw;
    this.text = other.text;
    this.bytes = other.bytes;
    return this;
  }

  private void set(Signal signal, long timeNs, Quality quality) {
    this.signal = signal;
    this.timeNs = timeNs;
    this.quality = quality;
    this.raw = 0;
    this.text = "";
    this.bytes = Bytes.EMPTY;
  }

  /** One that stays as it is when this is filled anew. */
  public Sample copy() {
    return new Sample(signal).set(this);
  }

  /** What was measured. */
  public Signal signal() {
    return signal;
  }

  /** When, epoch nanoseconds UTC. */
  public long timeNs() {
    return timeNs;
  }

  /** How far it may be believed. */
  public Quality quality() {
    return quality;
  }

  /** The 64 bits of a raw whole number, or of a raw double; 0 for text and bytes. */
  public long rawBits() {
    return raw;
  }

  /** The raw floating-point number of a {@link Kind#FLOAT} or {@link Kind#DOUBLE} signal. */
  public double rawFloating() {
    return Double.longBitsToDouble(raw);
  }

  /** The physical value, in the signal's unit; NaN for text and bytes. */
  public double value() {
    return signal.physical(raw);
  }

  /** The text of a {@link Kind#TEXT} signal. */
  public String text() {
    return text;
  }

  /** The block of a {@link Kind#BYTES} signal. */
  public Bytes bytes() {
    return bytes;
  }
}
