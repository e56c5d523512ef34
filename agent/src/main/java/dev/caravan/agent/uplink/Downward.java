package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.wire.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What comes down by an uplink, such as commands, and what is answered by the same. Both are handed over by short queues in which nobody
 * waits for room: what comes down never holds what goes up. The uplink puts in and takes answers, one other thread takes and answers.
 */
public final class Downward {
  /** How many messages the far side is asked to send ahead; some send more. */
  public static final int MOST_UNDONE = 64;

  private static final int MOST_MESSAGES = 2048;
  private static final long MOST_BYTES = 1 << 20;
  private static final int MOST_ANSWERS = 16;

  /**
   * One message.
   *
   * @param responseTopic where an answer is awaited; empty for nowhere
   * @param correlation what the answer must bear
   * @param done to be run once it is dealt with
   */
  public record Arrived(
      String topic, Bytes body, String responseTopic, Bytes correlation, Runnable done) {}

  /** An answer, with the correlation data of what it answers. */
  public record Answer(Message message, Bytes correlation) {}

  private final List<String> topics;
  private final Optional<Requests> requests;
  private final Optional<Receipts> receipts;
  private final Counter dropped;
  private final BlockingQueue<Arrived> arrived = new ArrayBlockingQueue<>(MOST_MESSAGES);
  private final AtomicLong waitingBytes = new AtomicLong();
  private final BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(MOST_ANSWERS);

  /**
   * Of one route.
   *
   * @param topics where commands come, without wildcards; none where none is taken
   * @param requests where schemas are asked for, if that is listened to
   * @param receipts where it is said what is durable, if that is listened to
   */
  public Downward(
      List<String> topics,
      Optional<Requests> requests,
      Optional<Receipts> receipts,
      String route,
      Health health) {
    this.topics = List.copyOf(topics);
    this.requests = requests;
    this.receipts = receipts;
    this.dropped = health.counter(UplinkMetrics.DROPPED_DOWN, route);
  }

  /** What is subscribed to. */
  public List<String> topics() {
    return Stream.of(
            topics.stream(),
            requests.map(Requests::topic).stream(),
            receipts.map(Receipts::topic).stream())
        .flatMap(each -> each)
        .toList();
  }

  /** What comes, in words. */
  public String what() {
    return Stream.of(
            topics.isEmpty() ? "" : "commands",
            requests.isEmpty() ? "" : "requests",
            receipts.isEmpty() ? "" : "receipts")
        .filter(each -> !each.isEmpty())
        .collect(Collectors.joining(" and "));
  }

  /** Schemas that are asked for, which the uplink answers itself. */
  public Optional<Requests> requests() {
    return requests;
  }

  /** What is durable. */
  public Optional<Receipts> receipts() {
    return receipts;
  }

  /** Hands a message over; it is dropped and counted where there is no room, or nobody asked for its topic. Never waits. */
  public void arrived(Arrived message) {
    if (requests.isPresent() && requests.get().topic().equals(message.topic)) {
      done(message, requests.get().arrived(message.body));
      return;
    }
    if (receipts.isPresent() && receipts.get().topic().equals(message.topic)) {
      done(message, receipts.get().arrived(message.body));
      return;
    }
    long bytes = message.body.length();
    boolean fits = waitingBytes.addAndGet(bytes) <= MOST_BYTES;
    if (fits && topics.contains(message.topic) && arrived.offer(message)) {
      return;
    }
    waitingBytes.addAndGet(-bytes);
    dropped.increment();
    message.done.run();
  }

  private void done(Arrived message, boolean isTaken) {
    if (!isTaken) {
      dropped.increment();
    }
    message.done.run();
  }

  /** The next message, waiting at most so long. */
  public Optional<Arrived> next(long atMostNs) {
    try {
      Arrived next = arrived.poll(atMostNs, TimeUnit.NANOSECONDS);
      if (next == null) {
        return Optional.empty();
      }
      waitingBytes.addAndGet(-next.body.length());
      return Optional.of(next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Answers; whoever asked asks again where too many answers wait already. */
  public void answer(Answer answer) {
    boolean unused = answers.offer(answer);
  }

  /** The next answer that is to leave, if there is one. */
  public Optional<Answer> nextAnswer() {
    return Optional.ofNullable(answers.poll());
  }

  /** Whether an answer is to leave. */
  public boolean isAnswering() {
    return !answers.isEmpty();
  }
}
