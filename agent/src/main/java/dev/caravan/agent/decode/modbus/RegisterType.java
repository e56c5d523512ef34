package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.signal.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a value lies in registers. The words of the configuration are the names in lower case. */
enum RegisterType {
  /** A coil or discrete input. */
  BIT(0, Kind.BOOLEAN),
  /** The high byte of a register. */
  U8HI(1, Kind.UNSIGNED),
  /** The low byte of a register. */
  U8LO(1, Kind.UNSIGNED),
  /** A whole number from 0. */
  U16(1, Kind.UNSIGNED),
  /** Two's complement. */
  S16(1, Kind.SIGNED),
  /** A whole number from 0. */
  U32(2, Kind.UNSIGNED),
  /** Two's complement. */
  S32(2, Kind.SIGNED),
  /** A whole number from 0. */
  U64(4, Kind.UNSIGNED),
  /** Two's complement. */
  S64(4, Kind.SIGNED),
  /** IEEE 754 binary32. */
  F32(2, Kind.FLOAT),
  /** IEEE 754 binary64. */
  F64(4, Kind.DOUBLE),
  /** Four decimal digits, four bits each. */
  BCD16(1, Kind.UNSIGNED),
  /** Eight decimal digits, four bits each. */
  BCD32(2, Kind.UNSIGNED),
  /** Some bits of a register. */
  BITS(1, Kind.UNSIGNED),
  /** Two characters a register. */
  STRING(0, Kind.TEXT);

  /** The words of the configuration. */
  static final List<String> WORDS =
      Arrays.stream(values()).map(type -> type.name().toLowerCase(Locale.ROOT)).toList();

  /** Registers that a value takes; 0 where that is not fixed, or it is no register. */
  final int registers;

  final Kind kind;

  RegisterType(int registers, Kind kind) {
    this.registers = registers;
    this.kind = kind;
  }

  boolean isFloating() {
    return kind == Kind.FLOAT || kind == Kind.DOUBLE;
  }

  boolean isBcd() {
    return this == BCD16 || this == BCD32;
  }

  /** The width of a value in bits; 0 where that is not fixed. */
  int bits() {
    return this == U8HI || this == U8LO ? 8 : this == BIT ? 1 : 16 * registers;
  }
}
