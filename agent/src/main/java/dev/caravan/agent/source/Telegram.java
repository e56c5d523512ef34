package dev.caravan.agent.source;

import dev.caravan.agent.bytes.Bytes;

/**
 * One message of a sensor that speaks a form of its own: a line of text without its end, or a binary frame from header
 * to checksum, which was right.
 *
 * @param timeNs when its first byte was received, epoch nanoseconds UTC
 * @param content the message
 */
public record Telegram(long timeNs, Bytes content) implements Frame {
  @Override
  public String toString() {
    return content.toString();
  }
}
