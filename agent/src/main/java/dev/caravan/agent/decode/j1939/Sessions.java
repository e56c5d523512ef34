package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import org.jspecify.annotations.Nullable;

/**
 * The messages that are on their way in packets on one bus, at most {@value #MOST} at once, and the books about them:
 * those joined, aborted and too late, and the ones still open, make up those that were begun. One thread.
 */
final class Sessions {
  static final int MOST = 64;

  private final @Nullable Session[] sessions = new Session[MOST];
  private final int mostBytes;
  private final Counter opened;
  private final Counter messages;
  private final Counter aborted;
  private final Counter timeouts;

  /** For messages of at most so many bytes; counts under the name of a source. */
  Sessions(int mostBytes, String source, Health health) {
    this.mostBytes = mostBytes;
    this.opened = health.counter(J1939Metrics.SESSIONS, source);
    this.messages = health.counter(J1939Metrics.MESSAGES, source);
    this.aborted = health.counter(J1939Metrics.ABORTED, source);
    this.timeouts = health.counter(J1939Metrics.TIMEOUTS, source);
  }

  /** The open session of a key; null if there is none. */
  @Nullable
  Session find(int key) {
    for (Session session : sessions) {
      if (session == null) {
        return null;
      }
      if (session.isOpen() && session.key() == key) {
        return session;
      }
    }
    return null;
  }

  /** Ends a session if a frame comes too late for it. */
  boolean endIfOver(Session session, CanFrame frame) {
    if (!session.isOver(frame)) {
      return false;
    }
    end(session, timeouts);
    return true;
  }

  /** Ends a session whose message cannot become whole any more, or is of no more use. */
  void abort(Session session) {
    end(session, aborted);
  }

  /**
   * Something began after those sessions whose key without its lowest bits is this; ends the ones that this has happened
   * to so often.
   */
  void overtake(int key, int lowestBits, int most) {
    for (Session session : sessions) {
      if (session == null) {
        return;
      }
      if (session.isOpen() && session.key() >>> lowestBits == key && session.overtake() >= most) {
        abort(session);
      }
    }
  }

  private static void end(Session session, Counter as) {
    session.close();
    if (!session.isGiven()) {
      as.increment();
    }
  }

  /** Hands on the message of a session that is ready. */
  CanFrame give(Session session, CanFrame frame) {
    if (!session.isGiven()) {
      messages.increment();
    }
    return session.give(frame);
  }

  /** Begins a session; ends those that are over, and if all are open the one silent for longest. */
  Session open(CanFrame frame, int key, int id, int sizeBytes, int first, int last) {
    Session session = room(frame);
    session.open(frame.timeNs(), key, id, sizeBytes, first, last);
    opened.increment();
    return session;
  }

  private Session room(CanFrame frame) {
    Session oldest = null;
    for (int i = 0; i < sessions.length; i++) {
      Session session = sessions[i];
      if (session == null) {
        session = new Session(mostBytes);
        sessions[i] = session;
        return session;
      }
      if (!session.isOpen() || endIfOver(session, frame)) {
        return session;
      }
      if (oldest == null || session.heardNs() < oldest.heardNs()) {
        oldest = session;
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("no room for any session");
    }
    abort(oldest);
    return oldest;
  }
}
