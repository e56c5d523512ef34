package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters of service 01, as the bytes of SAE J1979, annex B, says them. The PIDs 00, 20, 40 … follow from the
 * others.
 */
final class CurrentData {
  /** The value of a parameter so many seconds after the start; as an unsigned number of {@code sizeBytes}. */
  private interface Parameter {
    double raw(double s);
  }

  private record Entry(int sizeBytes, Parameter parameter) {}

  private final Map<Integer, Entry> parameters = new TreeMap<>();

  private CurrentData() {}

  /** An engine with trouble codes, {@code stored} of them confirmed. */
  static CurrentData ofEngine(Drive drive, int stored) {
    CurrentData data = new CurrentData();
    // bit 31 lamp, 30..24 count; spark ignition with misfire, fuel and component monitors, ready
    long status = (stored > 0 ? 0x8000_0000L : 0) | (long) stored << 24 | 0x07_61_00L;
    data.put(0x01, 4, s -> status);
    data.put(0x03, 2, s -> 0x0200);
    data.put(0x04, 1, s -> drive.loadPercent(s) * 2.55);
    data.put(0x05, 1, s -> drive.coolantC(s) + 40);
    data.put(0x06, 1, s -> (drive.fuelTrimPercent(s) + 100) * 1.28);
    data.put(0x07, 1, s -> (1.6 + 100) * 1.28);
    data.put(0x0B, 1, drive::intakeKpa);
    data.put(0x0C, 2, s -> drive.engineRpm(s) * 4);
    data.put(0x0D, 1, drive::speedKmh);
    data.put(0x0E, 1, s -> (14 + drive.fuelTrimPercent(s) + 64) * 2);
    data.put(0x0F, 1, s -> drive.ambientC() + 9 + 40);
    data.put(0x10, 2, s -> drive.airGramsPerS(s) * 100);
    data.put(0x11, 1, s -> drive.throttlePercent(s) * 2.55);
    data.put(0x1C, 1, s -> 6); // EOBD
    data.put(0x1F, 2, s -> s);
    data.put(0x21, 2, s -> 17);
    data.put(0x2F, 1, s -> drive.fuelPercent(s) * 2.55);
    data.put(0x30, 1, s -> 41);
    data.put(0x31, 2, s -> 1630);
    data.put(0x33, 1, s -> 101);
    data.put(0x42, 2, s -> drive.batteryV(s) * 1000);
    data.put(0x46, 1, s -> drive.ambientC() + 40);
    data.put(0x51, 1, s -> 1); // petrol
    data.put(0x5C, 1, s -> drive.oilC(s) + 40);
    data.put(0x61, 1, s -> drive.torquePercent(s) + 125);
    data.put(0x62, 1, s -> drive.torquePercent(s) - 0.5 + 125);
    data.put(0x63, 2, s -> 320);
    data.put(0xA6, 4, s -> drive.odometerKm(s) * 10);
    return data;
  }

  /** A transmission. */
  static CurrentData ofTransmission(Drive drive) {
    CurrentData data = new CurrentData();
    data.put(0x01, 4, s -> 0x0004_0000L);
    data.put(0x0D, 1, drive::speedKmh);
    data.put(0x1C, 1, s -> 6);
    data.put(0x42, 2, s -> drive.batteryV(s) * 1000);
    return data;
  }

  private void put(int pid, int sizeBytes, Parameter parameter) {
    parameters.put(pid, new Entry(sizeBytes, parameter));
  }

  /** The data bytes of a parameter; empty if there is no such one. */
  Optional<Bytes> value(int pid, double s) {
    if (pid % 0x20 == 0) {
      return SupportMap.of(parameters.keySet(), pid);
    }
    Entry entry = parameters.get(pid);
    return entry == null
        ? Optional.empty()
        : Optional.of(number(entry.parameter.raw(s), entry.sizeBytes));
  }

  /** High byte first, rounded, and held at the ends of its range. */
  static Bytes number(double value, int sizeBytes) {
    long most = (1L << (8 * sizeBytes)) - 1;
    long raw = Math.max(0, Math.min(most, Math.round(value)));
    byte[] bytes = new byte[sizeBytes];
    for (int i = 0; i < sizeBytes; i++) {
      bytes[i] = (byte) (raw >> (8 * (sizeBytes - 1 - i)));
    }
    return Bytes.owning(bytes);
  }
}
