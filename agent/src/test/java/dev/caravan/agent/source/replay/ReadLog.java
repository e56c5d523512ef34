package dev.caravan.agent.source.replay;

import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a log says, one text for each line: a frame's time, bus, flags, id and payload; or the verdict. */
final class ReadLog {
  private ReadLog() {}

  static List<String> text(String log) throws IOException {
    return bytes(log.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> bytes(byte[] log) throws IOException {
    try (LogReader reader = LogReader.of(new ByteArrayInputStream(log))) {
      return all(reader);
    }
  }

  static List<String> file(Path log) throws IOException {
    try (LogReader reader = LogReader.open(log)) {
      return all(reader);
    }
  }

  static List<String> all(LogReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    CanFrame frame = new CanFrame();
    Verdict verdict = reader.next(frame);
    while (verdict != Verdict.END) {
      if (verdict != Verdict.NOTHING) {
        lines.add(verdict == Verdict.FRAME ? shown(frame) : verdict.name());
      }
      verdict = reader.next(frame);
    }
    return lines;
  }

  /** {@code 12.500000000 can0 166#D032}, with letters for FD, rate switch, error state, error, sent. */
  static String shown(CanFrame frame) {
    String flags = (frame.is(CanFrame.FD) ? "F" : "")
        + (frame.is(CanFrame.BIT_RATE_SWITCH) ? "B" : "")
        + (frame.is(CanFrame.ERROR_STATE) ? "S" : "")
        + (frame.is(CanFrame.ERROR) ? "E" : "")
        + (frame.is(CanFrame.SENT) ? "T" : "");
    return String.format(
            "%s%d.%09d %s ",
            frame.timeNs() < 0 ? "-" : "",
            Math.abs(frame.timeNs() / 1_000_000_000),
            Math.abs(frame.timeNs() % 1_000_000_000),
            frame.channel())
        + frame
        + (flags.isEmpty() ? "" : " " + flags);
  }
}
