package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.List;

/** Frames of transport sessions, made by the text of SAE J1939-21. */
final class Packets {
  private Packets() {}

  static CanFrame frame(long timeMs, long id, String hex) {
    byte[] payload = Bytes.ofHex(hex.replace(" ", "")).toArray();
    return new CanFrame()
        .set(timeMs * 1_000_000, (int) id, CanFrame.EXTENDED, payload, 0, payload.length);
  }

  static CanFrame at(long timeMs, CanFrame frame) {
    CanFrame moved = new CanFrame().copyOf(frame);
    moved.setTimeNs(timeMs * 1_000_000);
    return moved;
  }

  /** A payload whose every byte is told from its neighbours. */
  static byte[] payload(int sizeBytes, int seed) {
    byte[] payload = new byte[sizeBytes];
    for (int i = 0; i < sizeBytes; i++) {
      payload[i] = (byte) (seed + i * 37 + i / 7);
    }
    return payload;
  }

  private static String group(int pgn) {
    return String.format("%02x%02x%02x", pgn & 0xFF, pgn >> 8 & 0xFF, pgn >> 16);
  }

  private static String size(byte[] payload) {
    int packets = (payload.length + 6) / 7;
    return String.format("%02x%02x%02x", payload.length & 0xFF, payload.length >> 8, packets);
  }

  /** To everyone, 50 ms apart from 0 ms on. */
  static List<CanFrame> broadcast(int from, int pgn, byte[] payload) {
    List<CanFrame> all = new ArrayList<>();
    all.add(frame(0, 0x1CECFF00L | from, "20" + size(payload) + "ff" + group(pgn)));
    all.addAll(data(from, 0xFF, payload));
    return spaced(all);
  }

  /** To one, in one go: request, clear, data, end. */
  static List<CanFrame> connection(int from, int to, int pgn, byte[] payload) {
    List<CanFrame> all = new ArrayList<>();
    long there = 0x1CEC0000L | to << 8 | from;
    long back = 0x1CEC0000L | from << 8 | to;
    int packets = (payload.length + 6) / 7;
    all.add(frame(0, there, "10" + size(payload) + "ff" + group(pgn)));
    all.add(frame(0, back, String.format("11%02x01ffff", packets) + group(pgn)));
    all.addAll(data(from, to, payload));
    all.add(frame(0, back, "13" + size(payload) + "ff" + group(pgn)));
    return spaced(all);
  }

  static List<CanFrame> data(int from, int to, byte[] payload) {
    List<CanFrame> all = new ArrayList<>();
    for (int at = 0; at < payload.length; at += 7) {
      StringBuilder hex = new StringBuilder(String.format("%02x", at / 7 + 1));
      for (int i = at; i < at + 7; i++) {
        hex.append(i < payload.length ? String.format("%02x", payload[i]) : "ff");
      }
      all.add(frame(0, 0x1CEB0000L | to << 8 | from, hex.toString()));
    }
    return all;
  }

  static List<CanFrame> spaced(List<CanFrame> frames) {
    for (int i = 0; i < frames.size(); i++) {
      frames.get(i).setTimeNs(i * 50_000_000L);
    }
    return frames;
  }
}
