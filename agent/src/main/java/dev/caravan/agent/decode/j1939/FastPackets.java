package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.decode.j1939.Session.Outcome;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins the fast packets of one NMEA 2000 bus: messages of up to {@value #MOST_BYTES} bytes in frames that all have the
 * message's own identifier, so that only its definition says whether a frame is one of them. Messages of several senders,
 * groups and counters may interleave. Gives a message as it was sent or not at all. One thread.
 *
 * <pre>
 * byte 0              1       2..7         frame 0
 * 7..5 counter        length  bytes 0..5   of the message
 * 4..0 frame, from 0
 *
 * byte 0              1..7                 frame n of the same counter
 *                     bytes 7n-1..7n+5     of the message; what is past its end does not count
 * </pre>
 *
 * <p>A frame that is missing, out of order or repeated with other content ends its message, and so does one that is more
 * than 750 ms after the one before, by their own times: the standard is said to give no timer, and this is what readers
 * use. A counter comes again with the eighth message, so a message is given up when {@value #MOST_AFTER} of its group and
 * sender have begun after it.
 */
public final class FastPackets {
  /** 32 frames: one of 6 bytes, the others of 7. */
  static final int MOST_BYTES = 223;

  static final int MOST_AFTER = 4;

  private static final long WAIT_NS = 750_000_000L;
  private static final int PACKET_BYTES = 7;
  private static final int FIRST_DATA_BYTE = 2;
  private static final int COUNTER_BITS = 3;
  private static final int FRAME_BITS = 5;
  private static final int WITHOUT_PRIORITY = 0x03FFFFFF;

  private final Predicate<CanFrame> carried;
  private final Sessions sessions;
  private final Counter malformed;
  private final Counter stray;

  /**
   * For the frames of one bus; counts under its name.
   *
   * @param carried whether a frame belongs to a message that is sent so
   */
  public FastPackets(Predicate<CanFrame> carried, String source, Health health) {
    this.carried = carried;
    this.sessions = new Sessions(MOST_BYTES, source, health);
    this.malformed = health.counter(J1939Metrics.MALFORMED, source);
    this.stray = health.counter(J1939Metrics.STRAY, source);
  }

  /** Whether a frame is one of a fast packet. */
  public boolean carries(CanFrame frame) {
    return carried.test(frame);
  }

  /**
   * Takes a frame that {@link #carries} is true of.
   *
   * @return the message of which it was the last, with its identifier and time, to be read before the next call; null if none
   *     became whole
   */
  public @Nullable CanFrame accept(CanFrame frame) {
    int key = (frame.id() & WITHOUT_PRIORITY) << COUNTER_BITS | frame.byteAt(0) >>> FRAME_BITS;
    int number = frame.byteAt(0) & (1 << FRAME_BITS) - 1;
    Session session = sessions.find(key);
    boolean isLate = session != null && sessions.endIfOver(session, frame);
    if (number == 0) {
      return first(frame, key, isLate ? null : session);
    }
    if (session == null || frame.length() == 0) {
      stray.increment();
      return null;
    }
    return isLate ? null : take(session, frame, number, number * PACKET_BYTES - 1, 1);
  }

  private @Nullable CanFrame first(CanFrame frame, int key, @Nullable Session before) {
    int sizeBytes = frame.byteAt(1);
    boolean isGood = frame.length() >= FIRST_DATA_BYTE && sizeBytes > 0 && sizeBytes <= MOST_BYTES;
    if (before != null) {
      boolean isLike = isGood && before.sizeBytes() == sizeBytes;
      if (isLike && before.packet(frame, 0, 0, FIRST_DATA_BYTE, false) == Outcome.REPEATED) {
        return null;
      }
      sessions.abort(before);
      if (!before.holdsAllBefore(2)) {
        // Nobody knows which of the two first frames the next ones belong to.
        return null;
      }
    }
    if (!isGood) {
      malformed.increment();
      return null;
    }
    sessions.overtake(key >>> COUNTER_BITS, COUNTER_BITS, MOST_AFTER);
    // 6 bytes in the first frame, 7 in each further one
    int last = sizeBytes / PACKET_BYTES;
    Session session = sessions.open(frame, key, frame.id(), sizeBytes, 0, last);
    return take(session, frame, 0, 0, FIRST_DATA_BYTE);
  }

  private @Nullable CanFrame take(Session session, CanFrame frame, int number, int at, int from) {
    switch (session.packet(frame, number, at, from, false)) {
      case TAKEN -> session.heard(frame, WAIT_NS);
      case REPEATED -> {
        return null;
      }
      case BROKEN -> {
        sessions.abort(session);
        return null;
      }
    }
    if (!session.isReady()) {
      return null;
    }
    CanFrame message = sessions.give(session, frame);
    session.close();
    return message;
  }
}
