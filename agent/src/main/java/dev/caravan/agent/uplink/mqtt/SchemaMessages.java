package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes each schema, retained, before the first entry of a connection that needs it. The courier's thread. */
final class SchemaMessages {
  /** Whether the schema of an entry is there. */
  enum There {
    /** It is, or cannot be: the entry may go. */
    YES,
    /** Not now; it is to be tried again. */
    NO,
    /** The broker does not take it now, for the reason that {@link #reason()} tells. */
    TURNED_AWAY
  }

  private static final Logger LOG = LoggerFactory.getLogger(SchemaMessages.class);

  private final String route;
  private final Messages messages;
  private final Link link;

  // that the broker ends the link over: their entries go without
  private final Set<Bytes> disliked = new HashSet<>();

  // while connected
  private final Set<Bytes> published = new HashSet<>();

  private int reason;

  SchemaMessages(String route, Messages messages, Link link) {
    this.route = route;
    this.messages = messages;
    this.link = link;
  }

  void opened() {
    published.clear();
  }

  /** Why the broker did not take the latest. */
  int reason() {
    return reason;
  }

  /**
   * Publishes the schema of an entry, if this connection has not.
   *
   * @param schemas finds its content
   * @param alone whether nothing else is under way
   */
  There publish(
      BrokerConnection open,
      Entry entry,
      Function<Bytes, Optional<Bytes>> schemas,
      boolean alone,
      long untilNs) {
    Bytes id = entry.schemaId();
    if (id.length() == 0 || published.contains(id) || disliked.contains(id)) {
      return There.YES;
    }
    Optional<Bytes> content;
    try {
      content = schemas.apply(id);
    } catch (UncheckedIOException e) {
      link.tellOnce("a schema cannot be read, trying again: " + e.getMessage(), "read");
      return There.NO;
    }
    if (content.isEmpty()) {
      LOG.warn("{}: the schema of sequence={} is gone: id={}", route, entry.sequence(), id);
      published.add(id);
      return There.YES;
    }
    String topic = messages.schemaTopic(id);
    if (link.isTooLarge(open, topic, Messages.SCHEMA, content.get())) {
      published.add(id);
      return There.YES;
    }
    if (!open.awaitRoom(untilNs)) {
      return There.NO;
    }
    Publication publication =
        open.publish(topic, Messages.retained(Messages.SCHEMA, content.get()));
    Link.awaitAnswer(open, publication, untilNs);
    if (!publication.isAnswered()) {
      if (alone && open.wasLostForMessage()) {
        LOG.warn("{}: the broker ends the link over a schema: id={}", route, id);
        disliked.add(id);
      }
      return There.NO;
    }
    reason = publication.reason();
    // it is retained: that nobody listens now does not matter
    if (reason != PubackReason.NO_MATCHING_SUBSCRIBERS && PubackReason.fate(reason) == Fate.KEPT) {
      return There.TURNED_AWAY;
    }
    published.add(id);
    return There.YES;
  }
}
