package dev.caravan.agent.cli;

import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;

/** Prints frames in one form or another, a line for each. */
sealed interface DecodedFrames permits DecodedJson, DecodedText {
  /** CAN_ERR_FLAG of linux/can.h: how an identifier is shown that is an error message's. */
  int ERROR_MESSAGE = 0x2000_0000;

  /** A frame whose message is known. */
  void known(CanFrame frame, DbcReading reading) throws IOException;

  /** A frame whose message is not known. */
  void unknown(CanFrame frame) throws IOException;

  /** An identifier as it is shown: an error message has a bit of its own. */
  static int shownId(CanFrame frame) {
    return frame.is(CanFrame.ERROR) ? frame.id() | ERROR_MESSAGE : frame.id();
  }

  /** How many hex digits an identifier is shown with. */
  static int idDigits(CanFrame frame) {
    return (frame.flags() & (CanFrame.EXTENDED | CanFrame.ERROR)) == 0 ? 3 : 8;
  }
}
