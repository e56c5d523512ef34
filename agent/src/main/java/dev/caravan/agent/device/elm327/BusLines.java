package dev.caravan.agent.device.elm327;

import dev.caravan.agent.bytes.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Replies as the lines that the chip prints of their CAN frames (ISO 15765-2; ELM327 data sheet, "Multiline Responses"). */
final class BusLines {
  private static final int FRAME_BYTES = 8;

  private BusLines() {}

  /** A reply and the identifier it comes under. */
  record Reply(int id, Bytes payload) {}

  /** The frames of all replies, taking turns as on a bus. */
  static List<String> of(List<Reply> replies, Display display) {
    List<List<String>> each = new ArrayList<>();
    for (Reply reply : replies) {
      each.add(lines(reply, display));
    }
    return takingTurns(each);
  }

  static List<String> takingTurns(List<List<String>> each) {
    List<String> all = new ArrayList<>();
    for (int i = 0; all.size() < each.stream().mapToInt(List::size).sum(); i++) {
      for (List<String> lines : each) {
        if (i < lines.size()) {
          all.add(lines.get(i));
        }
      }
    }
    return all;
  }

  private static List<String> lines(Reply reply, Display display) {
    Bytes payload = reply.payload;
    List<String> lines = new ArrayList<>();
    if (payload.length() < FRAME_BYTES) {
      byte[] frame = new byte[1 + payload.length()];
      frame[0] = (byte) payload.length();
      payload.copyTo(frame, 1);
      byte[] shown = display.padding ? Arrays.copyOf(payload.toArray(), 7) : payload.toArray();
      lines.add(display.headers ? line(reply.id, frame, display) : hex(shown, display));
      return lines;
    }
    if (!display.headers) {
      lines.add(String.format(Locale.ROOT, "%03X", payload.length()));
    }
    int sent = 0;
    for (int number = 0; sent < payload.length(); number++) {
      int pciBytes = number == 0 ? 2 : 1;
      byte[] frame = new byte[FRAME_BYTES];
      frame[0] = (byte) (number == 0 ? 0x10 | payload.length() >> 8 : 0x20 | number % 16);
      if (number == 0) {
        frame[1] = (byte) payload.length();
      }
      int count = Math.min(FRAME_BYTES - pciBytes, payload.length() - sent);
      System.arraycopy(payload.toArray(), sent, frame, pciBytes, count);
      sent += count;
      lines.add(
          display.headers
              ? line(reply.id, frame, display)
              : numbered(number, frame, pciBytes, display));
    }
    return lines;
  }

  private static String numbered(int number, byte[] frame, int from, Display display) {
    byte[] data = Arrays.copyOfRange(frame, from, frame.length);
    return Integer.toHexString(number % 16).toUpperCase(Locale.ROOT) + ":"
        + (display.spaces ? " " : "") + hex(data, display);
  }

  private static String line(int id, byte[] frame, Display display) {
    String gap = display.spaces ? " " : "";
    String header = id <= 0x7FF
        ? String.format(Locale.ROOT, "%03X", id) + gap
        : hex(
            new byte[] {(byte) (id >> 24), (byte) (id >> 16), (byte) (id >> 8), (byte) id},
            display);
    return header + (display.lengths ? frame.length + gap : "") + hex(frame, display);
  }

  /** With spaces, one behind each byte, the last one too. */
  static String hex(byte[] bytes, Display display) {
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) {
      text.append(String.format(Locale.ROOT, "%02X", one & 0xFF));
      if (display.spaces) {
        text.append(' ');
      }
    }
    return text.toString();
  }
}
