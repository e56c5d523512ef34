package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.Abilities;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the outlets of one uplink share: its connection, and what was said about it. The courier's thread. */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  private final String route;

  private long taken;

  // while connected
  private @Nullable BrokerConnection connection;
  private @Nullable Publication status;
  private @Nullable DownwardLink downward;
  private @Nullable SchemaAnswers schemas;
  private final Set<String> told = new HashSet<>();

  Link(String route) {
    this.route = route;
  }

  void opened(BrokerConnection open) {
    connection = open;
    status = null;
    told.clear();
  }

  /** The connection, of which nothing is known any more; null if there is none. */
  @Nullable
  BrokerConnection end() {
    BrokerConnection ended = connection;
    connection = null;
    return ended;
  }

  /** The connection; null if there is none. */
  @Nullable
  BrokerConnection open() {
    return connection;
  }

  boolean isOpen() {
    return connection != null;
  }

  BrokerConnection connected() throws IOException {
    BrokerConnection open = connection;
    if (open == null) {
      throw new IOException("link of " + route + ": not open");
    }
    throwIfLost(open);
    return open;
  }

  /** What the broker takes; as long as there is none, everything. */
  Abilities abilities() {
    BrokerConnection open = connection;
    return open == null
        ? Abilities.ALL
        : new Abilities(open.largestPacketBytes(), open.isRetaining());
  }

  static void throwIfLost(BrokerConnection open) throws IOException {
    IOException lost = open.lost();
    if (lost != null) {
      throw lost;
    }
  }

  static void awaitAnswer(BrokerConnection open, Publication publication, long untilNs) {
    open.awaitEnd(publication, untilNs);
    if (!publication.isPending() && !publication.isAnswered()) {
      open.awaitLoss();
    }
  }

  /** The broker took an entry, a schema or a piece of one. */
  void hasTaken() {
    taken++;
  }

  /** How many of those it took so far, on all connections. */
  long taken() {
    return taken;
  }

  void takes(DownwardLink down) {
    downward = down;
  }

  void publishesAgain(SchemaAnswers given) {
    schemas = given;
  }

  /** What comes down by it; null for nothing. */
  @Nullable
  DownwardLink downward() {
    return downward;
  }

  /** Whether a link may have ended over a message that came down. */
  boolean hasEndedOverInbound(BrokerConnection ended) {
    return downward != null && ended.hasEndedOverInbound();
  }

  /** Whether something is under way that is no entry. */
  boolean isOtherUnderWay() {
    DownwardLink down = downward;
    SchemaAnswers again = schemas;
    return isStatusUnderWay()
        || (down != null && down.isAnswerUnderWay())
        || (again != null && again.isUnderWay());
  }

  void statusUnderWay(Publication publication) {
    status = publication;
  }

  boolean isStatusUnderWay() {
    Publication last = status;
    return last != null && last.isPending();
  }

  /** Learns from the status that was published last whether the broker takes it. */
  void learnOfStatus(BrokerConnection open) {
    Publication last = status;
    if (last == null) {
      return;
    }
    if (last.isAnswered()) {
      open.limits().statusAnswered();
      return;
    }
    if (open.lost() != null
        && open.leftUnderWay() == 1
        && open.limits().endedOverStatus(open.end())) {
      LOG.warn(
          "{}: the broker {} the status, going on without",
          route,
          open.end() == LinkEnd.UNANSWERED ? "does not answer" : "ends the link over");
    }
    status = null;
  }

  /** Whether the broker did not take the latest status. */
  boolean isStatusRefused() {
    Publication last = status;
    return last != null
        && last.isAnswered()
        && last.reason() != PubackReason.SUCCESS
        && last.reason() != PubackReason.NO_MATCHING_SUBSCRIBERS;
  }

  void awaitStatus(BrokerConnection open, long untilNs) {
    Publication last = status;
    if (last != null) {
      awaitAnswer(open, last, untilNs);
    }
  }

  /** Whether a packet is larger than the broker takes, which is then said. */
  boolean isTooLarge(BrokerConnection open, String what, long packetBytes) {
    if (packetBytes <= open.largestPacketBytes()) {
      return false;
    }
    tellOnce(
        what + " too large for the broker: packet=" + packetBytes + " B; want at most "
            + open.largestPacketBytes() + " B, told once for this connection",
        what);
    return true;
  }

  /** Says what was refused for good, once a connection for each reason. */
  void tellOnce(String what, String reason) {
    if (told.add(reason)) {
      LOG.warn("{}: {}", route, what);
    }
  }
}
