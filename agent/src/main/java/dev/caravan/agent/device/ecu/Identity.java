package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What a unit says it is: service 09 of SAE J1979 and the identifiers F180 to F19F of ISO 14229-1, table C.1. */
record Identity(
    String vin, String name, String calibration, Bytes verification, String part, String serial) {
  private static final String SOFTWARE = "CRVN 1.04";
  private static final int NAME_BYTES = 20;
  private static final int CALIBRATION_BYTES = 16;
  private static final Set<Integer> KNOWN = Set.of(0x02, 0x04, 0x06, 0x0A);

  Identity {
    if (vin.length() != 17) {
      throw new IllegalArgumentException("ecu: vin=" + vin + "; want 17 characters");
    }
  }

  static Identity ofEngine(String vin) {
    return new Identity(
        vin,
        "ECM\u0000-EngineControl",
        "CRVN-E-2026-0417",
        Bytes.ofHex("1791bc82"),
        "8K0907115B",
        "E00012345678");
  }

  static Identity ofTransmission(String vin) {
    return new Identity(
        vin,
        "TCM\u0000-TransmisCtrl",
        "CRVN-T-2025-1102",
        Bytes.ofHex("5d08c3e1"),
        "8K0927155D",
        "T00087654321");
  }

  /** The reply to {@code 09 type}, as on CAN: with the number of items before them. */
  Optional<Bytes> vehicleInformation(int type) {
    if (type == 0) {
      return SupportMap.of(KNOWN, 0)
          .map(map -> Bytes.owning(new byte[] {0x49, 0}).then(map));
    }
    Optional<Bytes> item = switch (type) {
      case 0x02 -> Optional.of(Ecu.text(vin));
      case 0x04 -> Optional.of(padded(calibration, CALIBRATION_BYTES));
      case 0x06 -> Optional.of(verification);
      case 0x0A -> Optional.of(padded(name, NAME_BYTES));
      default -> Optional.empty();
    };
    return item.map(bytes -> Bytes.owning(new byte[] {0x49, (byte) type, 1}).then(bytes));
  }

  private static Bytes padded(String text, int sizeBytes) {
    return Bytes.owning(Arrays.copyOf(Ecu.text(text).toArray(), sizeBytes));
  }

  /** The data of an identifier of ISO 14229-1. */
  Optional<Bytes> byIdentifier(int identifier) {
    return switch (identifier) {
      case 0xF186 -> Optional.of(Bytes.owning(new byte[] {1})); // default session
      case 0xF187 -> Optional.of(Ecu.text(part));
      case 0xF18C -> Optional.of(Ecu.text(serial));
      case 0xF190 -> Optional.of(Ecu.text(vin));
      case 0xF195 -> Optional.of(Ecu.text(SOFTWARE));
      default -> Optional.empty();
    };
  }
}
