package dev.caravan.agent.source.elm327;

import java.util.List;
import java.util.Optional;

/** The buses that the chip can use, by the digit it has for them. ELM327 data sheet, AT SP. */
enum Bus {
  J1850_PWM('1', Form.J1850),
  J1850_VPW('2', Form.J1850),
  ISO_9141('3', Form.SUM),
  KWP_SLOW('4', Form.SUM),
  KWP_FAST('5', Form.SUM),
  CAN_11_500('6', Form.CAN_11),
  CAN_29_500('7', Form.CAN_29),
  CAN_11_250('8', Form.CAN_11),
  CAN_29_250('9', Form.CAN_29);

  /** What a line looks like. */
  enum Form {
    /** Identifier of three digits, ISO-TP. */
    CAN_11,
    /** Identifier of eight digits, ISO-TP. */
    CAN_29,
    /** Three header bytes, data, CRC (SAE J1850, 5.4.1). */
    J1850,
    /** Three or four header bytes, data, sum (ISO 9141-2, ISO 14230-2). */
    SUM;

    boolean isBeforeCan() {
      return this == J1850 || this == SUM;
    }
  }

  /** In the order in which they are tried where the chip finds none by itself. */
  static final List<Bus> BY_LIKELIHOOD = List.of(
      CAN_11_500,
      CAN_11_250,
      J1850_PWM,
      CAN_29_500,
      CAN_29_250,
      J1850_VPW,
      ISO_9141,
      KWP_SLOW,
      KWP_FAST);

  final char digit;
  final Form form;

  Bus(char digit, Form form) {
    this.digit = digit;
    this.form = form;
  }

  boolean isCan() {
    return !form.isBeforeCan();
  }

  /** The bus of an answer to AT DPN: {@code 6}, or {@code A6} if the chip chose it. */
  static Optional<Bus> ofNumber(String answer) {
    String number = answer.strip();
    if (number.length() == 2 && number.charAt(0) == 'A') {
      number = number.substring(1);
    }
    return number.length() == 1 ? ofDigit(number.charAt(0)) : Optional.empty();
  }

  static Optional<Bus> ofDigit(char digit) {
    for (Bus bus : values()) {
      if (bus.digit == digit) {
        return Optional.of(bus);
      }
    }
    return Optional.empty();
  }
}
