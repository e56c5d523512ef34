package dev.caravan.agent.encode.telemetry;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Batch;

/**
 * Makes the message that leaves from a stored body, by appending fields: in protobuf, messages written one behind the
 * other are one. Has no state; any thread.
 */
public final class TelemetryEnvelope {
  private TelemetryEnvelope() {}

  /**
   * The body with its sequence number, and whether it is late, behind it.
   *
   * @param sequence at least 1
   * @param late whether it comes from a backlog
   */
  public static Bytes around(Bytes body, long sequence, boolean late) {
    int extra = 1 + WireBytes.varintSize(sequence) + (late ? 2 : 0);
    byte[] message = new byte[body.length() + extra];
    body.copyTo(message, 0);
    int at = body.length();
    message[at++] = Batch.SEQUENCE_FIELD_NUMBER << 3;
    long rest = sequence;
    while ((rest & ~0x7FL) != 0) {
      message[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    message[at++] = (byte) rest;
    if (late) {
      message[at++] = Batch.LATE_FIELD_NUMBER << 3;
      message[at] = 1;
    }
    return Bytes.owning(message);
  }
}
