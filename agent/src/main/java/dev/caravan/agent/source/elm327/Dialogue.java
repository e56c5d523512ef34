package dev.caravan.agent.source.elm327;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.serial.SerialLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Says one command at a time and hears the answer up to the prompt. Nothing is said before the prompt; where it does not
 * come, the chip is called, then reset, then given up. One thread.
 */
final class Dialogue {
  /** Two characters that no command has, so that the chip says {@code ?} and a prompt, or stops what it does. */
  static final String CALL = "\u007F\u007F\r";

  private static final int WRITE_MS = 500;
  private static final int CALL_MS = 1000;
  private static final int QUIET_MS = 120;
  private static final int QUIET_AT_MOST_MS = 2000;

  /** A search over all buses, and a slow initialisation of one; ELM327 data sheet, "Bus Initiation". */
  private static final int SEARCH_MS = 15_000;

  /** More than the longest reply that ISO-TP allows would take is no reply. */
  private static final int MOST_CHARACTERS = 16 * 1024;

  private static final String HEX = "0123456789ABCDEF";

  private final SerialLine line;
  private final Counter resyncs;
  private final byte[] buffer = new byte[1024];
  private final StringBuilder heard = new StringBuilder();

  // while open
  private boolean isAtPrompt;

  /**
   * What was heard.
   *
   * @param text all before the prompt, without NULs and without the echo of the command
   * @param isWhole whether the prompt came, and there was not too much before it
   */
  record Answer(String text, boolean isWhole) {
    boolean isRefusal() {
      return !isWhole || text.strip().endsWith("?");
    }

    boolean isOk() {
      return isWhole && text.contains("OK");
    }
  }

  Dialogue(SerialLine line, Counter resyncs) {
    this.line = line;
    this.resyncs = resyncs;
  }

  /**
   * Whether a chip answers at this speed. It says {@code ?} to a call; a prompt behind anything else ends what it was asked
   * before, and must not be taken for the one behind the next command.
   */
  boolean call(int atMostMs) throws IOException {
    line.discard();
    write(CALL);
    isAtPrompt = awaitPrompt(atMostMs);
    if (isAtPrompt && heard.indexOf("?") < 0) {
      awaitPrompt(atMostMs);
    }
    if (isAtPrompt) {
      awaitQuiet();
    }
    return isAtPrompt;
  }

  /** Ends what the chip goes on to say, so that it is not taken for something else. */
  void interrupt() throws IOException {
    boolean unused = call(CALL_MS); // without a prompt it is called again before the next command
  }

  /** An answer was one to the command before: the chip is called before the next one. */
  void loseStep() {
    isAtPrompt = false;
  }

  Answer say(AtCommand command) throws IOException {
    return exchange(command.text(), command.atMostMs());
  }

  /** Asks under the header that is set; a search for the bus is given the time it needs. */
  Answer ask(DiagnosticRequest request, int atMostMs) throws IOException {
    StringBuilder digits = new StringBuilder(2 * request.payload().length());
    for (int i = 0; i < request.payload().length(); i++) {
      int one = request.payload().at(i);
      digits.append(HEX.charAt(one >> 4)).append(HEX.charAt(one & 0xF));
    }
    return exchange(digits.toString(), atMostMs);
  }

  private Answer exchange(String command, int atMostMs) throws IOException {
    if (!isAtPrompt) {
      resynchronise();
    }
    line.discard();
    write(command + "\r");
    isAtPrompt = false;
    boolean isWhole = awaitPrompt(atMostMs);
    isAtPrompt = isWhole;
    boolean isTooMuch = heard.length() > MOST_CHARACTERS;
    String text = heard.length() > 0 && heard.charAt(heard.length() - 1) == '>'
        ? heard.substring(0, heard.length() - 1)
        : heard.toString();
    return new Answer(withoutEcho(text, command), isWhole && !isTooMuch);
  }

  private static String withoutEcho(String text, String command) {
    String begun = text.stripLeading();
    return begun.toUpperCase(Locale.ROOT).startsWith(command + "\r")
        ? begun.substring(command.length())
        : text;
  }

  /** Brings the chip to its prompt, whatever it is doing. */
  private void resynchronise() throws IOException {
    resyncs.increment();
    for (int i = 0; i < 2; i++) {
      if (call(CALL_MS)) {
        return;
      }
    }
    write(AtCommand.RESET.text() + "\r");
    isAtPrompt = awaitPrompt(AtCommand.RESET.atMostMs());
    if (!isAtPrompt) {
      throw new IOException("elm327 " + line.address() + ": no prompt after a reset, waitMs="
          + AtCommand.RESET.atMostMs() + "; is the adapter powered?");
    }
    // it has forgotten how it was set up
    throw new IOException("elm327 " + line.address() + ": answered only after a reset");
  }

  /** Takes what the chip says without being asked; how many bytes that were. */
  int idle(int atMostMs) throws IOException {
    return line.listen(buffer, atMostMs, SerialLine.PAUSE_NS);
  }

  private void awaitQuiet() throws IOException {
    long endNs = System.nanoTime() + QUIET_AT_MOST_MS * 1_000_000L;
    while (line.read(buffer, QUIET_MS) > 0 && System.nanoTime() < endNs) {
      // until it has said all
    }
  }

  /** Gathers in {@code heard} what comes up to the prompt, and a little too much at most. */
  private boolean awaitPrompt(int atMostMs) throws IOException {
    heard.setLength(0);
    long beginNs = System.nanoTime();
    long endNs = beginNs + atMostMs * 1_000_000L;
    boolean isSearching = false;
    while (true) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return false;
      }
      int count = line.read(buffer, (int) Math.min(leftMs, 500));
      for (int i = 0; i < count; i++) {
        if (take(buffer[i])) {
          return true;
        }
      }
      if (!isSearching && count > 0 && isSearchTold()) {
        isSearching = true;
        endNs = Math.max(endNs, beginNs + SEARCH_MS * 1_000_000L);
      }
    }
  }

  private boolean isSearchTold() {
    return heard.indexOf("SEARCHING") >= 0 || heard.indexOf("BUS INIT") >= 0;
  }

  private boolean take(byte one) {
    // some chips send NULs now and then, which mean nothing
    if (one != 0 && (one == '>' || heard.length() <= MOST_CHARACTERS)) {
      heard.append((char) (one & 0xFF));
    }
    return one == '>';
  }

  /** Writes to the chip; only commands of the two lists come here. */
  private void write(String text) throws IOException {
    line.write(text.getBytes(StandardCharsets.US_ASCII), WRITE_MS);
  }
}
