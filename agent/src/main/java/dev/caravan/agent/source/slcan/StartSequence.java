package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.serial.SerialLine;
import java.io.IOException;
import java.util.Locale;

/**
 * Brings an adapter, in whatever state it is, to an open channel.
 *
 * <p>Each command is given {@value #ANSWER_MS} ms for an answer, and silence is taken as consent: some adapters answer
 * nothing. Only two refusals end it: of the bit rate, and of silence on the bus where that was asked for, because
 * {@code O} would then take part in the bus. One thread, once.
 */
final class StartSequence {
  private enum Answer {
    DONE,
    REFUSED,
    NONE
  }

  private static final int ANSWER_MS = 100;
  private static final int WRITE_MS = 500;
  private static final int DRAIN_READS = 10;

  private static final int CR = 0x0D;
  private static final int BEL = 0x07;
  private static final int ACK = 0x06;

  private final SerialLine line;
  private final SlcanSettings settings;
  private final byte[] buffer;

  // the answer to the last command
  private int filled;
  private String text = "";

  private Dialect dialect;
  private String version = "";
  private int stampDigits;
  private boolean isInStep;

  /**
   * @param buffer where bytes are left that came after the channel was opened
   */
  StartSequence(SerialLine line, SlcanSettings settings, byte[] buffer) {
    this.line = line;
    this.settings = settings;
    this.buffer = buffer;
    this.dialect = settings.dialect();
  }

  /** Runs it; the channel is then open. */
  void run() throws IOException {
    line.write(bytes("\r\r\r"), WRITE_MS); // ends a half line
    line.write(bytes("C\r"), WRITE_MS);
    drain();
    ask("V");
    version = text;
    if (dialect == Dialect.AUTO) {
      dialect = recognize(version);
    }
    must(settings.timing());
    if (settings.fdCommand().isPresent()) {
      must(settings.fdCommand().get());
    }
    if (settings.accept().isPresent()) {
      SlcanSettings.Accept accept = settings.accept().get();
      must(String.format(Locale.ROOT, "M%08X", accept.code()));
      must(String.format(Locale.ROOT, "m%08X", accept.mask()));
    }
    if (dialect.hasStamps()) {
      // refused by those that have none
      boolean isDone = ask(settings.stamps() ? "Z1" : "Z0") == Answer.DONE;
      stampDigits = settings.stamps() && isDone ? 4 : 0;
    }
    if (settings.listenOnly()) {
      openSilent();
    } else {
      if (dialect.hasSilentMode()) {
        must("M0"); // silence may be left from another program
      }
      must("O");
    }
  }

  private void openSilent() throws IOException {
    if (!dialect.hasSilentMode() && ask("L") != Answer.REFUSED) {
      return;
    }
    if (ask("M1") == Answer.REFUSED) {
      throw new IOException(
          "open " + line.address()
              + ": the adapter cannot only listen, refused=M1; want another adapter, or listen_only: false");
    }
    must("O");
  }

  /**
   * {@code V} and four hex digits is what LAWICEL and USBtin answer, other text is a CANable's. Of one that says nothing no
   * more than the common commands is asked.
   */
  static Dialect recognize(String version) {
    if (version.matches("V[0-9A-Fa-f]{4}")) {
      return Dialect.LAWICEL;
    }
    return version.isBlank() ? Dialect.AUTO : Dialect.CANABLE;
  }

  private void must(String command) throws IOException {
    if (ask(command) == Answer.REFUSED) {
      throw new IOException(
          "open " + line.address() + ": the adapter refuses a command, refused=" + command);
    }
  }

  /** Sends a command and waits for its answer; what came behind the answer lies at the start of the buffer. */
  private Answer ask(String command) throws IOException {
    line.discard(); // answers that came late
    line.write(bytes(command + "\r"), WRITE_MS);
    filled = 0;
    text = "";
    isInStep = false;
    boolean opens = command.equals("L") || command.equals("O");
    long endNs = System.nanoTime() + ANSWER_MS * 1_000_000L;
    byte[] piece = new byte[buffer.length];
    while (filled < buffer.length) {
      long leftNs = endNs - System.nanoTime();
      int count = leftNs <= 0 ? 0 : line.read(piece, (int) (leftNs / 1_000_000) + 1);
      if (count == 0) {
        return Answer.NONE;
      }
      int kept = Math.min(count, buffer.length - filled);
      System.arraycopy(piece, 0, buffer, filled, kept);
      filled += kept;
      for (int i = 0; i < filled; i++) {
        if (buffer[i] == CR || buffer[i] == BEL || buffer[i] == ACK) {
          // an adapter that answers nothing may send its first frame at once: that is no answer,
          // and not to be lost
          isInStep = i == 0;
          return opens && i > 0 ? Answer.NONE : answer(i);
        }
      }
    }
    return Answer.NONE;
  }

  private Answer answer(int end) {
    text = new String(buffer, 0, end, java.nio.charset.StandardCharsets.ISO_8859_1).strip();
    Answer answer = buffer[end] == BEL ? Answer.REFUSED : Answer.DONE;
    filled -= end + 1;
    System.arraycopy(buffer, end + 1, buffer, 0, filled);
    return answer;
  }

  /** Drops what still comes of an open channel, until nothing comes for a while; a stream without end is left alone. */
  private void drain() throws IOException {
    for (int i = 0; i < DRAIN_READS && line.read(buffer, ANSWER_MS) > 0; i++) {
      filled = 0;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /** What the adapter turned out to be; {@link Dialect#AUTO} if it said nothing. */
  Dialect dialect() {
    return dialect;
  }

  /** What the adapter says it is; empty if it says nothing. */
  String version() {
    return version;
  }

  /** How many digits the stamps have that the adapter has agreed to; 0 for none. */
  int stampDigits() {
    return stampDigits;
  }

  /** Whether what comes of the opened channel begins with a whole line: the adapter has answered before it. */
  boolean isInStep() {
    return isInStep;
  }

  /** How many bytes at the start of the buffer came after the channel was opened. */
  int leftover() {
    return filled;
  }
}
