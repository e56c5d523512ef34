package dev.caravan.agent.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the broker knows of one client: its subscriptions, what waits for it, and what it has not yet acknowledged.
 * Everything on the broker's one thread.
 */
final class Session {
  private static final int WAITING_MESSAGES = 10_000;
  private static final long WAITING_BYTES = 32L << 20;

  record Subscription(
      Session session, Filter filter, int qos, boolean noLocal, boolean retainAsPublished) {}

  record Outgoing(Message message, int qos, boolean retain, boolean again) {}

  final String clientId;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private final Map<Integer, Outgoing> unacknowledged = new LinkedHashMap<>();
  private long waitingBytes;
  private int lastId;

  // while connected
  private @Nullable ClientLink link;
  private int window;
  private long largestBytes;

  Session(String clientId) {
    this.clientId = clientId;
  }

  @Nullable
  ClientLink link() {
    return link;
  }

  /** The client is there; what it had not acknowledged is sent again, first. */
  void attach(ClientLink now, int receiveMaximum, long largestPacketBytes) {
    link = now;
    window = receiveMaximum;
    largestBytes = largestPacketBytes;
    List<Outgoing> again = new ArrayList<>(unacknowledged.values());
    unacknowledged.clear();
    Collections.reverse(again);
    for (Outgoing out : again) {
      waiting.addFirst(new Outgoing(out.message, out.qos, out.retain, true));
      waitingBytes += out.message.sizeBytes();
    }
  }

  void detach() {
    link = null;
  }

  List<Subscription> subscriptions() {
    return List.copyOf(subscriptions.values());
  }

  /** Whether it was new. */
  boolean subscribe(Subscription subscription) {
    return subscriptions.put(subscription.filter.text(), subscription) == null;
  }

  boolean unsubscribe(String filter) {
    return subscriptions.remove(filter) != null;
  }

  boolean isFull() {
    return waiting.size() >= WAITING_MESSAGES || waitingBytes >= WAITING_BYTES;
  }

  boolean isHalfEmpty() {
    return waiting.size() < WAITING_MESSAGES / 2 && waitingBytes < WAITING_BYTES / 2;
  }

  /** Takes a message for the client. Without an acknowledgement to wait for, a full queue drops it. */
  void offer(Message message, int qos, boolean retain) {
    if (qos == 0 && (link == null || isFull())) {
      return;
    }
    waiting.add(new Outgoing(message, qos, retain, false));
    waitingBytes += message.sizeBytes();
    pump();
  }

  /** Sends what the client's window and its socket take now. */
  void pump() {
    ClientLink open = link;
    if (open == null) {
      return;
    }
    boolean sent = false;
    long nowNs = System.nanoTime();
    while (!waiting.isEmpty() && open.isWritable()) {
      Outgoing next = waiting.getFirst();
      boolean dropped =
          next.message.isExpired(nowNs) || next.message.sizeBytes() - 64 > largestBytes;
      if (!dropped && next.qos > 0 && unacknowledged.size() >= window) {
        break;
      }
      waiting.removeFirst();
      waitingBytes -= next.message.sizeBytes();
      if (!dropped) {
        int id = next.qos == 0 ? 0 : freeId();
        if (next.qos > 0) {
          unacknowledged.put(id, next);
        }
        open.writePublish(next, id, nowNs);
        sent = true;
      }
    }
    if (sent) {
      open.flush();
    }
  }

  private int freeId() {
    do {
      lastId = lastId % 65_535 + 1;
    } while (unacknowledged.containsKey(lastId));
    return lastId;
  }

  void acknowledged(int id) {
    unacknowledged.remove(id);
    pump();
  }
}
