package dev.caravan.agent.source;

import dev.caravan.agent.bytes.Bytes;

/**
 * What one electronic control unit said to one diagnostic request (ISO 15031-5, SAE J1979, ISO 14229-1), or that none
 * did. Whole: parts sent in several frames are joined.
 *
 * @param timeNs when its last byte was received, or the wait was over; epoch nanoseconds UTC
 * @param ecu the identifier the reply came under: a CAN identifier such as 0x7E8 or 0x18DAF110, on older buses the
 *     address of the sender; -1 if nobody answered
 * @param request service and parameters as asked, {@code 01 0C}; empty if the reply was overheard
 * @param outcome whether {@code payload} may be believed
 * @param payload the reply from its service byte on: {@code 41 0C 1A F8}, {@code 7F 22 31}; empty with
 *     {@link Outcome#SILENCE}
 */
public record DiagnosticReply(long timeNs, int ecu, Bytes request, Outcome outcome, Bytes payload)
    implements Frame {

  /** What became of a request. */
  public enum Outcome {
    /** Answered: the first payload byte is the service + 0x40. */
    POSITIVE,
    /** Refused: {@code 7F}, service, negative response code. */
    NEGATIVE,
    /** No answer within the time. */
    SILENCE,
    /** An answer, or the adapter's word of an error, that cannot be trusted. */
    GARBLED
  }
}
