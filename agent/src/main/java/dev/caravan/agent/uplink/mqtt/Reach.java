package dev.caravan.agent.uplink.mqtt;

/**
 * How many bytes may be under way on a link, a packet that is begun among them: what it carries in a third of the keep-alive, as
 * its answers measure it. So the broker, which ends a link that brings no whole packet for 1.5 times the keep-alive, sees one often
 * enough, and so do we an answer.
 *
 * <p>A new link is taken for a thin one, and for one as thin as the link before it, and then believed four times what it has just carried. An answer within a second says nothing
 * against it, whatever its size; one that never came says so only where much was under way.
 *
 * <p>Any thread.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 3.1.2.10</a>
 */
final class Reach {
  private static final double SECOND_NS = 1e9;
  private static final double FIRST_BYTES_PER_SECOND = 1536;
  private static final double LONGEST_SECONDS = 10;
  private static final int GROWTH = 4;

  /** A batch of a few samples, with all that is around it, is no larger. */
  private static final long LEAST_BYTES = 512;

  private double bytesPerSecond = FIRST_BYTES_PER_SECOND;
  private double seconds = LONGEST_SECONDS;

  /** A connection with such a keep-alive begins. */
  synchronized void opened(long keepAliveNs) {
    seconds = Math.min(LONGEST_SECONDS, keepAliveNs / SECOND_NS / 3);
    bytesPerSecond = Math.min(bytesPerSecond, FIRST_BYTES_PER_SECOND);
  }

  /** How many bytes may be under way; at least {@value #LEAST_BYTES}. */
  synchronized long bytes() {
    return Math.max(LEAST_BYTES, (long) Math.min(Long.MAX_VALUE, bytesPerSecond * seconds));
  }

  /** So many bytes were under way, the last of them just begun, and were there after so long. */
  synchronized void carried(long bytes, long tookNs) {
    double measured = bytes * SECOND_NS / Math.max(1, tookNs);
    if (measured > bytesPerSecond) {
      bytesPerSecond = Math.min(measured, Math.max(bytesPerSecond, GROWTH * bytes / seconds));
    } else if (tookNs > SECOND_NS) {
      bytesPerSecond = measured;
    }
  }

  /** The link was lost while so many bytes were under way, none of which was answered for so long. */
  synchronized void lost(long bytes, long unansweredNs) {
    if (unansweredNs > 3 * seconds * SECOND_NS && GROWTH * bytes >= bytes()) {
      bytesPerSecond /= GROWTH;
    }
  }
}
