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
  static final AtCommand USUAL_RECEIVE = new AtCommand("ATCRA", 1000);
  static final AtCommand FLOW_CONTROL_BYTES = new AtCommand("ATFCSD300000", 1000);
  static final AtCommand OWN_FLOW_CONTROL = new AtCommand("ATFCSM1", 1000);
  static final AtCommand USUAL_FLOW_CONTROL = new AtCommand("ATFCSM0", 1000);

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

  /** The identifier that requests are sent under; of 29 bits the lower 24, the others being {@link #priority}. */
  static AtCommand header(int id, Bus bus) {
    String digits = bus.form == Bus.Form.CAN_29
        ? String.format(Locale.ROOT, "%06X", id & 0xFF_FFFF)
        : String.format(Locale.ROOT, "%03X", id & 0x7FF);
    return new AtCommand("ATSH" + digits, 1000);
  }

  /** The highest five of 29 bits; 18 by default. */
  static AtCommand priority(int bits) {
    return new AtCommand(String.format(Locale.ROOT, "ATCP%02X", bits), 1000);
  }

  /** Shows frames of one identifier only. */
  static AtCommand receive(int id) {
    return new AtCommand("ATCRA" + id(id), 1000);
  }

  /** The same for older chips, together with {@link #mask}. */
  static AtCommand filter(int id) {
    return new AtCommand("ATCF" + id(id), 1000);
  }

  /** Which bits of the filter count. */
  static AtCommand mask(int id) {
    return new AtCommand("ATCM" + id(id), 1000);
  }

  /** The identifier that flow control is sent under, if not the chip's own choice. */
  static AtCommand flowControlHeader(int id) {
    return new AtCommand("ATFCSH" + id(id), 1000);
  }

  private static String id(int id) {
    return String.format(Locale.ROOT, id > 0x7FF ? "%08X" : "%03X", id);
  }

  String text() {
    return text;
  }

  /** How long the chip may take. */
  int atMostMs() {
    return atMostMs;
  }
}
