package dev.caravan.agent.uplink.mqtt;

import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/** The publishes of a connection that have no answer yet, which measure its link. Any thread. */
final class UnderWay {
  /** Around the topic and the content of a PUBLISH, about. */
  private static final int AROUND_BYTES = 100;

  private final Reach reach;
  private int count;
  private long bytes;
  private long answeredNs;
  private boolean isLost;
  private int left;

  UnderWay(Reach reach) {
    this.reach = reach;
  }

  /** One publish: its size, what was under way with it, and when it began. */
  record Begun(long bytes, long allBytes, long ns) {
    private boolean isAlone() {
      return bytes == allBytes;
    }
  }

  /** There is a connection with such a keep-alive. */
  void opened(long keepAliveNs, MqttConnectionOptions options, @Nullable BrokerSocket socket) {
    MqttMessage will = options.getWillMessage();
    int willBytes =
        will == null ? 0 : options.getWillDestination().length() + will.getPayload().length;
    long tookNs = socket == null ? 0 : System.nanoTime() - socket.connectedNs();
    reach.opened(keepAliveNs, AROUND_BYTES + willBytes, tookNs);
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }

  /** Whether one more may be begun; the first always. */
  synchronized boolean hasRoom(int window) {
    return count < window && (count == 0 || bytes < reach.underWayBytes());
  }

  /** {@code namedBytes}: of its topic and content. */
  synchronized Begun begin(long namedBytes) {
    long packetBytes = namedBytes + AROUND_BYTES;
    long nowNs = System.nanoTime();
    if (count == 0) {
      answeredNs = nowNs;
    }
    count++;
    bytes += packetBytes;
    return new Begun(packetBytes, bytes, nowNs);
  }

  synchronized void ended(Begun begun, boolean answered) {
    if (answered) {
      answeredNs = System.nanoTime();
      reach.carried(begun.allBytes, answeredNs - begun.ns, begun.isAlone());
    } else {
      lost();
    }
    count--;
    bytes -= begun.bytes;
  }

  /** The link is lost, or told so by a publish that failed. */
  synchronized void lost() {
    if (!isLost && count > 0) {
      isLost = true;
      left = count;
      reach.lost(bytes, unansweredNs());
    }
  }

  /** How many had no answer when the link was lost. */
  synchronized int left() {
    return left;
  }

  /** For how long none was answered although some are under way, in nanoseconds; 0 while none is. */
  synchronized long unansweredNs() {
    return count == 0 ? 0 : System.nanoTime() - answeredNs;
  }
}
