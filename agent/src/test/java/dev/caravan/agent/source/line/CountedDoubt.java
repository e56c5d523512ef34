package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;

/** Counts what was no telegram. */
final class CountedDoubt implements Cutter.Doubt {
  int malformed;
  int passedOver;
  String latest = "";

  @Override
  public void malformed(String why, byte[] bytes, int from, int to) {
    malformed++;
    latest = why + ": " + Bytes.of(bytes, from, to - from).printable(60);
  }

  @Override
  public void passedOver(int bytes) {
    passedOver += bytes;
  }
}
