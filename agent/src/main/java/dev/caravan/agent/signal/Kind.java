package dev.caravan.agent.signal;

/** What the raw values of a signal are. The order is that of the wire, {@code caravan.v1.Kind}, from 1. */
public enum Kind {
  /** Two's complement, up to 64 bits. */
  SIGNED,
  /** Up to 64 bits without a sign. */
  UNSIGNED,
  /** False or true, raw 0 or 1. */
  BOOLEAN,
  /** IEEE 754 binary32 (or binary16, which fits into it). */
  FLOAT,
  /** IEEE 754 binary64. */
  DOUBLE,
  /** Text. */
  TEXT,
  /** A block of bytes. */
  BYTES;

  /** Whether raw values are whole numbers. */
  public boolean isInteger() {
    return this == SIGNED || this == UNSIGNED || this == BOOLEAN;
  }

  /** Whether raw values are numbers at all. */
  public boolean isNumber() {
    return this != TEXT && this != BYTES;
  }
}
