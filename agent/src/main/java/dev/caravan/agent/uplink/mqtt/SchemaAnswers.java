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
 * Publishes schemas again that are asked for, and those whose time has come ({@link SchemaRepeats}): one message at a time, in the room that is kept
 * for what no entry needs, and within the budget. After each it rests three times as long as that took to be answered for, so that this
 * never gets more than a quarter of a link. Never waits; the courier's thread.
 */
final class SchemaAnswers {
  private static final int RESTS = 3;

  private final SchemaMessages messages;
  private final SchemaRepeats repeats;
  private final List<Schemas> known;
  private final Link link;
  private final LongSupplier nowNs;
  private Optional<Requests> requests = Optional.empty();

  // while connected
  private final Queue<Schemas.Piece> pieces = new ArrayDeque<>();
  private @Nullable Publication latest;
  private boolean isRequested;
  private long beganNs;
  private long restsUntilNs;

  /** {@code known}: of all channels; may become more. */
  SchemaAnswers(
      SchemaMessages messages,
      SchemaRepeats repeats,
      List<Schemas> known,
      Link link,
      LongSupplier nowNs) {
    this.messages = messages;
    this.repeats = repeats;
    this.known = known;
    this.link = link;
    this.nowNs = nowNs;
  }

  /** From now on answers these. */
  void take(Optional<Requests> given) {
    requests = given;
  }

  void opened(BrokerConnection open) {
    pieces.clear();
    latest = null;
    restsUntilNs = nowNs.getAsLong();
    if (repeats.isOn()) {
      open.reserveOne();
    }
  }

  /** Whether one has no answer yet. */
  boolean isUnderWay() {
    Publication last = latest;
    return last != null && !last.isAnswered();
  }

  /** Whether one that was asked for has no answer yet. */
  boolean isRequestUnderWay() {
    return isRequested && isUnderWay();
  }

  /** Publishes the next message, if there is one and its time has come. */
  void send(BrokerConnection open, LongPredicate affords) {
    long now = nowNs.getAsLong();
    Publication last = latest;
    if (last != null && !last.isPending()) {
      restsUntilNs = now + RESTS * (now - beganNs);
      latest = null;
      learnOf(last);
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

  private void learnOf(Publication last) {
    if (!last.isAnswered()) {
      return;
    }
    if (pieces.isEmpty()) {
      repeats.ends();
    }
    int reason = last.reason();
    if (reason != PubackReason.SUCCESS && reason != PubackReason.NO_MATCHING_SUBSCRIBERS) {
      link.tellOnce(
          "the broker does not take a schema again that it took before: " + ReasonCode.text(reason),
          "again");
    }
  }

  private void next(BrokerConnection open, LongPredicate affords) {
    Optional<Bytes> asked = requests.flatMap(Requests::next);
    Optional<Bytes> id = asked.or(repeats::due);
    if (id.isEmpty()) {
      return;
    }
    List<Schemas.Piece> found = known.stream()
        .map(schemas -> messages.piecesOf(open, id.get(), schemas))
        .filter(each -> !each.isEmpty())
        .findFirst()
        .orElse(List.of());
    long bytes = found.stream().mapToLong(each -> each.content().length()).sum();
    boolean leaves = !found.isEmpty() && affords.test(bytes);
    isRequested = asked.isPresent();
    if (leaves) {
      repeats.begins(id.get());
      pieces.addAll(found);
    } else {
      repeats.postpone(id.get());
    }
    if (isRequested && leaves) {
      requests.get().isAnswered();
    } else if (isRequested) {
      requests.get().isIgnored();
    }
  }
}
