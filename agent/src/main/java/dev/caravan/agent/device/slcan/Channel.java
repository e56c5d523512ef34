package dev.caravan.agent.device.slcan;

/** The adapter's CAN channel: what the host has set, and what the status register says. One thread. */
final class Channel {
  /** Whether and how the channel takes part in the bus. */
  enum Mode {
    CLOSED,
    NORMAL,
    LISTEN_ONLY
  }

  // status register, LAWICEL CAN232 manual, command F
  static final int RECEIVE_FULL = 1;
  static final int ERROR_WARNING = 1 << 2;
  static final int DATA_OVERRUN = 1 << 3;
  static final int BUS_ERROR = 1 << 7;

  private static final int[] BITRATES = {
    10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, 800_000, 1_000_000
  };
  private static final int SJA1000_TIME_BASE_HZ = 8_000_000;

  /** In kbit/s, by the digit of {@code Y}; 0 for those that there are not. */
  private static final int[] DATA_KBITRATES = {500, 1000, 2000, 0, 4000, 5000, 0, 0, 8000};

  final Acceptance acceptance = new Acceptance();

  /** Whether this is a CAN FD adapter, of the CANable kind. */
  final boolean fd;

  private Mode mode = Mode.CLOSED;
  private int bitrate;
  private int dataBitrate;
  private boolean silent;
  private boolean timestamps;
  private int status;

  Channel(boolean timestamps, boolean fd) {
    this.timestamps = timestamps;
    this.fd = fd;
  }

  boolean isOpen() {
    return mode != Mode.CLOSED;
  }

  boolean isListenOnly() {
    return mode == Mode.LISTEN_ONLY;
  }

  boolean open(Mode wanted) {
    if (isOpen() || bitrate == 0) {
      return false;
    }
    mode = silent ? Mode.LISTEN_ONLY : wanted;
    status = 0;
    return true;
  }

  boolean close() {
    boolean was = isOpen();
    mode = Mode.CLOSED;
    return was;
  }

  /** Sets a standard bit rate, 0..8; only while closed. */
  boolean standardBitrate(int index) {
    if (isOpen() || index < 0 || index >= BITRATES.length) {
      return false;
    }
    bitrate = BITRATES[index];
    return true;
  }

  /** Sets the faster rate of CAN FD by the digit of {@code Y}; only while closed. */
  boolean dataBitrate(int index) {
    boolean isKnown =
        fd && !isOpen() && index >= 0 && index < DATA_KBITRATES.length && DATA_KBITRATES[index] > 0;
    if (isKnown) {
      dataBitrate = DATA_KBITRATES[index] * 1000;
    }
    return isKnown;
  }

  /** Of CAN FD, in bit/s; 0 until one was set, and then no CAN FD frame can be read. */
  int dataBitrate() {
    return dataBitrate;
  }

  /** Whether {@code O} opens it silent; only while closed. */
  boolean silent(boolean wanted) {
    if (isOpen()) {
      return false;
    }
    silent = wanted;
    return true;
  }

  /** Sets the bit timing registers of an SJA1000 with a 16 MHz crystal; only while closed. */
  boolean bitTiming(int btr0, int btr1) {
    if (isOpen()) {
      return false;
    }
    int prescaler = (btr0 & 0x3F) + 1;
    int quanta = 1 + (btr1 & 0x0F) + 1 + ((btr1 >> 4) & 0x07) + 1;
    bitrate = SJA1000_TIME_BASE_HZ / (prescaler * quanta);
    return true;
  }

  /** In bit/s; 0 until one was set. */
  int bitrate() {
    return bitrate;
  }

  boolean timestamps(boolean wanted) {
    if (isOpen()) {
      return false;
    }
    timestamps = wanted;
    return true;
  }

  boolean hasTimestamps() {
    return timestamps;
  }

  void raise(int bits) {
    status |= bits;
  }

  /** The status register, which reading clears. */
  int takeStatus() {
    int taken = status;
    status = 0;
    return taken;
  }
}
