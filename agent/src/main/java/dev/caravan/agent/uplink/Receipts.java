package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.security.CheckBudget;
import dev.caravan.agent.security.SigningKey;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.StoreReceipt;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/**
 * Receipts of a route: what a datastore has made durable. They are united by whoever awaits them; what is for another device,
 * badly signed or cannot be read is counted and ignored, and of a flood only so many are checked as {@link CheckBudget} lets.
 *
 * <p>The courier's thread, but for what arrives.
 */
public final class Receipts {
  /** From whom they are taken. */
  public record Signers(List<PublicKey> keys, boolean takesUnsigned) {
    /** Copies the list. */
    public Signers {
      keys = List.copyOf(keys);
    }
  }

  private static final int MOST_MESSAGES = 256;

  private final String topic;
  private final String device;
  private final Signers signers;
  private final Timeline timeline;
  private final Counter ignored;
  private final CheckBudget checks;
  private final Queue<Bytes> arrived = new ArrayBlockingQueue<>(MOST_MESSAGES);
  private final List<Consumer<StoreReceipt>> takers = new ArrayList<>();

  /**
   * Of one route.
   *
   * @param topic where they come
   * @param device {@code FLEET/DEVICE}
   */
  public Receipts(
      String topic,
      String device,
      Signers signers,
      String route,
      Timeline timeline,
      Health health) {
    this.topic = topic;
    this.device = device;
    this.signers = signers;
    this.timeline = timeline;
    this.ignored = health.counter(UplinkMetrics.RECEIPTS_IGNORED, route);
    this.checks = new CheckBudget(route, timeline, ignored);
  }

  String topic() {
    return topic;
  }

  /** Takes a message, if there is room for it; any thread, and it never waits. */
  boolean arrived(Bytes message) {
    return message.length() <= StoreReceipt.LARGEST_BYTES && arrived.offer(message);
  }

  /** Who is given all good receipts; of any stream. */
  void givenTo(Consumer<StoreReceipt> taker) {
    takers.add(taker);
  }

  /** Gives what has come to its takers. */
  void look() {
    for (Bytes message = arrived.poll(); message != null; message = arrived.poll()) {
      take(message);
    }
  }

  private void take(Bytes message) {
    try {
      StoreReceipt.Signed signed = StoreReceipt.Signed.of(message);
      StoreReceipt receipt = StoreReceipt.read(signed.receipt());
      if (receipt.device().equals(device) && !receipt.stream().isNone()) {
        if (isGood(signed)) {
          takers.forEach(taker -> taker.accept(receipt));
        }
        return;
      }
    } catch (MalformedMessageException e) {
      // as one for another device
    }
    ignored.increment();
  }

  private boolean isGood(StoreReceipt.Signed signed) {
    if (signers.takesUnsigned()) {
      return true;
    }
    if (!checks.allows()) {
      return false;
    }
    long beganNs = timeline.monotonicNs();
    boolean isGood = signed.signature().length() == SigningKey.SIGNATURE_BYTES
        && SigningKey.signer(signers.keys(), signed.receipt(), signed.signature())
            .isPresent();
    if (!isGood) {
      checks.spent(timeline.monotonicNs() - beganNs);
      ignored.increment();
    }
    return isGood;
  }
}
