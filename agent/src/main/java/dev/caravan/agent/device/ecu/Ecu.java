package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One simulated control unit: an engine if its replies come under 0x7E8, 0x18DAF110 or the address 0x10 of buses before
 * CAN, a transmission under any other identifier. Two units of one seed are in the same car.
 *
 * <p>It reads and never writes: services 01 (up to six PIDs), 02, 03, 06, 07, 09, 0A, 19 and 22, and tester present. All
 * else is refused. Immutable; any thread.
 *
 * @see <a href="https://www.iso.org/standard/66368.html">ISO 15031-5</a>
 */
public final class Ecu {
  // ISO 14229-1, table A.1
  private static final int SERVICE_NOT_SUPPORTED = 0x11;
  private static final int SUB_FUNCTION_NOT_SUPPORTED = 0x12;
  private static final int WRONG_LENGTH = 0x13;
  private static final int OUT_OF_RANGE = 0x31;
  private static final int PENDING = 0x78;

  /** ISO 14229-1, 8.7.1: these are not told to a request that went to everyone. */
  private static final Set<Integer> KEPT_FROM_EVERYONE =
      Set.of(SERVICE_NOT_SUPPORTED, SUB_FUNCTION_NOT_SUPPORTED, OUT_OF_RANGE, 0x7E, 0x7F);

  private static final Set<Integer> ENGINES = Set.of(0x7E8, 0x18DA_F110, 0x10);
  private static final int MOST_PIDS = 6;
  private static final int MOST_DIDS = 3;
  private static final double FREEZE_FRAME_S = 64;
  private static final int TEST_BYTES = 8;

  /** Test identifier, unit and scaling, value, lowest, highest, eight bytes a test. SAE J1979, annexes D and E. */
  private static final Map<Integer, Bytes> TESTS = Map.of(
      0x01, Bytes.ofHex("010a0b4001401900" + "0510004800000078"),
      0x21, Bytes.ofHex("80200c0000001800"),
      0xA2, Bytes.ofHex("0b2400000000ffff" + "0c2400020000ffff"));

  private final int responseId;
  private final Drive drive;
  private final CurrentData current;
  private final TroubleCodes codes;
  private final Identity identity;

  /**
   * A unit of a car that was started at time 0.
   *
   * @param responseId the identifier of its replies, such as 0x7E8 or 0x18DAF110
   * @param vin 17 characters
   */
  public Ecu(int responseId, String vin, long seed) {
    boolean isEngine = ENGINES.contains(responseId);
    this.responseId = responseId;
    this.drive = new Drive(seed);
    this.codes = isEngine ? TroubleCodes.ofEngine() : TroubleCodes.ofTransmission();
    this.current = isEngine
        ? CurrentData.ofEngine(drive, codes.confirmed())
        : CurrentData.ofTransmission(drive);
    this.identity = isEngine ? Identity.ofEngine(vin) : Identity.ofTransmission(vin);
  }

  /** The identifier of its replies. */
  public int responseId() {
    return responseId;
  }

  /** The identifier it can be asked under, alone: 0x7E0 for 0x7E8, 0x18DA10F1 for 0x18DAF110. */
  public int requestId() {
    return responseId <= 0x7FF ? responseId - 8 : 0x18DA_00F1 | (responseId & 0xFF) << 8;
  }

  /**
   * What the unit says to a request.
   *
   * @param nowNs since the car was started
   * @param request from its service byte on
   * @param functional whether the request went to everyone, who is then told less of what is not supported
   * @return the payload of the reply, from its service byte on, positive or {@code 7F}; empty if the unit keeps silent
   */
  public Optional<Bytes> answer(long nowNs, Bytes request, boolean functional) {
    if (request.length() == 0) {
      return Optional.empty();
    }
    double s = Math.max(0, nowNs) / 1e9;
    int service = request.at(0);
    // the services of J1979 are silent where they have nothing to say
    return switch (service) {
      case 0x01 -> currentData(s, request);
      case 0x02 -> freezeFrame(request);
      case 0x03 -> codesIf(request, codes.stored());
      case 0x06 -> testResults(request);
      case 0x07 -> codesIf(request, codes.pending());
      case 0x09 -> request.length() == 2 ? identity.vehicleInformation(request.at(1)) : none();
      case 0x0A -> codesIf(request, codes.permanent());
      case 0x19 -> troubleCodes(request, functional);
      case 0x22 -> byIdentifier(s, request, functional);
      case 0x3E -> testerPresent(request, functional);
      default -> refusal(service, SERVICE_NOT_SUPPORTED, functional);
    };
  }

  /**
   * Whether a request takes the unit so long that it first says "response pending" on a bus; all trouble codes that it
   * supports ({@code 19 0A}) do.
   */
  public static boolean takesLong(Bytes request) {
    return request.length() == 2 && request.at(0) == 0x19 && request.at(1) == 0x0A;
  }

  /** What it first says then: {@code 7F service 78}. */
  public static Bytes pending(Bytes request) {
    return Bytes.owning(new byte[] {0x7F, (byte) request.at(0), PENDING});
  }

  private static Optional<Bytes> none() {
    return Optional.empty();
  }

  private static Optional<Bytes> refusal(int service, int code, boolean functional) {
    return functional && KEPT_FROM_EVERYONE.contains(code)
        ? none()
        : Optional.of(Bytes.owning(new byte[] {0x7F, (byte) service, (byte) code}));
  }

  private static Optional<Bytes> codesIf(Bytes request, Bytes reply) {
    return request.length() == 1 ? Optional.of(reply) : none();
  }

  private Optional<Bytes> currentData(double s, Bytes request) {
    if (request.length() < 2 || request.length() > 1 + MOST_PIDS) {
      return none();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x41);
    for (int i = 1; i < request.length(); i++) {
      int pid = request.at(i);
      current.value(pid, s).ifPresent(value -> {
        out.write(pid);
        out.writeBytes(value.toArray());
      });
    }
    return reply(out);
  }

  /** Pairs of PID and frame number; there is the frame 0 only, of the first code. */
  private Optional<Bytes> freezeFrame(Bytes request) {
    if (codes.confirmed() == 0 || request.length() < 3 || request.length() % 2 == 0) {
      return none();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x42);
    for (int i = 1; i < request.length(); i += 2) {
      int pid = request.at(i);
      Optional<Bytes> value = pid == 2
          ? Optional.of(CurrentData.number(codes.codes().get(0).code(), 2))
          : current.value(pid, FREEZE_FRAME_S);
      if (request.at(i + 1) == 0 && value.isPresent()) {
        out.write(pid);
        out.write(0);
        out.writeBytes(value.get().toArray());
      }
    }
    return reply(out);
  }

  private static Optional<Bytes> reply(ByteArrayOutputStream out) {
    return out.size() > 1 ? Optional.of(Bytes.owning(out.toByteArray())) : none();
  }

  private Optional<Bytes> testResults(Bytes request) {
    if (request.length() != 2 || codes.confirmed() == 0) {
      return none();
    }
    int monitor = request.at(1);
    if (monitor % 0x20 == 0) {
      return SupportMap.of(TESTS.keySet(), monitor)
          .map(map -> Bytes.owning(new byte[] {0x46, (byte) monitor}).then(map));
    }
    Bytes tests = TESTS.get(monitor);
    if (tests == null) {
      return none();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x46);
    for (int i = 0; i < tests.length(); i++) {
      if (i % TEST_BYTES == 0) {
        out.write(monitor);
      }
      out.write(tests.at(i));
    }
    return reply(out);
  }

  private Optional<Bytes> troubleCodes(Bytes request, boolean functional) {
    if (request.length() < 2) {
      return refusal(0x19, WRONG_LENGTH, functional);
    }
    int subFunction = request.at(1);
    if (subFunction != 0x01 && subFunction != 0x02 && subFunction != 0x0A) {
      return refusal(0x19, SUB_FUNCTION_NOT_SUPPORTED, functional);
    }
    if (request.length() != (subFunction == 0x0A ? 2 : 3)) {
      return refusal(0x19, WRONG_LENGTH, functional);
    }
    return Optional.of(
        switch (subFunction) {
          case 0x01 -> codes.countByStatus(request.at(2));
          case 0x02 -> codes.byStatus(request.at(2));
          default -> codes.supported();
        });
  }

  /** Identifiers that are not known are left out, unless none is known. ISO 14229-1, 11.2. */
  private Optional<Bytes> byIdentifier(double s, Bytes request, boolean functional) {
    int count = (request.length() - 1) / 2;
    if (request.length() % 2 == 0 || count < 1 || count > MOST_DIDS) {
      return refusal(0x22, WRONG_LENGTH, functional);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x62);
    for (int i = 1; i < request.length(); i += 2) {
      int identifier = request.at(i) << 8 | request.at(i + 1);
      data(s, identifier).ifPresent(value -> {
        out.write(identifier >> 8);
        out.write(identifier);
        out.writeBytes(value.toArray());
      });
    }
    return out.size() > 1 ? reply(out) : refusal(0x22, OUT_OF_RANGE, functional);
  }

  private Optional<Bytes> data(double s, int identifier) {
    if (identifier >= 0xF400 && identifier <= 0xF4FF) {
      return current.value(identifier & 0xFF, s); // ISO 14229-1, table C.1: OBD data
    }
    return switch (identifier) {
      case 0x2001 -> Optional.of(CurrentData.number(drive.batteryV(s) * 1000, 2)); // mV
      case 0x2002 -> Optional.of(CurrentData.number(drive.oilC(s) - 8 + 40, 1)); // gearbox, °C + 40
      case 0x2003 -> Optional.of(CurrentData.number(drive.odometerKm(s) * 10, 4)); // 0.1 km
      default -> identity.byIdentifier(identifier);
    };
  }

  private static Optional<Bytes> testerPresent(Bytes request, boolean functional) {
    if (request.length() != 2) {
      return refusal(0x3E, WRONG_LENGTH, functional);
    }
    return switch (request.at(1)) {
      case 0x00 -> Optional.of(Bytes.owning(new byte[] {0x7E, 0x00}));
      case 0x80 -> none();
      default -> refusal(0x3E, SUB_FUNCTION_NOT_SUPPORTED, functional);
    };
  }

  /** A text as its ASCII bytes. */
  static Bytes text(String text) {
    return Bytes.owning(text.getBytes(StandardCharsets.US_ASCII));
  }
}
