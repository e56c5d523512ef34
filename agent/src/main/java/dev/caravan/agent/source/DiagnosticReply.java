package dev.caravan.agent.source;

import dev.caravan.agent.bytes.Bytes;

/**
 * What one electronic control unit said to one diagnostic request (ISO 15031-5, SAE J1979, ISO 14229-1), or that none
 * did. Whole: parts sent in several frames or messages are joined, without their numbers.
 *
 * @param timeNs when its last byte was received, or the wait was over; epoch nanoseconds UTC
 * @param ecu the identifier the reply came under: a CAN identifier such as 0x7E8 or 0x18DAF110, on older buses the
 *     address of the sender; {@link #UNTOLD} if the adapter does not say it; -1 if nobody answered
 * @param request service and parameters as asked, {@code 01 0C}; empty if the reply was overheard
 * @param outcome whether {@code payload} may be believed
 * @param payload the reply from its service byte on: {@code 41 0C 1A F8}, {@code 7F 22 31}; empty with
 *     {@link Outcome#SILENCE}
 * @param isBare whether it came over CAN through an adapter that shows neither identifier nor length: a payload of
 *     {@value #FRAME_BYTES} bytes may end in unused ones of its frame
 */
public record DiagnosticReply(
    long timeNs, int ecu, Bytes request, Outcome outcome, Bytes payload, boolean isBare)
    implements Frame {
  /** A unit of which the adapter does not say which it is. */
  public static final int UNTOLD = 0;

  /** What a single frame of ISO 15765-2 holds beside its length. */
  public static final int FRAME_BYTES = 7;

  /** Identifiers below are addresses of buses before CAN. */
  private static final int FIRST_CAN_ID = 0x100;

  /** A reply whose length is known. */
  public DiagnosticReply(long timeNs, int ecu, Bytes request, Outcome outcome, Bytes payload) {
    this(timeNs, ecu, request, outcome, payload, false);
  }

  /** Whether it came over CAN, where some services have another form than on older buses. */
  public boolean isCan() {
    return isBare || ecu >= FIRST_CAN_ID;
  }

  /** Whether nothing but unused bytes of its frame, which are all alike, can follow from an index on. */
  public boolean endsAt(int index) {
    if (index >= payload.length()) {
      return index == payload.length();
    }
    if (!isBare || payload.length() != FRAME_BYTES) {
      return false;
    }
    for (int i = index + 1; i < FRAME_BYTES; i++) {
      if (payload.at(i) != payload.at(index)) {
        return false;
      }
    }
    return true;
  }

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
