package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import org.jspecify.annotations.Nullable;

/**
 * Joins what is sent in packets on one J1939 bus: one listener to all pairs of sender and destination. Gives a message as
 * it was sent or not at all. To everyone, a packet that is missing, out of order or repeated with other content ends its
 * session; to one, the receiver may have it sent again. One thread.
 *
 * <pre>
 * TP.CM, PGN EC00   20 size size packets FF   pgn pgn pgn    to everyone: BAM
 *                   10 size size packets most pgn pgn pgn    to one: request to send, RTS
 *                   11 packets next FF FF     pgn pgn pgn    its answer: clear to send, CTS; 0 packets: wait
 *                   13 size size packets FF   pgn pgn pgn    its answer: all has come
 *                   FF reason FF FF FF        pgn pgn pgn    of either: the session is over
 * TP.DT, PGN EB00   number, seven bytes
 * </pre>
 *
 * <p>Time is that of the frames alone. What comes later than the standard lets a receiver or a sender wait ends the
 * session:
 *
 * <pre>
 * T1    750 ms   for a packet, after BAM or another packet
 * T2   1250 ms   for the first packet, after CTS
 * T3   1250 ms   for CTS, after RTS or the last packet that was cleared
 * T4   1050 ms   for CTS, after one that makes the sender wait
 * </pre>
 *
 * <p>A message to one is given with its last packet, and the session stays open, as its receiver may still ask for packets
 * again; the message is given once more only if they have other bytes then.
 *
 * @see "SAE J1939-21, 5.10"
 */
public final class J1939Transport {
  /** 255 packets of 7 bytes. */
  static final int MOST_BYTES = 1785;

  static final int PACKET_BYTES = 7;

  // SAE J1939-21, 5.10.2.4
  private static final long T1_NS = 750_000_000L;
  private static final long T2_NS = 1_250_000_000L;
  private static final long T3_NS = 1_250_000_000L;
  private static final long T4_NS = 1_050_000_000L;

  private static final int CONNECTION_PF = 0xEC;
  private static final int DATA_PF = 0xEB;
  private static final int LEAST_BYTES = 9;

  private static final int REQUEST_TO_SEND = 0x10;
  private static final int CLEAR_TO_SEND = 0x11;
  private static final int END_OF_MESSAGE = 0x13;
  private static final int BROADCAST = 0x20;
  private static final int ABORT = 0xFF;

  private static final int NO_MESSAGE = CanFrame.REMOTE | CanFrame.ERROR | CanFrame.FD;

  private final Sessions sessions;
  private final Counter malformed;
  private final Counter stray;

  /** For the frames of one bus; counts under its name. */
  public J1939Transport(String source, Health health) {
    this.sessions = new Sessions(MOST_BYTES, source, health);
    this.malformed = health.counter(J1939Metrics.MALFORMED, source);
    this.stray = health.counter(J1939Metrics.STRAY, source);
  }

  /** Whether a frame is one of the transport protocol. */
  public static boolean carries(CanFrame frame) {
    // Extended data page and data page are 0: other pages have other groups there.
    int page = frame.id() >>> 24 & 0x3;
    int pf = frame.id() >>> 16 & 0xFF;
    return page == 0
        && (pf == CONNECTION_PF || pf == DATA_PF)
        && (frame.flags() & (NO_MESSAGE | CanFrame.EXTENDED)) == CanFrame.EXTENDED;
  }

  /**
   * Takes a frame.
   *
   * @return the message of which it was the last packet, with the identifier that it would have in one frame and the time
   *     of that packet, to be read before the next call; null if none became whole
   */
  public @Nullable CanFrame accept(CanFrame frame) {
    if (!carries(frame)) {
      return null;
    }
    if ((frame.id() >>> 16 & 0xFF) == DATA_PF) {
      return data(frame);
    }
    if (frame.length() == CanFrame.MOST_CLASSIC_BYTES) {
      connection(frame);
    } else {
      malformed.increment();
    }
    return null;
  }

  private void connection(CanFrame frame) {
    int from = J1939Id.sender(frame.id());
    int to = J1939Id.destination(frame.id());
    int group = frame.byteAt(5) | frame.byteAt(6) << 8 | frame.byteAt(7) << 16;
    switch (frame.byteAt(0)) {
      case BROADCAST -> announce(frame, from, to, group, to == J1939Id.GLOBAL);
      case REQUEST_TO_SEND -> announce(frame, from, to, group, to != J1939Id.GLOBAL);
      case CLEAR_TO_SEND -> clear(frame, find(to, from, group));
      case END_OF_MESSAGE -> end(frame, find(to, from, group));
      case ABORT -> {
        end(frame, find(from, to, group));
        end(frame, find(to, from, group));
      }
      default -> malformed.increment();
    }
  }

  private static int key(int from, int to) {
    return from << 8 | to;
  }

  private @Nullable Session find(int from, int to, int group) {
    Session session = sessions.find(key(from, to));
    boolean isFound =
        session != null && group <= J1939Id.MOST_PGN && session.id() == J1939Id.of(group, from, to);
    return isFound ? session : null;
  }

  private void announce(CanFrame frame, int from, int to, int group, boolean isAddressed) {
    int sizeBytes = frame.byteAt(1) | frame.byteAt(2) << 8;
    int packets = (sizeBytes + PACKET_BYTES - 1) / PACKET_BYTES;
    boolean isGood = isAddressed
        && sizeBytes >= LEAST_BYTES
        && sizeBytes <= MOST_BYTES
        && frame.byteAt(3) == packets
        && group <= J1939Id.MOST_PGN;
    long waitNs = to == J1939Id.GLOBAL ? T1_NS : T3_NS;
    int id = J1939Id.of(group, from, to);
    Session before = sessions.find(key(from, to));
    if (before != null && !sessions.endIfOver(before, frame)) {
      boolean isRepeated = before.isUntouched() && before.id() == id;
      if (isGood && isRepeated && before.sizeBytes() == sizeBytes) {
        before.heard(frame, waitNs);
        return;
      }
      sessions.abort(before);
    }
    if (isGood) {
      sessions.open(frame, key(from, to), id, sizeBytes, 1, packets).heard(frame, waitNs);
    } else {
      malformed.increment();
    }
  }

  /** The receiver makes the sender wait, or clears packets to be sent, maybe such that came already. */
  private void clear(CanFrame frame, @Nullable Session session) {
    if (session == null || sessions.endIfOver(session, frame)) {
      return;
    }
    int count = frame.byteAt(1);
    int number = frame.byteAt(2);
    if (count == 0) {
      session.heard(frame, T4_NS);
    } else if (number >= 1 && number <= session.last() && session.holdsAllBefore(number)) {
      session.expect(number, Math.min(session.last(), number + count - 1));
      session.heard(frame, T2_NS);
    } else {
      // The receiver has packets that were not heard here.
      sessions.abort(session);
    }
  }

  private void end(CanFrame frame, @Nullable Session session) {
    if (session != null && !sessions.endIfOver(session, frame)) {
      sessions.abort(session);
    }
  }

  private @Nullable CanFrame data(CanFrame frame) {
    int to = J1939Id.destination(frame.id());
    Session session = sessions.find(key(J1939Id.sender(frame.id()), to));
    if (session == null) {
      stray.increment();
      return null;
    }
    if (sessions.endIfOver(session, frame)) {
      return null;
    }
    boolean isToOne = to != J1939Id.GLOBAL;
    int number = frame.byteAt(0);
    switch (session.packet(frame, number, (number - 1) * PACKET_BYTES, 1, isToOne)) {
      case TAKEN -> session.heard(frame, number == session.lastCleared() ? T3_NS : T1_NS);
      case REPEATED -> {}
      case BROKEN -> {
        if (!isToOne) {
          sessions.abort(session);
          return null;
        }
        // The receiver may ask for it again.
        session.expectNothing();
        session.heard(frame, T3_NS);
      }
    }
    boolean isLast = number == session.last() || number == session.lastCleared();
    if (!isLast || !session.isReady()) {
      return null;
    }
    CanFrame message = sessions.give(session, frame);
    if (!isToOne) {
      session.close();
    }
    return message;
  }
}
