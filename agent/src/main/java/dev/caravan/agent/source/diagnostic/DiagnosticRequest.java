package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import java.util.Set;

/**
 * A question to one or all electronic control units. Only services that read can be asked; there is no way to make one
 * that writes, resets or clears.
 *
 * @param target CAN identifier to send it under, such as 0x7E0 or 0x18DA10F1; {@link #EVERYONE} for all units that
 *     answer functional requests
 * @param answer CAN identifier that the one unit answers under, such as 0x7E8 or 0x18DAF110; -1 if it is not one unit, or
 *     not known
 * @param payload service and parameters, {@code 01 0C}; 1 to 7 bytes
 */
public record DiagnosticRequest(int target, int answer, Bytes payload) {
  /** The functional address: 0x7DF or 0x18DB33F1, as the bus has it. */
  public static final int EVERYONE = -1;

  // SAE J1979: 01 current data, 02 freeze frame, 03, 07 and 0A trouble codes, 06 test results, 09
  // vehicle information;
  // ISO 14229-1: 19 read DTC information, 22 read data by identifier
  // ISO 14230-3: 21 read data by local identifier
  private static final Set<Integer> READING =
      Set.of(0x01, 0x02, 0x03, 0x06, 0x07, 0x09, 0x0A, 0x19, 0x21, 0x22);

  /**
   * Checks service and length.
   *
   * @throws IllegalArgumentException if the service is not one that only reads, or the request does not fit one frame
   */
  public DiagnosticRequest {
    if (payload.length() < 1 || payload.length() > 7 || !READING.contains(payload.at(0))) {
      throw new IllegalArgumentException("diagnostic request: bytes=" + payload
          + "; want 1 to 7 bytes of service 01 02 03 06 07 09 0A 19 21 or 22");
    }
  }

  /** A question to everyone, or to a unit that answers as {@link UnitIds the rule} says. */
  public DiagnosticRequest(int target, Bytes payload) {
    this(target, UnitIds.byRule(target), payload);
  }

  /** Whether a service only reads. */
  public static boolean reads(int service) {
    return READING.contains(service);
  }
}
