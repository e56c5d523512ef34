package dev.caravan.agent.broker;

import dev.caravan.agent.broker.Session.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who gets what: sessions, subscriptions and retained messages. Everything on the broker's one thread. */
final class Exchange {
  private static final int CACHED_TOPICS = 1000;

  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, Message> retained = new LinkedHashMap<>();
  private final Map<String, Integer> turns = new HashMap<>();
  private final Map<String, List<Subscription>> matching = new HashMap<>();
  private final Set<ClientLink> holding = new LinkedHashSet<>();

  /** The session of a client, and whether it was there before. */
  record Found(Session session, boolean present) {}

  Found session(String clientId, boolean clean) {
    Session old = sessions.get(clientId);
    if (old != null && clean) {
      forget(old);
      old = null;
    }
    if (old != null) {
      return new Found(old, true);
    }
    Session made = new Session(clientId);
    sessions.put(clientId, made);
    return new Found(made, false);
  }

  @Nullable
  Session known(String clientId) {
    return sessions.get(clientId);
  }

  void forget(Session session) {
    if (sessions.remove(session.clientId, session)) {
      matching.clear();
      resumeHolding();
    }
  }

  /** Forgets every session whose client is not there now. */
  void forgetAbsent() {
    sessions.values().stream()
        .filter(session -> session.link() == null)
        .toList()
        .forEach(this::forget);
  }

  void forgetRetained() {
    retained.clear();
  }

  @Nullable
  Message retained(String topic) {
    return retained.get(topic);
  }

  /** Subscribes, and sends the retained messages that the client asks for. */
  void subscribe(Subscription subscription, int retainHandling) {
    boolean isNew = subscription.session().subscribe(subscription);
    matching.clear();
    // MQTT 5, 3.8.3.1: 0 always, 1 only for a new subscription, 2 never; and 4.8.2: never for a
    // shared one
    boolean wanted = retainHandling == 0 || (retainHandling == 1 && isNew);
    if (!wanted || subscription.filter().group() != null) {
      return;
    }
    long nowNs = System.nanoTime();
    retained.values().removeIf(message -> message.isExpired(nowNs));
    for (Message message : List.copyOf(retained.values())) {
      if (subscription.filter().matches(message.topic())) {
        subscription.session().offer(message, Math.min(message.qos(), subscription.qos()), true);
      }
    }
  }

  boolean unsubscribe(Session session, String filter) {
    matching.clear();
    return session.unsubscribe(filter);
  }

  private List<Subscription> matching(String topic) {
    List<Subscription> known = matching.get(topic);
    if (known == null) {
      List<Subscription> found = new ArrayList<>();
      for (Session session : sessions.values()) {
        session.subscriptions().stream()
            .filter(subscription -> subscription.filter().matches(topic))
            .forEach(found::add);
      }
      if (matching.size() >= CACHED_TOPICS) {
        matching.clear();
      }
      matching.put(topic, found);
      known = found;
    }
    return known;
  }

  /** Whether somebody who should get it has too much waiting: the publisher must wait. */
  boolean isCongested(String topic) {
    for (Subscription subscription : matching(topic)) {
      if (subscription.filter().group() == null && subscription.session().isFull()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps it if it is to be retained, and gives it to everybody who wants it.
   *
   * @return to how many
   */
  int publish(@Nullable Session from, Message message) {
    if (message.retain()) {
      if (message.payload().length() == 0) {
        retained.remove(message.topic());
      } else {
        retained.put(message.topic(), message);
      }
    }
    Map<Session, Subscription> receivers = new LinkedHashMap<>();
    Map<String, List<Subscription>> groups = new LinkedHashMap<>();
    for (Subscription subscription : matching(message.topic())) {
      if (subscription.filter().group() != null) {
        groups
            .computeIfAbsent(subscription.filter().text(), group -> new ArrayList<>())
            .add(subscription);
      } else if (!(subscription.noLocal() && subscription.session() == from)) {
        receivers.merge(subscription.session(), subscription, (a, b) -> a.qos() >= b.qos() ? a : b);
      }
    }
    receivers.values().forEach(subscription -> give(subscription, message));
    groups.forEach((group, members) -> give(oneOf(group, members), message));
    return receivers.size() + groups.size();
  }

  private static void give(Subscription to, Message message) {
    boolean retain = message.retain() && to.retainAsPublished();
    to.session().offer(message, Math.min(message.qos(), to.qos()), retain);
  }

  /** The members of a group take turns; one that is away or full is passed over while there is another. */
  private Subscription oneOf(String group, List<Subscription> members) {
    int turn = turns.merge(group, 1, Integer::sum);
    for (int i = 0; i < members.size(); i++) {
      Subscription member = members.get(Math.floorMod(turn + i, members.size()));
      if (member.session().link() != null && !member.session().isFull()) {
        return member;
      }
    }
    return members.get(Math.floorMod(turn, members.size()));
  }

  /** A link that holds publishes back until there is room. */
  void hold(ClientLink link) {
    holding.add(link);
  }

  void release(ClientLink link) {
    holding.remove(link);
  }

  /** Looks again at held publishes, once a slow receiver has caught up. */
  void resumeHolding() {
    for (ClientLink link : List.copyOf(holding)) {
      link.resume();
    }
  }
}
