package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.Requests;
import dev.caravan.agent.uplink.Schemas;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes schemas again that are asked for: one message at a time, in the room that is kept for what goes down, and within the budget. After
 * each it rests three times as long as that took to be answered for, so that requests never get more than a quarter of a link. Never waits; the courier's thread.
 */
final class SchemaAnswers {
  private static final int RESTS = 3;

  private final Requests requests;
  private final SchemaMessages messages;
  private final List<Schemas> known;
  private final LongSupplier nowNs;

  // while connected
  private final Queue<Schemas.Piece> pieces = new ArrayDeque<>();
  private @Nullable Publication latest;
  private long beganNs;
  private long restsUntilNs;

  /** {@code known}: of all channels; may become more. */
  SchemaAnswers(
      Requests requests, SchemaMessages messages, List<Schemas> known, LongSupplier nowNs) {
    this.requests = requests;
    this.messages = messages;
    this.known = known;
    this.nowNs = nowNs;
  }

  void opened() {
    pieces.clear();
    latest = null;
    restsUntilNs = nowNs.getAsLong();
  }

  /** Whether one has no answer yet. */
  boolean isUnderWay() {
    Publication last = latest;
    return last != null && !last.isAnswered();
  }

  /** Publishes the next message, if there is one and its time has come. */
  void send(BrokerConnection open, LongPredicate affords) {
    long now = nowNs.getAsLong();
    if (latest != null && !latest.isPending()) {
      restsUntilNs = now + RESTS * (now - beganNs);
      latest = null;
    }
    if (latest != null || now - restsUntilNs < 0 || !open.hasReserved()) {
      return;
    }
    if (pieces.isEmpty()) {
      next(open, affords);
    }
    Schemas.Piece piece = pieces.poll();
    if (piece != null) {
      beganNs = now;
      latest = messages.publishAgain(open, piece);
    }
  }

  private void next(BrokerConnection open, LongPredicate affords) {
    Optional<Bytes> id = requests.next();
    if (id.isEmpty()) {
      return;
    }
    List<Schemas.Piece> found = known.stream()
        .map(schemas -> messages.piecesOf(open, id.get(), schemas))
        .filter(each -> !each.isEmpty())
        .findFirst()
        .orElse(List.of());
    long bytes = found.stream().mapToLong(each -> each.content().length()).sum();
    if (found.isEmpty() || !affords.test(bytes)) {
      requests.isIgnored();
    } else {
      requests.isAnswered();
      pieces.addAll(found);
    }
  }
}
