package dev.caravan.agent.source.elm327;

import java.util.Locale;

/** The only commands that the chip is ever given; none changes anything that outlives its power. */
final class AtCommand {
  static final AtCommand RESET = new AtCommand("ATZ", 3000);
  static final AtCommand ECHO_OFF = new AtCommand("ATE0", 1000);
  static final AtCommand LINE_FEEDS_OFF = new AtCommand("ATL0", 1000);
  static final AtCommand SPACES_OFF = new AtCommand("ATS0", 1000);
  static final AtCommand HEADERS_ON = new AtCommand("ATH1", 1000);
  static final AtCommand LENGTH_DIGIT_OFF = new AtCommand("ATD0", 1000);
  static final AtCommand ADAPTIVE_TIMING = new AtCommand("ATAT1", 1000);
  static final AtCommand IDENTITY = new AtCommand("ATI", 1000);
  static final AtCommand STN_IDENTITY = new AtCommand("STI", 1000);
  static final AtCommand WHICH_PROTOCOL = new AtCommand("ATDPN", 1000);
  static final AtCommand VOLTAGE = new AtCommand("ATRV", 1000);
  static final AtCommand CLOSE_PROTOCOL = new AtCommand("ATPC", 2000);
  static final AtCommand LOW_POWER = new AtCommand("ATLP", 1000);
  static final AtCommand AUTOMATIC_PROTOCOL = new AtCommand("ATSP0", 2000);

  /** What the chip's timeout counts in. */
  private static final int TIMEOUT_UNIT_MS = 4;

  private final String text;
  private final int atMostMs;

  private AtCommand(String text, int atMostMs) {
    this.text = text;
    this.atMostMs = atMostMs;
  }

  static AtCommand useProtocol(Bus bus) {
    return new AtCommand("ATSP" + bus.digit, 2000);
  }

  static AtCommand tryProtocol(Bus bus) {
    return new AtCommand("ATTP" + bus.digit, 2000);
  }

  /** How long the chip waits for a control unit, 4 to 1020 ms. */
  static AtCommand timeout(int waitMs) {
    int units = Math.max(1, Math.min(0xFF, (waitMs + TIMEOUT_UNIT_MS - 1) / TIMEOUT_UNIT_MS));
    return new AtCommand(String.format(Locale.ROOT, "ATST%02X", units), 1000);
  }

  /** The identifier that requests are sent under; of 29 bits the lower 24, the others being as they are by default. */
  static AtCommand header(int id, Bus bus) {
    String digits = bus.form == Bus.Form.CAN_29
        ? String.format(Locale.ROOT, "%06X", id & 0xFF_FFFF)
        : String.format(Locale.ROOT, "%03X", id & 0x7FF);
    return new AtCommand("ATSH" + digits, 1000);
  }

  String text() {
    return text;
  }

  /** How long the chip may take. */
  int atMostMs() {
    return atMostMs;
  }
}
