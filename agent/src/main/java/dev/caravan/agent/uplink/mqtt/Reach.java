package dev.caravan.agent.uplink.mqtt;

/**
 * How many bytes may be under way on a link, as its answers measure it. What waits to leave leaves in a third of the keep-alive, a packet
 * that is begun among it: so the broker, which ends a link that brings no whole packet for 1.5 times the keep-alive, sees one often
 * enough, and so do we an answer. What fills the round trip besides does not wait.
 *
 * <p>How long an answer takes is the round trip, and the bytes at the rate of the link. Two packets of different size, each
 * alone under way, tell one from the other: CONNECT is the first. Many that follow each other show the rate by themselves.
 *
 * <p>A new link is taken for a thin one, and for one as thin as the link before it, and then believed a few times what it has just carried. An answer that comes soon says nothing
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

  /** What two packets differ in may be measured wrongly. */
  private static final int CAREFUL_GROWTH = 2;

  /** An answer that comes within this says nothing against a link. */
  private static final double SOON_SECONDS = 0.25;

  /** By how much two packets would differ in time by their sizes alone, at least, for their times to be compared; less is chance. */
  private static final double CLEAR_SECONDS = 0.4;

  /** A batch of a few samples, with all that is around it, is no larger. */
  private static final long LEAST_BYTES = 512;

  private double bytesPerSecond = FIRST_BYTES_PER_SECOND;
  private double seconds = LONGEST_SECONDS;
  private double roundTripSeconds;

  // the latest packet that was alone under way
  private long aloneBytes;
  private double aloneSeconds;

  /** A connection with such a keep-alive begins; so large a CONNECT was answered after so long. */
  synchronized void opened(long keepAliveNs, long connectBytes, long tookNs) {
    seconds = Math.min(LONGEST_SECONDS, keepAliveNs / SECOND_NS / 3);
    bytesPerSecond = Math.min(bytesPerSecond, FIRST_BYTES_PER_SECOND);
    roundTripSeconds = 0;
    aloneBytes = connectBytes;
    aloneSeconds = tookNs / SECOND_NS;
  }

  /** How large a packet may be begun, in bytes; at least {@value #LEAST_BYTES}. */
  synchronized long bytes() {
    return bytesIn(seconds);
  }

  /** How many bytes may be under way; at least {@value #LEAST_BYTES}. */
  synchronized long underWayBytes() {
    return bytesIn(seconds + roundTripSeconds);
  }

  private long bytesIn(double given) {
    return Math.max(LEAST_BYTES, (long) Math.min(Long.MAX_VALUE, bytesPerSecond * given));
  }

  /** So many bytes were under way, the last of them just begun, and were there after so long; {@code alone} if they were one packet. */
  synchronized void carried(long bytes, long tookNs, boolean alone) {
    double took = Math.max(1, tookNs) / SECOND_NS;
    double carried = bytes / took;
    if (carried > bytesPerSecond) {
      grow(carried, (double) GROWTH * bytes);
    } else if (alone && took > SOON_SECONDS) {
      compare(bytes, took, carried);
    } else if (!alone && took > Math.max(1, seconds + roundTripSeconds)) {
      bytesPerSecond = carried;
    }
    if (alone) {
      aloneBytes = bytes;
      aloneSeconds = took;
    }
  }

  private void grow(double measured, double mostBytes) {
    bytesPerSecond = Math.min(measured, Math.max(bytesPerSecond, mostBytes / seconds));
  }

  /** Separates the round trip from the rate, by the latest two packets that were alone. */
  private void compare(long bytes, double took, double carried) {
    double measured;
    boolean isLarger = bytes > aloneBytes;
    double larger = Math.max(bytes, aloneBytes);
    double largerSeconds = isLarger ? took : aloneSeconds;
    if (largerSeconds * Math.abs(bytes - aloneBytes) >= CLEAR_SECONDS * larger) {
      double more = isLarger ? took - aloneSeconds : aloneSeconds - took;
      measured = more <= 0 ? Double.MAX_VALUE : Math.abs(bytes - aloneBytes) / more;
      roundTripSeconds = Math.max(0, took - bytes / measured);
    } else {
      double leaving = took - roundTripSeconds;
      measured = leaving <= 0 ? Double.MAX_VALUE : bytes / leaving;
    }
    if (measured < bytesPerSecond) {
      bytesPerSecond = Math.max(measured, carried);
    } else {
      grow(measured, CAREFUL_GROWTH * larger);
    }
  }

  /** The link was lost while so many bytes were under way, none of which was answered for so long. */
  synchronized void lost(long bytes, long unansweredNs) {
    if (unansweredNs > 3 * seconds * SECOND_NS && GROWTH * bytes >= bytes()) {
      bytesPerSecond /= GROWTH;
    }
  }
}
