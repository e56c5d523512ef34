package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.FrameOut;

/**
 * Cuts the messages of one unit into classic frames of eight bytes and sends them when they are due, as the sender of ISO
 * 15765-2 does: after a first frame it waits for flow control, and keeps to the block size and the gap that it names.
 * One message at a time; another one takes the place of one that is not yet sent. One thread.
 */
final class MessageSender {
  private static final int FRAME_BYTES = 8;
  private static final int SINGLE_BYTES = 7;
  private static final long MS_NS = 1_000_000;
  private static final long HUNDRED_US_NS = 100_000;

  /** N_Bs: how long flow control is waited for. ISO 15765-2:2016, 9.7, table 16. */
  private static final long FLOW_CONTROL_NS = 1_000 * MS_NS;

  private static final long LONGEST_GAP_NS = 127 * MS_NS;
  private static final byte PADDING = (byte) 0xAA;
  private static final long NEVER = Long.MAX_VALUE;

  private final int id;
  private final int flags;
  private final long ownGapNs;
  private final byte[] frame = new byte[FRAME_BYTES];

  // the message that is being sent
  private Bytes message = Bytes.EMPTY;
  private int sent;
  private int sequence;
  private long dueNs = NEVER;
  private long giveUpNs = NEVER;
  private int blockLeft;
  private long gapNs;

  /** Sends under {@code id}, never two frames of a message nearer than {@code ownGapNs}. */
  MessageSender(int id, long ownGapNs) {
    this.id = id;
    this.flags = id > 0x7FF ? FrameOut.EXTENDED : 0;
    this.ownGapNs = ownGapNs;
  }

  /** Begins a message of 1 to 4095 bytes at that time. */
  void begin(Bytes whole, long atNs) {
    if (whole.length() < 1 || whole.length() > 0xFFF) {
      throw new IllegalArgumentException("ecu: bytes=" + whole.length() + "; want 1..4095");
    }
    message = whole;
    sent = 0;
    dueNs = atNs;
    giveUpNs = NEVER;
  }

  /** Whether there is a message of which not everything is sent. */
  boolean isBusy() {
    return dueNs != NEVER || giveUpNs != NEVER;
  }

  /** When the next frame is due; {@link Long#MAX_VALUE} for none. */
  long dueNs() {
    return dueNs;
  }

  /** Sends the frame that is due. */
  void sendNext(FrameOut out) {
    long timeNs = dueNs;
    if (sent == 0 && message.length() <= SINGLE_BYTES) {
      fill(1, message.length(), 0);
      dueNs = NEVER;
    } else if (sent == 0) {
      fill(2, 0x10 | message.length() >> 8, message.length());
      sequence = 1;
      dueNs = NEVER;
      giveUpNs = timeNs + FLOW_CONTROL_NS;
    } else {
      fill(1, 0x20 | sequence, 0);
      sequence = (sequence + 1) & 0x0F;
      blockLeft--;
      dueNs = sent < message.length() && blockLeft != 0 ? timeNs + gapNs : NEVER;
      giveUpNs = sent < message.length() && blockLeft == 0 ? timeNs + FLOW_CONTROL_NS : NEVER;
    }
    out.frame(timeNs, id, flags, frame, FRAME_BYTES);
  }

  private void fill(int from, int first, int second) {
    frame[0] = (byte) first;
    frame[1] = (byte) second;
    for (int i = from; i < FRAME_BYTES; i++) {
      frame[i] = sent < message.length() ? (byte) message.at(sent++) : PADDING;
    }
  }

  /** Takes flow control: the three bytes of ISO 15765-2:2016, 9.6.5. Ignored when it is not waited for. */
  void flowControl(long nowNs, int first, int blockSize, int separation) {
    if (giveUpNs == NEVER) {
      return;
    }
    if (nowNs > giveUpNs || (first != 0x30 && first != 0x31)) { // late, overflow or unknown
      giveUpNs = NEVER;
    } else if (first == 0x31) { // wait
      giveUpNs = nowNs + FLOW_CONTROL_NS;
    } else {
      giveUpNs = NEVER;
      blockLeft = blockSize == 0 ? -1 : blockSize;
      gapNs = Math.max(ownGapNs, gapNs(separation));
      dueNs = nowNs + gapNs;
    }
  }

  /** STmin. ISO 15765-2:2016, 9.6.5.4, table 20. */
  private static long gapNs(int separation) {
    if (separation <= 0x7F) {
      return separation * MS_NS;
    }
    return separation >= 0xF1 && separation <= 0xF9
        ? (separation - 0xF0) * HUNDRED_US_NS
        : LONGEST_GAP_NS;
  }
}
