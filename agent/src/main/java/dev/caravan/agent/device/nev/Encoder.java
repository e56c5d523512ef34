package dev.caravan.agent.device.nev;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Packs the car's state into one message after the other; keeps the message's counter and page. One thread. */
final class Encoder {
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageLayout layout;
  private final SignalLayout[] signals;
  private final int[] shifts;
  private final long[] masks;
  private final int counterShift;
  private final int pageShift;
  private final byte[] payload = new byte[MessageLayout.LENGTH];
  private int counter;
  private int page;

  Encoder(MessageLayout layout) {
    this.layout = layout;
    this.signals = layout.signals().toArray(new SignalLayout[0]);
    this.shifts = new int[signals.length];
    this.masks = new long[signals.length];
    int counterAt = -1;
    int pageAt = -1;
    for (int i = 0; i < signals.length; i++) {
      shifts[i] = signals[i].shift();
      masks[i] = -1L >>> (64 - signals[i].length());
      if (signals[i].name().equals(MessageLayout.Builder.COUNTER)) {
        counterAt = shifts[i];
      }
    }
    if (layout.pages() > 0) {
      pageAt = shifts[0];
    }
    this.counterShift = counterAt;
    this.pageShift = pageAt;
  }

  /** The next message, in an array that the message after it overwrites. */
  byte[] encode(Car car) {
    long bits = 0;
    for (int i = 0; i < signals.length; i++) {
      SignalLayout signal = signals[i];
      if (signal.page() == SignalLayout.EVERY_PAGE || signal.page() == page) {
        bits |= (signal.raw(car) & masks[i]) << shifts[i];
      }
    }
    if (counterShift >= 0) {
      bits |= (long) counter << counterShift;
      counter = (counter + 1) & 0x0F;
    }
    if (pageShift >= 0) {
      bits |= (long) page << pageShift;
      page = (page + 1) % layout.pages();
    }
    if (layout.bigEndian()) {
      BIG.set(payload, 0, bits);
    } else {
      LITTLE.set(payload, 0, bits);
    }
    if (layout.isProtected()) {
      payload[0] = (byte) Crc8.of(layout.id(), payload, 1, MessageLayout.LENGTH);
    }
    return payload;
  }
}
