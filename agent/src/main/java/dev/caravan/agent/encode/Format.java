package dev.caravan.agent.encode;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.wire.SchemaPieces;
import dev.caravan.agent.wire.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** All that a route must know of a wire format: bound to the device and the route whose messages it makes. Has no state; any thread. */
public interface Format {
  /** Its word in configurations, by which a queue tells what wrote its bodies. */
  String word();

  /** What is measured. */
  Bodies batches();

  /** What happened; nothing where the format has no way to tell it. */
  Optional<Bodies> events();

  /**
   * What a schema is published as, each under its own id and with a content of at most so many bytes: in this order, the one under the id
   * of the whole last. None if it cannot be divided so.
   */
  default List<Payload.Schema> pieces(Payload.Schema whole, long mostBytes) {
    return SchemaPieces.cut(whole.content(), mostBytes).stream()
        .map(piece -> new Payload.Schema(piece.id(), piece.content()))
        .toList();
  }

  /** Whose its {@link #session} is to hosts at a broker, where no two may be one; most have none. */
  default Optional<String> sessionId() {
    return Optional.empty();
  }

  /**
   * What it tells and hears beside its messages, made anew for one way out; most have nothing.
   *
   * @param dir where it keeps what it must remember
   */
  default Optional<Session> session(Path dir, Timeline timeline) {
    return Optional.empty();
  }

  /** What a route's queue of events, and its way out, are called in counters: {@code cloud.events}. */
  static String eventsOf(String route) {
    return route + ".events";
  }
}
