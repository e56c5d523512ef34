package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.source.BusState;

/**
 * What a controller says of itself and of errors on the bus. A message has one or more classes, its identifier; details
 * lie in its eight bytes.
 *
 * @see "linux/can/error.h"
 */
final class ErrorMessage {
  // classes
  private static final int TRANSMIT_TIMEOUT = 1; // CAN_ERR_TX_TIMEOUT
  private static final int CONTROLLER = 1 << 2; // CAN_ERR_CRTL
  private static final int PROTOCOL = 1 << 3; // CAN_ERR_PROT
  private static final int TRANSCEIVER = 1 << 4; // CAN_ERR_TRX
  private static final int NO_ACKNOWLEDGE = 1 << 5; // CAN_ERR_ACK
  private static final int BUS_OFF = 1 << 6; // CAN_ERR_BUSOFF
  private static final int BUS_ERROR = 1 << 7; // CAN_ERR_BUSERROR
  private static final int RESTARTED = 1 << 8; // CAN_ERR_RESTARTED
  private static final int COUNTS = 1 << 9; // CAN_ERR_CNT

  // byte 1 of class CONTROLLER
  private static final int RECEIVE_OVERFLOW = 1; // CAN_ERR_CRTL_RX_OVERFLOW
  private static final int WARNING = 1 << 2 | 1 << 3; // CAN_ERR_CRTL_RX_WARNING, _TX_WARNING
  private static final int PASSIVE = 1 << 4 | 1 << 5; // CAN_ERR_CRTL_RX_PASSIVE, _TX_PASSIVE
  private static final int ACTIVE = 1 << 6; // CAN_ERR_CRTL_ACTIVE

  private ErrorMessage() {}

  /** Lost arbitration is none: it is how a bus decides who goes first. */
  static boolean isBusError(int classes) {
    return (classes & (TRANSMIT_TIMEOUT | PROTOCOL | TRANSCEIVER | NO_ACKNOWLEDGE | BUS_ERROR))
        != 0;
  }

  /** Whether the controller had to drop frames. */
  static boolean isOverrun(int classes, int controller) {
    return (classes & CONTROLLER) != 0 && (controller & RECEIVE_OVERFLOW) != 0;
  }

  /**
   * The state of the controller after a message.
   *
   * @param state before it
   * @param controller byte 1
   * @param transmitErrors byte 6
   * @param receiveErrors byte 7
   */
  static BusState stateAfter(
      BusState state, int classes, int controller, int transmitErrors, int receiveErrors) {
    if ((classes & BUS_OFF) != 0) {
      return BusState.BUS_OFF;
    }
    if ((classes & CONTROLLER) != 0 && (controller & (WARNING | PASSIVE | ACTIVE)) != 0) {
      return (controller & PASSIVE) != 0
          ? BusState.ERROR_PASSIVE
          : (controller & WARNING) != 0 ? BusState.ERROR_WARNING : BusState.ERROR_ACTIVE;
    }
    if ((classes & RESTARTED) != 0) {
      return BusState.ERROR_ACTIVE;
    }
    if ((classes & COUNTS) != 0 && state != BusState.BUS_OFF) {
      return BusState.of(transmitErrors, receiveErrors);
    }
    return state;
  }
}
