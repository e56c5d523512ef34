package dev.caravan.agent.source.slcan;

/** What an adapter understands beyond, or instead of, the commands of the LAWICEL CAN232. */
enum Dialect {
  /** Asked by {@code V} at each start; only what all adapters have in common can be configured. */
  AUTO,
  /** LAWICEL CAN232, CANUSB and what follows them closely. */
  LAWICEL,
  /** CANable and its kin: {@code M1} for silent, {@code Y} for CAN FD, no status, mostly no answers. */
  CANABLE,
  /** USBtin: an MCP2515, with other bit timing registers. */
  USBTIN,
  /** CANdapter: answers ACK for CR; no time stamps. */
  CANDAPTER;

  /** Whether {@code F} gives LAWICEL status bits. */
  boolean hasStatus() {
    return this == LAWICEL || this == USBTIN;
  }

  /** Whether {@code Zn} switches time stamps. */
  boolean hasStamps() {
    return this != CANDAPTER;
  }

  /** Whether silence is chosen by {@code M1} before {@code O}, and not by {@code L}. */
  boolean hasSilentMode() {
    return this == CANABLE;
  }

  /** Whether {@code M} and {@code m} set an acceptance filter of the SJA1000. */
  boolean hasFilter() {
    return this == LAWICEL || this == USBTIN;
  }
}
