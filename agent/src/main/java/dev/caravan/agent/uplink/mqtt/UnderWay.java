package dev.caravan.agent.uplink.mqtt;

/** The publishes of a connection that have no answer yet, which measure its link. Guarded by the connection. */
final class UnderWay {
  /** Around the topic and the content of a PUBLISH, about. */
  private static final int AROUND_BYTES = 100;

  private final Reach reach;
  private int count;
  private long bytes;
  private long answeredNs;
  private boolean isLost;

  UnderWay(Reach reach) {
    this.reach = reach;
  }

  /** One publish: its size, what was under way with it, and when it began. */
  record Begun(long bytes, long allBytes, long ns) {}

  /** Whether one more may be begun; the first always. */
  boolean hasRoom(int window) {
    return count < window && (count == 0 || bytes < reach.bytes());
  }

  /** {@code namedBytes}: of its topic and content. */
  Begun begin(long namedBytes) {
    long packetBytes = namedBytes + AROUND_BYTES;
    long nowNs = System.nanoTime();
    if (count == 0) {
      answeredNs = nowNs;
    }
    count++;
    bytes += packetBytes;
    return new Begun(packetBytes, bytes, nowNs);
  }

  void ended(Begun begun, boolean answered) {
    if (answered) {
      answeredNs = System.nanoTime();
      reach.carried(begun.allBytes, answeredNs - begun.ns);
    } else {
      lost();
    }
    count--;
    bytes -= begun.bytes;
  }

  /** The link is lost, or told so by a publish that failed. */
  void lost() {
    if (!isLost && count > 0) {
      isLost = true;
      reach.lost(bytes, unansweredNs());
    }
  }

  /** For how long none was answered although some are under way, in nanoseconds; 0 while none is. */
  long unansweredNs() {
    return count == 0 ? 0 : System.nanoTime() - answeredNs;
  }
}
