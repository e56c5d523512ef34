package dev.caravan.agent.device.nev;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One message of eight bytes: its identifier, how often it comes, what it holds. All its signals have one byte order.
 *
 * <p>Protected messages have a CRC-8 in byte 0, over the data id (which is the CAN identifier), low byte first, and bytes
 * 1 to 7, and a counter of four bits in byte 1 that rises by one with every message and wraps to 0 after 15, in the
 * manner of AUTOSAR E2E profile 1. Others have at most the counter, in their last four bits.
 *
 * @param sender the control unit
 * @param cycleMs how often it comes at full rate
 * @param pages how many pages a multiplexed message has, one after the other; 0 if it is not multiplexed
 */
record MessageLayout(
    String name,
    int id,
    String sender,
    int cycleMs,
    boolean bigEndian,
    boolean isProtected,
    int pages,
    List<SignalLayout> signals) {
  static final int LENGTH = 8;

  MessageLayout {
    signals = List.copyOf(signals);
  }

  /** Lays out signals one after the other in the order of the byte order: from bit 0, or from the top of byte 0. */
  static final class Builder {
    static final String CRC = "Crc";
    static final String COUNTER = "Counter";

    private final String name;
    private final int id;
    private final String sender;
    private final int cycleMs;
    private final boolean bigEndian;
    private final List<SignalLayout> signals = new ArrayList<>();
    private boolean isProtected;
    private int pages;
    private int page = SignalLayout.EVERY_PAGE;
    private int cursor;
    private int pageBegins;

    private Builder(String name, int id, String sender, int cycleMs, boolean bigEndian) {
      this.name = name;
      this.id = id;
      this.sender = sender;
      this.cycleMs = cycleMs;
      this.bigEndian = bigEndian;
    }

    static Builder little(String name, int id, String sender, int cycleMs) {
      return new Builder(name, id, sender, cycleMs, false);
    }

    static Builder big(String name, int id, String sender, int cycleMs) {
      return new Builder(name, id, sender, cycleMs, true);
    }

    /** Begins with CRC and counter. */
    Builder withProtection() {
      isProtected = true;
      at(0).unsigned(CRC, 8, 1, 0, 0, 255, "", car -> 0);
      return at(bigEndian ? 12 : 8)
          .unsigned(COUNTER, 4, 1, 0, 0, 15, "", car -> 0)
          .at(16);
    }

    /** Ends with a counter. */
    Builder withCounter() {
      int back = cursor;
      page = SignalLayout.EVERY_PAGE;
      return at(60).unsigned(COUNTER, 4, 1, 0, 0, 15, "", car -> 0).at(back);
    }

    /** The multiplexer, 8 bits wide. */
    Builder multiplexer(String signal, int pageCount) {
      pages = pageCount;
      unsigned(signal, 8, 1, 0, 0, pageCount - 1, "", car -> 0);
      pageBegins = cursor;
      return this;
    }

    /** What follows belongs to this value of the multiplexer. */
    Builder page(int value) {
      page = value;
      cursor = pageBegins;
      return this;
    }

    /** Goes on at this bit, counted along the byte order. */
    Builder at(int bit) {
      cursor = bit;
      return this;
    }

    /** A value with a range; the raw number has no sign. */
    Builder unsigned(
        String signal,
        int bits,
        double factor,
        double offset,
        double min,
        double max,
        String unit,
        ToDoubleFunction<Car> value) {
      return add(signal, bits, false, factor, offset, min, max, unit, value);
    }

    /** A value with a range around 0; the raw number is in two's complement. */
    Builder signed(
        String signal,
        int bits,
        double factor,
        double most,
        String unit,
        ToDoubleFunction<Car> value) {
      return add(signal, bits, true, factor, 0, -most, most, unit, value);
    }

    /** A number of a value table. */
    Builder choice(String signal, int bits, int highest, ToDoubleFunction<Car> value) {
      return add(signal, bits, false, 1, 0, 0, highest, "", value);
    }

    /** One bit. */
    Builder flag(String signal, Flag value) {
      return add(signal, 1, false, 1, 0, 0, 1, "", car -> value.of(car) ? 1 : 0);
    }

    private Builder add(
        String signal,
        int bits,
        boolean signed,
        double factor,
        double offset,
        double min,
        double max,
        String unit,
        ToDoubleFunction<Car> value) {
      if (cursor + bits > 64) {
        throw new IllegalArgumentException(name + "." + signal + ": does not fit into 8 bytes");
      }
      int start = bigEndian ? cursor / 8 * 8 + 7 - cursor % 8 : cursor;
      signals.add(new SignalLayout(
          signal, page, start, bits, bigEndian, signed, factor, offset, min, max, unit, value));
      cursor += bits;
      return this;
    }

    MessageLayout build() {
      return new MessageLayout(name, id, sender, cycleMs, bigEndian, isProtected, pages, signals);
    }
  }

  /** Whether something holds. */
  @FunctionalInterface
  interface Flag {
    boolean of(Car car);
  }
}
