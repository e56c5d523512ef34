package dev.caravan.agent.device.truck;

import java.util.List;

/**
 * The trouble codes of the engine, which come and go: none, one, three, two, none, over and over.
 *
 * @see "SAE J1939-73, 5.7.1"
 */
final class Troubles {
  /** Suspect parameter, failure mode, and how often it has occurred. */
  record Code(int spn, int fmi, int occurrences) {}

  private static final Code COOLANT_HIGH = new Code(110, 16, 2);
  private static final Code DEF_LOW = new Code(1761, 17, 1);
  private static final Code NOX_SENSOR = new Code(3216, 4, 5);

  private static final List<List<Code>> PHASES = List.of(
      List.of(),
      List.of(DEF_LOW),
      List.of(DEF_LOW, NOX_SENSOR, COOLANT_HIGH),
      List.of(DEF_LOW, NOX_SENSOR));
  private static final long PHASE_NS = 3_000_000_000L;

  private static final int AMBER_ON = 0x04;
  private static final int MALFUNCTION_ON = 0x40;
  private static final int NO_FLASH = 0xFF;

  private Troubles() {}

  static List<Code> at(long timeNs) {
    return PHASES.get((int) (timeNs / PHASE_NS % PHASES.size()));
  }

  /** The payload of DM1: 8 bytes for none and for one, more for several. */
  static byte[] payload(List<Code> codes) {
    byte[] payload = new byte[codes.size() < 2 ? 8 : 2 + 4 * codes.size()];
    boolean isEmission = codes.contains(NOX_SENSOR);
    payload[0] = (byte) ((codes.isEmpty() ? 0 : AMBER_ON) | (isEmission ? MALFUNCTION_ON : 0));
    payload[1] = (byte) NO_FLASH;
    for (int i = 0; i < codes.size(); i++) {
      Code code = codes.get(i);
      payload[2 + 4 * i] = (byte) code.spn;
      payload[3 + 4 * i] = (byte) (code.spn >> 8);
      payload[4 + 4 * i] = (byte) (code.spn >> 16 << 5 | code.fmi);
      payload[5 + 4 * i] = (byte) code.occurrences;
    }
    if (codes.size() < 2) {
      payload[6] = (byte) 0xFF;
      payload[7] = (byte) 0xFF;
    }
    return payload;
  }
}
