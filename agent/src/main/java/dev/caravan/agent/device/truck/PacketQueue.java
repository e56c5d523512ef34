package dev.caravan.agent.device.truck;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.FrameOut;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Messages on their way in packets, and single frames between them. Of one sender to all only one message is on its way
 * at a time; the next one waits. One thread.
 *
 * @see "SAE J1939-21, 5.10"
 */
final class PacketQueue {
  private static final int CONNECTION = 0x1CEC0000;
  private static final int DATA = 0x1CEB0000;
  private static final int GLOBAL = 0xFF;
  private static final int PACKET_BYTES = 7;
  private static final int MOST_CLEARED = 4;
  private static final long BROADCAST_GAP_NS = 50_000_000L; // SAE J1939-21, 5.10.3.1: 50 to 200 ms
  private static final long PACKET_GAP_NS = 1_000_000L;
  private static final long ANSWER_NS = 3_000_000L;

  private record Waiting(long dueNs, long order, int id, Bytes payload) {}

  private final PriorityQueue<Waiting> queue = new PriorityQueue<>(
      Comparator.comparingLong(Waiting::dueNs).thenComparingLong(Waiting::order));
  private long added;
  private long broadcastEndsNs;

  /** When the next frame is due; the largest number for none. */
  long dueNs() {
    Waiting first = queue.peek();
    return first == null ? Long.MAX_VALUE : first.dueNs;
  }

  /** Sends the frame that is due next. */
  void send(FrameOut out) {
    Waiting first = queue.poll();
    if (first != null) {
      byte[] payload = first.payload.toArray();
      out.frame(first.dueNs, first.id, FrameOut.EXTENDED, payload, payload.length);
    }
  }

  /** One frame by itself. */
  void single(long timeNs, int id, byte[] payload) {
    queue.add(new Waiting(timeNs, added++, id, Bytes.of(payload)));
  }

  /** A message to all, as soon as the one before it has gone. */
  void broadcast(long timeNs, int from, int pgn, byte[] payload) {
    long at = Math.max(timeNs, broadcastEndsNs);
    single(at, CONNECTION | GLOBAL << 8 | from, announcement(0x20, payload.length, pgn));
    for (int packet = 1; packet <= packets(payload); packet++) {
      at += BROADCAST_GAP_NS;
      single(at, DATA | GLOBAL << 8 | from, packet(packet, payload));
    }
    broadcastEndsNs = at + BROADCAST_GAP_NS;
  }

  /** A message to one, which clears a few packets at a time. */
  void connection(long timeNs, int from, int to, int pgn, byte[] payload) {
    int there = to << 8 | from;
    int back = from << 8 | to;
    long at = timeNs;
    single(at, CONNECTION | there, announcement(0x10, payload.length, pgn));
    int packets = packets(payload);
    for (int packet = 1; packet <= packets; packet++) {
      if (packet % MOST_CLEARED == 1) {
        at += ANSWER_NS;
        int cleared = Math.min(MOST_CLEARED, packets - packet + 1);
        single(at, CONNECTION | back, control(0x11, cleared, packet, 0xFF, pgn));
        at += ANSWER_NS;
      }
      single(at, DATA | there, packet(packet, payload));
      at += PACKET_GAP_NS;
    }
    single(at + ANSWER_NS, CONNECTION | back, announcement(0x13, payload.length, pgn));
  }

  private static int packets(byte[] payload) {
    return (payload.length + PACKET_BYTES - 1) / PACKET_BYTES;
  }

  private static byte[] announcement(int command, int sizeBytes, int pgn) {
    int packets = (sizeBytes + PACKET_BYTES - 1) / PACKET_BYTES;
    return control(command, sizeBytes & 0xFF, sizeBytes >> 8, packets, pgn);
  }

  private static byte[] control(int command, int second, int third, int fourth, int pgn) {
    return new byte[] {
      (byte) command,
      (byte) second,
      (byte) third,
      (byte) fourth,
      (byte) 0xFF,
      (byte) pgn,
      (byte) (pgn >> 8),
      (byte) (pgn >> 16)
    };
  }

  private static byte[] packet(int number, byte[] payload) {
    byte[] bytes = new byte[1 + PACKET_BYTES];
    bytes[0] = (byte) number;
    for (int i = 0; i < PACKET_BYTES; i++) {
      int at = (number - 1) * PACKET_BYTES + i;
      bytes[1 + i] = at < payload.length ? payload[at] : (byte) 0xFF;
    }
    return bytes;
  }
}
