package dev.caravan.agent.source;

import dev.caravan.agent.bytes.Bytes;

/**
 * What one Modbus slave answered to one read request, or that it did not ("MODBUS Application Protocol V1.1b3", 6.1 to
 * 6.4).
 *
 * @param timeNs when the last byte was received, or the wait was over; epoch nanoseconds UTC
 * @param unit the slave's address, 1..255
 * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
 * @param address of the first coil or register, from 0
 * @param count coils or registers asked for
 * @param outcome whether {@code data} is there
 * @param exceptionCode with {@link Outcome#EXCEPTION} the slave's code, 1..255; 0 otherwise
 * @param data registers as two bytes each, high byte first, or coils eight a byte, the first one lowest; empty unless
 *     {@link Outcome#READ}
 */
public record RegisterBlock(
    long timeNs,
    int unit,
    int function,
    int address,
    int count,
    Outcome outcome,
    int exceptionCode,
    Bytes data)
    implements Frame {

  /** What became of a request. */
  public enum Outcome {
    /** Answered, the checksum right. */
    READ,
    /** Refused with an exception code. */
    EXCEPTION,
    /** No whole answer within the time and the retries. */
    SILENCE
  }
}
