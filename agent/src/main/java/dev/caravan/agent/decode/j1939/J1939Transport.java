package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import org.jspecify.annotations.Nullable;

/**
 * Joins what is sent in packets on one J1939 bus: one listener to all pairs of sender and destination, at most {@value
 * #MOST_SESSIONS} at once. Gives a message as it was sent or not at all: a packet that is missing, out of order or
 * repeated with other content ends its session. One thread.
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
 * <p>Time is that of the frames alone: {@value #TIMEOUT_MS} ms after the last frame of a session it is over. Joined
 * messages, aborted sessions, timeouts and the sessions still open make up the sessions that were counted.
 *
 * @see "SAE J1939-21, 5.10"
 */
public final class J1939Transport {
  static final int MOST_SESSIONS = 64;

  private static final int TIMEOUT_MS = 1250; // the longest of SAE J1939-21, 5.10.2.4: T2 and T3
  private static final long TIMEOUT_NS = TIMEOUT_MS * 1_000_000L;

  private static final int CONNECTION_PF = 0xEC;
  private static final int DATA_PF = 0xEB;
  private static final int FRAME_BYTES = 8;
  private static final int LEAST_BYTES = 9;

  private static final int REQUEST_TO_SEND = 0x10;
  private static final int CLEAR_TO_SEND = 0x11;
  private static final int END_OF_MESSAGE = 0x13;
  private static final int BROADCAST = 0x20;
  private static final int ABORT = 0xFF;

  private static final int NO_MESSAGE = CanFrame.REMOTE | CanFrame.ERROR | CanFrame.FD;

  private final @Nullable Session[] sessions = new Session[MOST_SESSIONS];
  private final Counter opened;
  private final Counter messages;
  private final Counter aborted;
  private final Counter timeouts;
  private final Counter malformed;
  private final Counter stray;

  /** For the frames of one bus; counts under its name. */
  public J1939Transport(String source, Health health) {
    this.opened = health.counter("j1939.sessions", source);
    this.messages = health.counter("j1939.messages", source);
    this.aborted = health.counter("j1939.aborted", source);
    this.timeouts = health.counter("j1939.timeouts", source);
    this.malformed = health.counter("j1939.malformed", source);
    this.stray = health.counter("j1939.stray", source);
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
    if (frame.length() == FRAME_BYTES) {
      connection(frame);
    } else {
      malformed.increment();
    }
    return null;
  }

  private void connection(CanFrame frame) {
    int from = Identifier.sender(frame.id());
    int to = Identifier.destination(frame.id());
    int group = frame.byteAt(5) | frame.byteAt(6) << 8 | frame.byteAt(7) << 16;
    switch (frame.byteAt(0)) {
      case BROADCAST -> announce(frame, from, to, group, to == Identifier.GLOBAL);
      case REQUEST_TO_SEND -> announce(frame, from, to, group, to != Identifier.GLOBAL);
      case CLEAR_TO_SEND -> clear(frame, find(to, from), group);
      case END_OF_MESSAGE -> abort(find(to, from), group);
      case ABORT -> {
        abort(find(from, to), group);
        abort(find(to, from), group);
      }
      default -> malformed.increment();
    }
  }

  private void announce(CanFrame frame, int from, int to, int group, boolean isAddressed) {
    int sizeBytes = frame.byteAt(1) | frame.byteAt(2) << 8;
    int packets = (sizeBytes + Session.PACKET_BYTES - 1) / Session.PACKET_BYTES;
    boolean isGood = isAddressed
        && sizeBytes >= LEAST_BYTES
        && sizeBytes <= Session.MOST_BYTES
        && frame.byteAt(3) == packets
        && group <= 0x3FFFF;
    Session before = find(from, to);
    if (before != null) {
      boolean isOver = isOver(before, frame);
      if (isGood && !isOver && before.isUntouched(group, sizeBytes)) {
        before.heard(frame.timeNs());
        return;
      }
      end(before, isOver ? timeouts : aborted);
    }
    if (isGood) {
      room(frame).open(frame.timeNs(), from, to, group, sizeBytes);
      opened.increment();
    } else {
      malformed.increment();
    }
  }

  private void clear(CanFrame frame, @Nullable Session session, int group) {
    if (session == null || !session.isFor(group)) {
      return;
    }
    if (isOver(session, frame)) {
      end(session, timeouts);
    } else if (!session.clear(frame.byteAt(1), frame.byteAt(2), frame.timeNs())) {
      end(session, aborted);
    }
  }

  private void abort(@Nullable Session session, int group) {
    if (session != null && session.isFor(group)) {
      end(session, aborted);
    }
  }

  private @Nullable CanFrame data(CanFrame frame) {
    Session session = find(Identifier.sender(frame.id()), Identifier.destination(frame.id()));
    if (session == null) {
      stray.increment();
      return null;
    }
    if (isOver(session, frame)) {
      end(session, timeouts);
      return null;
    }
    return switch (session.packet(frame)) {
      case TAKEN -> null;
      case BROKEN -> {
        end(session, aborted);
        yield null;
      }
      case WHOLE -> {
        end(session, messages);
        yield session.message();
      }
    };
  }

  private static boolean isOver(Session session, CanFrame frame) {
    return frame.timeNs() - session.heardNs() > TIMEOUT_NS;
  }

  private static void end(Session session, Counter as) {
    session.close();
    as.increment();
  }

  private @Nullable Session find(int from, int to) {
    for (Session session : sessions) {
      if (session == null) {
        return null;
      }
      if (session.isBetween(from, to)) {
        return session;
      }
    }
    return null;
  }

  /** A session that is not open; ends those that are over, and if all are open the one silent for longest. */
  private Session room(CanFrame frame) {
    Session oldest = null;
    for (int i = 0; i < sessions.length; i++) {
      Session session = sessions[i];
      if (session == null) {
        session = new Session();
        sessions[i] = session;
        return session;
      }
      if (session.isOpen() && isOver(session, frame)) {
        end(session, timeouts);
      }
      if (!session.isOpen()) {
        return session;
      }
      if (oldest == null || session.heardNs() < oldest.heardNs()) {
        oldest = session;
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("no room for any session");
    }
    end(oldest, aborted);
    return oldest;
  }
}
