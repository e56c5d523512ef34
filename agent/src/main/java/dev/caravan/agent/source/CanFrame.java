package dev.caravan.agent.source;

import dev.caravan.agent.bytes.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One frame of a CAN or CAN FD bus (ISO 11898-1). Mutable and reused: it belongs to the {@link FrameChunk} it lies in.
 *
 * <p>Payload bytes past {@link #length()} read as 0, up to {@value #MOST_BYTES} + 8 bytes, so that a decoder may fetch
 * eight bytes anywhere. A frame made with a capacity of its own holds a message that a transport protocol has joined;
 * it reads as 0 up to that capacity + 8 bytes.
 */
public final class CanFrame implements Frame {
  /** The longest payload of a classic frame. */
  public static final int MOST_CLASSIC_BYTES = 8;

  /** The longest payload, CAN FD. */
  public static final int MOST_BYTES = 64;

  /** A 29-bit identifier. */
  public static final int EXTENDED = 1;

  /** A remote request: a length, and no payload. */
  public static final int REMOTE = 1 << 1;

  /** CAN FD. */
  public static final int FD = 1 << 2;

  /** CAN FD: the payload went at the faster bit rate. */
  public static final int BIT_RATE_SWITCH = 1 << 3;

  /** CAN FD: the sender is error passive. */
  public static final int ERROR_STATE = 1 << 4;

  /** Not a frame of the bus but the adapter's word of an error; id and payload as in linux/can/error.h. */
  public static final int ERROR = 1 << 5;

  /** Sent by this board, not received. */
  public static final int SENT = 1 << 6;

  /** Not a frame of the bus but a whole message that was joined from several, maybe no longer than one frame. */
  public static final int JOINED = 1 << 7;

  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private long timeNs;
  private int id;
  private int flags;
  private int length;
  private String channel = "";
  private final byte[] data;

  /** An empty frame, to be filled. */
  public CanFrame() {
    this(MOST_BYTES);
  }

  /**
   * An empty frame for payloads of up to so many bytes, more than a bus carries at once: what was joined from several
   * frames.
   */
  public CanFrame(int capacityBytes) {
    data = new byte[capacityBytes + 8];
  }

  /**
   * Makes this the frame described; the payload bytes that it held before are cleared.
   *
   * @param timeNs epoch nanoseconds UTC
   * @param id 0..0x7FF, or 0..0x1FFFFFFF with {@link #EXTENDED}
   * @param flags an or of the constants of this class
   * @param payload where the payload lies; not kept
   * @param from index of its first byte
   * @param length 0 to its capacity, which is 64 bytes; for a remote request the length asked for
   */
  public CanFrame set(long timeNs, int id, int flags, byte[] payload, int from, int length) {
    begin(timeNs, id, flags, length);
    if ((flags & REMOTE) == 0) {
      System.arraycopy(payload, from, data, 0, length);
    }
    return this;
  }

  /**
   * As the other, of a frame of up to eight bytes.
   *
   * @param payload its bytes, the last one lowest, and nothing above them
   */
  public CanFrame set(long timeNs, int id, int flags, long payload, int length) {
    if (length < 0 || length > MOST_CLASSIC_BYTES) {
      throw new IllegalArgumentException("can frame: length=" + length + "; want 0..8");
    }
    if (this.length > MOST_CLASSIC_BYTES) {
      Arrays.fill(data, MOST_CLASSIC_BYTES, this.length, (byte) 0);
    }
    BIG.set(data, 0, length == 0 ? 0 : payload << (64 - 8 * length));
    this.timeNs = timeNs;
    this.id = id;
    this.flags = flags;
    this.length = length;
    this.channel = "";
    return this;
  }

  /** Like {@link #set(long, int, int, byte[], int, int)}, with a payload of zeros that {@link #putByte} then fills. */
  public CanFrame begin(long timeNs, int id, int flags, int length) {
    if (length < 0 || length > data.length - 8) {
      throw new IllegalArgumentException(
          "can frame: length=" + length + "; want 0.." + (data.length - 8));
    }
    if (this.length > 0) {
      Arrays.fill(data, 0, this.length, (byte) 0);
    }
    this.timeNs = timeNs;
    this.id = id;
    this.flags = flags;
    this.length = length;
    this.channel = "";
    return this;
  }

  /** Sets one payload byte of a frame begun with {@link #begin}. */
  public void putByte(int index, int value) {
    data[index] = (byte) value;
  }

  /** Names the bus, for frames of a log that holds several. */
  public void setChannel(String name) {
    channel = name;
  }

  /** Sets the time alone, epoch nanoseconds UTC. */
  public void setTimeNs(long timeNs) {
    this.timeNs = timeNs;
  }

  /** Makes this frame equal to another, whose payload must fit into its capacity. */
  public CanFrame copyOf(CanFrame other) {
    set(other.timeNs, other.id, other.flags, other.data, 0, other.length);
    channel = other.channel;
    return this;
  }

  @Override
  public long timeNs() {
    return timeNs;
  }

  /** The identifier, 11 or 29 bits, without any flag bit. */
  public int id() {
    return id;
  }

  /** An or of the constants of this class. */
  public int flags() {
    return flags;
  }

  /** Whether all of these flags are set. */
  public boolean is(int wanted) {
    return (flags & wanted) == wanted;
  }

  /** Payload length in bytes; for a remote request the length asked for. */
  public int length() {
    return length;
  }

  /** The bus the frame was seen on, as a log names it; empty where the source has only one. */
  public String channel() {
    return channel;
  }

  /** One payload byte, 0..255; 0 past the end. */
  public int byteAt(int index) {
    return data[index] & 0xFF;
  }

  /** Eight payload bytes from an index on (0 to the capacity), the first one lowest. */
  public long littleEndianAt(int index) {
    return (long) LITTLE.get(data, index);
  }

  /** Eight payload bytes from an index on (0 to the capacity), the first one highest. */
  public long bigEndianAt(int index) {
    return (long) BIG.get(data, index);
  }

  /** A copy of the payload; empty for a remote request. */
  public Bytes payload() {
    return is(REMOTE) ? Bytes.EMPTY : Bytes.of(data, 0, length);
  }

  @Override
  public String toString() {
    return (is(EXTENDED) ? String.format("%08X", id) : String.format("%03X", id))
        + "#"
        + (is(REMOTE) ? "R" + length : payload());
  }
}
