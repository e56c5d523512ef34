package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What a quiet car costs: 5 to 50 signals, each once a second, with everything that goes over the air for them. */
final class SmallBatches {
  private static final int SECONDS = 60;
  private static final int TOPIC_BYTES = "caravan/v1/demo/xa-000001/data/cloud".length();
  /** Content type, message expiry, topic alias. */
  private static final int PROPERTY_BYTES = (3 + "caravan.v1.Batch".length()) + 5 + 3;
  /** Fixed header of 2 bytes, topic length, packet identifier, length of properties. The alias stands for the topic. */
  private static final int PUBLISH_BYTES = 2 + 2 + 2 + 1;
  /** TLS 1.3: record header, content type, tag of AES-GCM. RFC 8446, 5.2 */
  private static final int TLS_BYTES = 5 + 1 + 16;
  /** The sockets of Java pad each record of TLS 1.3 with zeros. */
  private static final int JAVA_TLS_BYTES = TLS_BYTES + 16;
  /** IPv4 and TCP with timestamps. RFC 9293, 3.1; RFC 7323, 3.2 */
  private static final int TCP_BYTES = 20 + 32;

  private static final int PUBACK_BYTES = 4;

  private static final int BACKLOG = 1000;
  private static final int TURN = 64;
  private static final long MOST_JOINED_BYTES = 64 << 10;
  private static final StreamId STREAM = new StreamId(Bytes.ofHex("a0a1a2a3a4a5a6a7"));

  private final PrintStream out;

  SmallBatches(PrintStream out) {
    this.out = out;
  }

  void print() {
    out.printf(
        "%n%-34s %9s %13s %12s %10s%n",
        "quiet car, 1 s batches", "batch B", "up, all B", "B/value", "down B");
    for (int count : new int[] {5, 20, 50}) {
      VehicleTrace trace = new VehicleTrace(7);
      CaravanPeer caravan = new CaravanPeer(trace.signals(), 3, true);
      row(count, caravan, trace, PUBLISH_BYTES + PROPERTY_BYTES + JAVA_TLS_BYTES);
      VehicleTrace again = new VehicleTrace(7);
      int peerBytes = PUBLISH_BYTES + TOPIC_BYTES + TLS_BYTES;
      row(count, new FleetWisePeer(Packed.SNAPPY), again, peerBytes);
      VehicleTrace third = new VehicleTrace(7);
      row(count, new JsonPeer(Packed.GZIP), third, peerBytes);
    }
    out.printf(
        "%n%-34s %9s %13s %12s%n", "backlog of 1,000 batches", "batch B", "up, all B", "B/value");
    for (int count : new int[] {5, 20, 50}) {
      backlog(count, new VehicleTrace(7));
    }
    backlog(Integer.MAX_VALUE, new VehicleTrace(7));
  }

  /** Batches that leave one by one, and joined as many as a turn has. */
  private void backlog(int signals, VehicleTrace trace) {
    CaravanPeer peer = new CaravanPeer(trace.signals(), 3, true);
    SplittableRandom random = new SplittableRandom(3);
    List<Bytes> bodies = new ArrayList<>();
    peer.giveBodies(bodies::add);
    long values = 0;
    for (int second = 0; second < BACKLOG; second++) {
      values += signals == Integer.MAX_VALUE
          ? everything(peer, trace, second + 1)
          : some(signals, peer, trace, random, second);
      peer.close();
    }
    long aroundBytes = PUBLISH_BYTES + PROPERTY_BYTES + JAVA_TLS_BYTES + TCP_BYTES;
    long alone = 0;
    for (int i = 0; i < BACKLOG; i++) {
      alone += TelemetryEnvelope.around(bodies.get(i), new Seal(STREAM, 1000 + i, true))
          .length();
    }
    print(values, "alone", alone, aroundBytes * BACKLOG);
    long joined = 0;
    int messages = 0;
    for (int i = 0; i < BACKLOG; messages++) {
      List<Bytes> turn = bodies.subList(i, Math.min(BACKLOG, i - i % TURN + TURN));
      Seal seal = new Seal(STREAM, 1000 + i, true);
      Optional<JoinedMessage> made = JoinedMessage.of(turn, seal, MOST_JOINED_BYTES);
      joined += made.map(JoinedMessage::message)
          .orElseGet(() -> TelemetryEnvelope.around(turn.get(0), seal))
          .length();
      i += made.map(JoinedMessage::count).orElse(1);
    }
    print(values, "joined in " + messages, joined, aroundBytes * messages);
  }

  private void print(long values, String how, long bytes, long aroundBytes) {
    double up = (double) (bytes + aroundBytes) / BACKLOG;
    out.printf(
        "%-34s %9.1f %13.1f %12.2f%n",
        values / BACKLOG + " values, " + how, (double) bytes / BACKLOG, up, up * BACKLOG / values);
  }

  private static long everything(Peer peer, VehicleTrace trace, int untilS) {
    long values = 0;
    for (VehicleTrace.Message frame = trace.next();
        trace.timeUs() < untilS * 1_000_000L;
        frame = trace.next()) {
      peer.frame(trace.timeUs(), frame);
      values += frame.raws().length;
    }
    return values;
  }

  /** So many signals of slow messages, once. */
  private static long some(
      int signals, Peer peer, VehicleTrace trace, SplittableRandom random, int second) {
    long values = 0;
    for (VehicleTrace.Message message : trace.messages().subList(50, 60)) {
      if (values >= signals) {
        break;
      }
      values += message.raws().length;
      message.step(random);
      peer.frame(second * 1_000_000L + random.nextInt(1_000_000), message);
    }
    return values;
  }

  private void row(int signals, Peer peer, VehicleTrace trace, int aroundBytes) {
    SplittableRandom random = new SplittableRandom(3);
    long bytes = 0;
    long values = 0;
    for (int second = 0; second < SECONDS; second++) {
      values += some(signals, peer, trace, random, second);
      bytes += peer.close();
    }
    double batch = (double) bytes / SECONDS;
    double up = batch + aroundBytes + TCP_BYTES;
    out.printf(
        "%-34s %9.1f %13.1f %12.2f %10d%n",
        values / SECONDS + " values, " + peer.name(),
        batch,
        up,
        up * SECONDS / values,
        PUBACK_BYTES + TLS_BYTES + TCP_BYTES);
  }
}
