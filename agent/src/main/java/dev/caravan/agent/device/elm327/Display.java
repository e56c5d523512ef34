package dev.caravan.agent.device.elm327;

/** How the chip prints; what AT D sets back. One thread. */
final class Display {
  boolean echo = true;
  boolean lineFeeds;
  boolean spaces = true;
  boolean headers;
  boolean lengths;

  /** Whether unused bytes of a CAN frame are shown where no header is. */
  boolean padding;

  int timeoutMs = 200;

  String endOfLine() {
    return lineFeeds ? "\r\n" : "\r";
  }
}
