package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Predicate;

/**
 * The trouble codes of a unit, as services 03, 07, 0A of SAE J1979 and 19 of ISO 14229-1 tell them.
 *
 * @param codes all of them
 */
record TroubleCodes(List<Code> codes) {
  // ISO 14229-1, D.2, bits of the status
  private static final int FAILED = 0x01;
  private static final int FAILED_THIS_CYCLE = 0x02;
  private static final int PENDING = 0x04;
  private static final int CONFIRMED = 0x08;
  private static final int FAILED_SINCE_CLEAR = 0x20;
  private static final int LAMP = 0x80;

  /** Every bit but "not completed", which this unit does not keep. */
  private static final int AVAILABLE = 0xAF;

  /** ISO 14229-1, table 317: the codes are three bytes of that standard. */
  private static final int FORMAT_ISO_14229 = 0x01;

  private static final int CONFIRMED_FAULT =
      FAILED | FAILED_THIS_CYCLE | PENDING | CONFIRMED | FAILED_SINCE_CLEAR | LAMP;
  private static final int PENDING_FAULT = FAILED_THIS_CYCLE | PENDING | FAILED_SINCE_CLEAR;

  /**
   * One of them.
   *
   * @param code two bytes: 0x0143 is P0143
   * @param failureType the third byte of ISO 14229-1
   * @param isPermanent whether clearing does not remove it
   */
  record Code(int code, int failureType, int status, boolean isPermanent) {}

  TroubleCodes {
    codes = List.copyOf(codes);
  }

  /** P0143 and P0196 confirmed, the first for good; P0420 pending. */
  static TroubleCodes ofEngine() {
    return new TroubleCodes(List.of(
        new Code(0x0143, 0x11, CONFIRMED_FAULT, true),
        new Code(0x0196, 0x62, CONFIRMED_FAULT, false),
        new Code(0x0420, 0x00, PENDING_FAULT, false)));
  }

  /** P0741 pending. */
  static TroubleCodes ofTransmission() {
    return new TroubleCodes(List.of(new Code(0x0741, 0x07, PENDING_FAULT, false)));
  }

  int confirmed() {
    return (int) codes.stream().filter(TroubleCodes::isConfirmed).count();
  }

  private static boolean isConfirmed(Code code) {
    return (code.status & CONFIRMED) != 0;
  }

  /** Reply to 03: {@code 43 count (2 bytes each)}, as on CAN. */
  Bytes stored() {
    return listed(0x43, TroubleCodes::isConfirmed);
  }

  /** Reply to 07. */
  Bytes pending() {
    return listed(0x47, code -> (code.status & PENDING) != 0 && !isConfirmed(code));
  }

  /** Reply to 0A. */
  Bytes permanent() {
    return listed(0x4A, Code::isPermanent);
  }

  private Bytes listed(int service, Predicate<Code> wanted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(service);
    out.write((int) codes.stream().filter(wanted).count());
    codes.stream().filter(wanted).forEach(code -> {
      out.write(code.code >> 8);
      out.write(code.code);
    });
    return Bytes.owning(out.toByteArray());
  }

  /** Reply to 19 01: how many have one of the bits. */
  Bytes countByStatus(int mask) {
    long count =
        codes.stream().filter(code -> (code.status & mask & AVAILABLE) != 0).count();
    return Bytes.owning(new byte[] {
      0x59, 0x01, (byte) AVAILABLE, FORMAT_ISO_14229, (byte) (count >> 8), (byte) count
    });
  }

  /** Reply to 19 02: which have one of the bits. */
  Bytes byStatus(int mask) {
    return listedWithStatus(0x02, code -> (code.status & mask & AVAILABLE) != 0);
  }

  /** Reply to 19 0A: all that the unit can have. */
  Bytes supported() {
    return listedWithStatus(0x0A, code -> true);
  }

  private Bytes listedWithStatus(int subFunction, Predicate<Code> wanted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x59);
    out.write(subFunction);
    out.write(AVAILABLE);
    codes.stream().filter(wanted).forEach(code -> {
      out.write(code.code >> 8);
      out.write(code.code);
      out.write(code.failureType);
      out.write(code.status);
    });
    return Bytes.owning(out.toByteArray());
  }
}
