package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.wire.Message;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each schema, retained, before the first entry that needs it, and again while it is in use, before the broker forgets it:
 * {@value #EXPIRY_SECONDS} s after it was published last. What the broker has acknowledged is not published again on the next
 * connection, unless it may have lost it: it does not know this client's session any more, or it is another broker. For those who come later
 * it is published again beside entries where no broker keeps it for them: {@link SchemaRepeats}. The courier's thread.
 */
final class SchemaMessages {
  /** Whether the schema of an entry is there. */
  enum There {
    /** It is, or the broker will never take it: the entry may go. */
    YES,
    /** Not now; it is to be tried again. */
    NO,
    /** Nobody has it: the entry stays, others may go. */
    NOWHERE,
    /** The broker does not take it now, for the reason that {@link #reason()} tells. */
    TURNED_AWAY
  }

  /** 30 days: so long a reader may stay away that comes back to what a broker has held for it. */
  static final long EXPIRY_SECONDS = 30 * 24 * 3600;

  private static final long FIRST_DISLIKED_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long DISLIKED_NS = TimeUnit.MINUTES.toNanos(10);

  private static final long RENEW_NS = EXPIRY_SECONDS * 1_000_000_000L / 2;

  private static final Logger LOG = LoggerFactory.getLogger(SchemaMessages.class);

  private record Disliked(long pauseNs, long untilNs) {}

  private final String route;
  private final Messages messages;
  private final Link link;
  private final SchemaRepeats repeats;
  private final LongSupplier nowNs;
  private final SizeSearch search;

  // that the broker takes in no size or ends the link over, and when they are tried again: what
  // needs them stays
  private final Map<Bytes, Disliked> disliked = new HashMap<>();

  // what a broker has acknowledged, pieces among it, and when it is due again
  private final Map<Bytes, Long> againNs = new HashMap<>();
  private @Nullable BrokerLimits broker;

  // the schema that is on its way, as it was divided
  private @Nullable Bytes dividedId;
  private List<Schemas.Piece> divided = List.of();
  private long dividedForBytes;

  private int reason;

  SchemaMessages(
      String route, Messages messages, Link link, SchemaRepeats repeats, LongSupplier nowNs) {
    this.route = route;
    this.messages = messages;
    this.link = link;
    this.repeats = repeats;
    this.nowNs = nowNs;
    this.search = new SizeSearch(route + ", schema");
  }

  /** Whether it is of use that a broker still knows this client's session. */
  boolean remembers(BrokerLimits of) {
    return of == broker && !againNs.isEmpty();
  }

  void opened(BrokerConnection open, BrokerLimits by) {
    boolean isKept = open.isSessionPresent() && by == broker;
    if (!isKept) {
      againNs.clear();
    }
    broker = by;
    repeats.opened(open.isRetaining(), isKept);
  }

  private boolean isThere(Bytes id) {
    Long dueNs = againNs.get(id);
    return dueNs != null && nowNs.getAsLong() - dueNs < 0;
  }

  /** Why the broker did not take the latest. */
  int reason() {
    return reason;
  }

  /**
   * Publishes the schema of an entry, if the broker does not have it; in pieces if the broker or the link takes no packet of
   * its size.
   *
   * @param alone whether nothing else is under way
   */
  There publish(BrokerConnection open, Entry entry, Schemas schemas, boolean alone, long untilNs) {
    Bytes id = entry.schemaId();
    if (id.length() == 0) {
      return There.YES;
    }
    if (isThere(id)) {
      repeats.used(id);
      return There.YES;
    }
    Disliked dislike = disliked.get(id);
    if (dislike != null && nowNs.getAsLong() - dislike.untilNs < 0) {
      return There.NOWHERE;
    }
    Optional<Bytes> content;
    try {
      content = schemas.find(id);
    } catch (UncheckedIOException e) {
      link.tellOnce("a schema cannot be read, trying again: " + Words.of(e), "read");
      return There.NO;
    }
    if (content.isEmpty()) {
      link.tellOnce(
          "the schema of sequence=" + entry.sequence() + " is not there, keeping what needs it: id="
              + id,
          "missing " + id);
      return There.NOWHERE;
    }
    Schemas.Piece whole = new Schemas.Piece(id, content.get());
    List<Schemas.Piece> pieces = pieces(open, whole, schemas);
    for (Schemas.Piece piece : pieces) {
      There there = publish(open, piece, whole, schemas, alone, untilNs);
      if (there != There.YES) {
        return there;
      }
    }
    if (pieces.isEmpty()) {
      return There.NO;
    }
    repeats.published(id, content.get().length());
    return There.YES;
  }

  /** What a schema is published as; nothing where it is not there, or the broker does not take it. */
  List<Schemas.Piece> piecesOf(BrokerConnection open, Bytes id, Schemas schemas) {
    try {
      Optional<Bytes> content = disliked.containsKey(id) ? Optional.empty() : schemas.find(id);
      return content.isEmpty()
          ? List.of()
          : divided(open, new Schemas.Piece(id, content.get()), schemas);
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  /** Publishes one of these, whether or not the broker has it, and does not wait. */
  Publication publishAgain(BrokerConnection open, Schemas.Piece piece) {
    Message message = messages.schema(piece.id(), piece.content());
    return open.publish(message.topic(), messages.retained(message, EXPIRY_SECONDS));
  }

  private List<Schemas.Piece> divided(BrokerConnection open, Schemas.Piece whole, Schemas schemas) {
    long besideBytes = besideBytes(open, whole);
    List<Schemas.Piece> pieces = schemas.pieces(whole, open.largestInTimeBytes() - besideBytes);
    // too late is better than never
    return pieces.isEmpty()
        ? schemas.pieces(whole, open.largestPacketBytes() - besideBytes)
        : pieces;
  }

  private List<Schemas.Piece> pieces(BrokerConnection open, Schemas.Piece whole, Schemas schemas) {
    long besideBytes = besideBytes(open, whole);
    long mostBytes =
        Math.min(search.mostBytes(whole.id()), open.largestPacketBytes()) - besideBytes;
    long inTimeBytes = Math.min(mostBytes, open.largestInTimeBytes() - besideBytes);
    if (Objects.equals(whole.id(), dividedId)
        && mostBytes == dividedForBytes
        && divided.stream().allMatch(each -> each.content().length() <= inTimeBytes)) {
      return divided;
    }
    List<Schemas.Piece> pieces = schemas.pieces(whole, inTimeBytes);
    if (pieces.isEmpty()) {
      // too late is better than never
      pieces = schemas.pieces(whole, mostBytes);
    }
    if (pieces.isEmpty()) {
      link.tellOnce(
          "a schema is too large for the broker, which takes " + open.largestPacketBytes()
              + " B: keeping what needs it",
          "large");
    }
    dividedId = whole.id();
    divided = pieces;
    dividedForBytes = mostBytes;
    return pieces;
  }

  private There publish(
      BrokerConnection open,
      Schemas.Piece piece,
      Schemas.Piece whole,
      Schemas schemas,
      boolean alone,
      long untilNs) {
    if (isThere(piece.id())) {
      return There.YES;
    }
    if (!open.awaitRoom(untilNs)) {
      return There.NO;
    }
    Publication publication = publishAgain(open, piece);
    Link.awaitAnswer(open, publication, untilNs);
    if (!publication.isAnswered()) {
      if (alone && open.end().mayBeForAMessage() && !triesSmaller(open, piece, whole, schemas)) {
        dislike(whole, "ends the link over");
      }
      return There.NO;
    }
    reason = publication.reason();
    // it is retained: that nobody listens now does not matter
    boolean isTaken =
        reason == PubackReason.SUCCESS || reason == PubackReason.NO_MATCHING_SUBSCRIBERS;
    if (!isTaken
        && PubackReason.mayBeForSize(reason)
        && triesSmaller(open, piece, whole, schemas)) {
      return There.TURNED_AWAY;
    }
    if (PubackReason.fate(reason) == Fate.REFUSED) {
      return There.TURNED_AWAY;
    }
    if (isTaken
        && search.taken(
            whole.id(), packetBytes(open, piece), open.limits(), piecesAt(open, whole, schemas))) {
      // the whole schema comes next, or pieces of another size, and says whether it was its size
      return There.NO;
    }
    if (!isTaken) {
      dislike(whole, "refuses");
      return There.NOWHERE;
    }
    disliked.remove(whole.id());
    link.hasTaken();
    againNs.put(piece.id(), nowNs.getAsLong() + RENEW_NS);
    return There.YES;
  }

  private void dislike(Schemas.Piece whole, String does) {
    Disliked before = disliked.get(whole.id());
    long pauseNs = before == null ? FIRST_DISLIKED_NS : Math.min(DISLIKED_NS, before.pauseNs * 2);
    disliked.put(whole.id(), new Disliked(pauseNs, nowNs.getAsLong() + pauseNs));
    if (before == null) {
      LOG.warn(
          "{}: the broker {} a schema, keeping what needs it: id={}, again in {} s, later in up to {} min",
          route,
          does,
          whole.id(),
          TimeUnit.NANOSECONDS.toSeconds(pauseNs),
          TimeUnit.NANOSECONDS.toMinutes(DISLIKED_NS));
    }
  }

  /** Whether a schema that was not taken is to be sent in smaller pieces. */
  private boolean triesSmaller(
      BrokerConnection open, Schemas.Piece piece, Schemas.Piece whole, Schemas schemas) {
    long bytes = packetBytes(open, piece);
    return search.refused(whole.id(), bytes, open.limits(), piecesAt(open, whole, schemas));
  }

  private long packetBytes(BrokerConnection open, Schemas.Piece piece) {
    return messages.packetBytes(
        messages.schema(piece.id(), piece.content()), EXPIRY_SECONDS, open.isAliasing());
  }

  private LongToIntFunction piecesAt(BrokerConnection open, Schemas.Piece whole, Schemas schemas) {
    // a piece is named by what it has, so that any two divisions may be tried
    return mostBytes ->
        schemas.pieces(whole, mostBytes - besideBytes(open, whole)).isEmpty() ? 0 : (int) mostBytes;
  }

  private long besideBytes(BrokerConnection open, Schemas.Piece whole) {
    return packetBytes(open, new Schemas.Piece(whole.id(), Bytes.EMPTY))
        + Messages.MOST_LENGTH_BYTES;
  }
}
