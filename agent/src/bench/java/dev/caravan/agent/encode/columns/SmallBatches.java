package dev.caravan.agent.encode.columns;

import java.io.PrintStream;
import java.util.List;
import java.util.SplittableRandom;

/** What a quiet car costs: 5 to 50 signals, each once a second, with everything that goes over the air for them. */
final class SmallBatches {
  private static final int SECONDS = 60;
  private static final int TOPIC_BYTES = "caravan/v1/demo/xa-000001/data/cloud".length();
  /** Content type and user property `message`, as the topic contract wants them. */
  private static final int PROPERTY_BYTES = (3 + "application/x-protobuf".length())
      + (5 + "message".length() + "caravan.v1.Batch".length());
  /** Fixed header of 3 bytes, topic length, packet identifier, length of properties. */
  private static final int PUBLISH_BYTES = 3 + 2 + TOPIC_BYTES + 2 + 1 + PROPERTY_BYTES;
  /** TLS 1.3: record header, content type, tag of AES-GCM. RFC 8446, 5.2 */
  private static final int TLS_BYTES = 5 + 1 + 16;
  /** IPv4 and TCP with timestamps. RFC 9293, 3.1; RFC 7323, 3.2 */
  private static final int TCP_BYTES = 20 + 32;

  private static final int PUBACK_BYTES = 4;

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
      row(count, caravan, trace, PUBLISH_BYTES);
      VehicleTrace again = new VehicleTrace(7);
      row(count, new FleetWisePeer(Packed.SNAPPY), again, PUBLISH_BYTES - PROPERTY_BYTES);
      VehicleTrace third = new VehicleTrace(7);
      row(count, new JsonPeer(Packed.GZIP), third, PUBLISH_BYTES - PROPERTY_BYTES);
    }
  }

  private void row(int signals, Peer peer, VehicleTrace trace, int publishBytes) {
    List<VehicleTrace.Message> slow = trace.messages().subList(50, 60);
    SplittableRandom random = new SplittableRandom(3);
    long bytes = 0;
    long values = 0;
    for (int second = 0; second < SECONDS; second++) {
      int left = signals;
      for (VehicleTrace.Message message : slow) {
        if (left <= 0) {
          break;
        }
        left -= message.raws().length;
        values += message.raws().length;
        message.step(random);
        peer.frame(second * 1_000_000L + random.nextInt(1_000_000), message);
      }
      bytes += peer.close();
    }
    double batch = (double) bytes / SECONDS;
    double up = batch + publishBytes + TLS_BYTES + TCP_BYTES;
    out.printf(
        "%-34s %9.1f %13.1f %12.2f %10d%n",
        values / SECONDS + " values, " + peer.name(),
        batch,
        up,
        up * SECONDS / values,
        PUBACK_BYTES + TLS_BYTES + TCP_BYTES);
  }
}
