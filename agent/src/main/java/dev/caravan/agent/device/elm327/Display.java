package dev.caravan.agent.device.elm327;

/** How the chip prints; what AT D sets back. One thread. */
final class Display {
  boolean echo = true;
  boolean lineFeeds;
  boolean spaces = true;
  boolean headers;
  boolean lengths;
  int timeoutMs = 200;

  String endOfLine() {
    return lineFeeds ? "\r\n" : "\r";
  }
}
