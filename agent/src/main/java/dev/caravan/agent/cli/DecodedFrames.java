package dev.caravan.agent.cli;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Prints frames in one form or another, a line for each. */
sealed interface DecodedFrames permits DecodedCsv, DecodedJson, DecodedText {
  /** CAN_ERR_FLAG of linux/can.h: how an identifier is shown that is an error message's. */
  int ERROR_MESSAGE = 0x2000_0000;

  /** A frame whose message is known. */
  void known(CanFrame frame, DbcReading reading) throws IOException;

  /** What J1939 itself says of a message, whatever the DBC files know: at least one sample, all of one group. */
  void j1939(CanFrame frame, List<Sample> samples) throws IOException;

  /** A frame whose message is not known. */
  void unknown(CanFrame frame) throws IOException;

  /** An identifier as it is shown: an error message has a bit of its own. */
  static int shownId(CanFrame frame) {
    return frame.is(CanFrame.ERROR) ? frame.id() | ERROR_MESSAGE : frame.id();
  }

  /** The message of a sample: its group without the source, {@code J1939.00.DM1}. */
  static String message(Sample sample) {
    String group = sample.signal().spec().group();
    return group.substring(group.indexOf('.') + 1);
  }

  /** The last part of a sample's path. */
  static String name(Sample sample) {
    String path = sample.signal().spec().path();
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** A quality in words, {@code not available}. */
  static String words(Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** How many hex digits an identifier is shown with. */
  static int idDigits(CanFrame frame) {
    return (frame.flags() & (CanFrame.EXTENDED | CanFrame.ERROR)) == 0 ? 3 : 8;
  }
}
