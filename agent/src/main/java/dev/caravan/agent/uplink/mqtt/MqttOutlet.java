package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Schemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one topic, on the link of an uplink: each a QoS 1 publish, its schema retained before it, several under way
 * at once. The courier's thread owns it.
 *
 * <p>An entry is accepted only by a PUBACK that says so. While the broker takes none (nobody listens, a quota is used up)
 * only the first is tried, again and again; nobody listening is taken as delivered after {@code keep_unheard}, and counted.
 *
 * <p>Where it ended the link over a message, one at a time is sent until each that was under way then has its answer: the one
 * over which the link ends again is rejected.
 */
final class MqttOutlet implements Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(MqttOutlet.class);
  private static final long LONGEST_SEND_NS = 600_000_000_000L;

  private final String name;
  private final EntryMessages messages;
  private final Schemas schemas;
  private final SchemaMessages schemaMessages;
  private final Link link;
  private final MqttSettings settings;
  private final Timeline timeline;
  private final Ages ages;
  private final Counter unheard;

  // while the broker does not take what it is sent
  private boolean probing;
  private long silentSinceNs;
  private boolean silent;

  // sequences under way when the broker ended the link over a message, and not answered since
  private final Set<Long> suspects = new HashSet<>();

  /** {@code name}: of its counters and in the log. */
  MqttOutlet(
      String name,
      EntryMessages messages,
      Schemas schemas,
      SchemaMessages schemaMessages,
      Link link,
      MqttSettings settings,
      Timeline timeline,
      Ages ages,
      Health health) {
    this.name = name;
    this.messages = messages;
    this.schemas = schemas;
    this.schemaMessages = schemaMessages;
    this.link = link;
    this.settings = settings;
    this.timeline = timeline;
    this.ages = ages;
    this.unheard = health.counter("uplink.unheard", name);
  }

  /** One publish of an entry; {@code alone} if nothing else was under way. */
  private record Attempt(Entry entry, Publication publication, boolean alone) {}

  @Override
  public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
    BrokerConnection open = link.connected();
    List<Fate> fates = new ArrayList<>(Collections.nCopies(entries.size(), Fate.KEPT));
    List<@Nullable Attempt> attempts = new ArrayList<>();
    long untilNs = System.nanoTime() + LONGEST_SEND_NS;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!hasSchema(open, entry, untilNs)) {
        break;
      }
      List<Bytes> bodies = messages.bodies(entry, late.get(i), open);
      if (bodies.size() != 1) {
        fates.set(i, sendParts(open, entry, bodies, untilNs));
        attempts.add(null);
        if (fates.get(i) == Fate.KEPT) {
          break;
        }
        suspects.remove(entry.sequence());
        continue;
      }
      if (isOneByOne()) {
        link.awaitStatus(open, untilNs);
      }
      if (!open.awaitRoom(untilNs)) {
        break;
      }
      Attempt attempt = attempt(open, entry, bodies.get(0));
      attempts.add(attempt);
      if (isOneByOne()) {
        fates.set(i, awaitFate(open, attempt, untilNs));
        if (fates.get(i) == Fate.KEPT) {
          break;
        }
      } else if (latest(attempts, open.window()).stream().anyMatch(this::isTurnedAway)) {
        break;
      }
    }
    for (int i = 0; i < attempts.size(); i++) {
      Attempt attempt = attempts.get(i);
      if (attempt != null && fates.get(i) == Fate.KEPT) {
        fates.set(i, awaitFate(open, attempt, untilNs));
      }
    }
    if (open.lost() != null) {
      if (open.end() == LinkEnd.FOR_A_MESSAGE) {
        suspect(entries, attempts, fates);
      }
      if (fates.stream().allMatch(fate -> fate == Fate.KEPT)) {
        Link.throwIfLost(open);
      }
    }
    return new Receipt(fates);
  }

  @Override
  public void begins(long oldestSequence) {
    suspects.removeIf(sequence -> sequence < oldestSequence);
  }

  /** The next connection finds out which of those without an answer the broker did not like. */
  private void suspect(List<Entry> entries, List<@Nullable Attempt> attempts, List<Fate> fates) {
    // of the one behind them the schema may have been under way
    int count = Math.min(entries.size(), attempts.size() + 1);
    for (int i = 0; i < count; i++) {
      Attempt attempt = i < attempts.size() ? attempts.get(i) : null;
      if (fates.get(i) == Fate.KEPT && (attempt == null || !attempt.publication.isAnswered())) {
        suspects.add(entries.get(i).sequence());
      }
    }
  }

  private boolean isOneByOne() {
    return probing || !suspects.isEmpty();
  }

  private boolean isAlone() {
    return isOneByOne() && !link.isStatusUnderWay();
  }

  private Fate awaitFate(BrokerConnection open, Attempt attempt, long untilNs) {
    Link.awaitAnswer(open, attempt.publication, untilNs);
    Fate fate = fate(open, attempt);
    if (attempt.publication.isAnswered() || fate == Fate.REJECTED) {
      suspects.remove(attempt.entry.sequence());
    }
    return fate;
  }

  private Attempt attempt(BrokerConnection open, Entry entry, Bytes body) {
    boolean alone = isAlone();
    return new Attempt(entry, open.publish(messages.topic(), messages.message(entry, body)), alone);
  }

  /** Sends the parts of an entry that is too large for the broker, each when the one before was taken. */
  private Fate sendParts(BrokerConnection open, Entry entry, List<Bytes> parts, long untilNs) {
    if (parts.isEmpty()) {
      String most = open.largestPacketBytes() + " B";
      link.tellOnce(
          messages.kind() + " is too large for the broker, which takes " + most, messages.kind());
      return Fate.REJECTED;
    }
    for (Bytes part : parts) {
      if (!open.awaitRoom(untilNs)) {
        return Fate.KEPT;
      }
      Attempt attempt = attempt(open, entry, part);
      Link.awaitAnswer(open, attempt.publication, untilNs);
      Fate fate = fate(open, attempt);
      if (fate != Fate.ACCEPTED) {
        return fate;
      }
    }
    return Fate.ACCEPTED;
  }

  private static List<@Nullable Attempt> latest(List<@Nullable Attempt> attempts, int count) {
    return attempts.subList(Math.max(0, attempts.size() - count), attempts.size());
  }

  /** Whether an answer has come already that says it is of no use to send more now. */
  private boolean isTurnedAway(@Nullable Attempt attempt) {
    if (attempt == null || !attempt.publication.isAnswered()) {
      return false;
    }
    int reason = attempt.publication.reason();
    return PubackReason.fate(reason) == Fate.KEPT
        && !(reason == PubackReason.NO_MATCHING_SUBSCRIBERS && settings.keepUnheardNs() == 0);
  }

  private Fate fate(BrokerConnection open, Attempt attempt) {
    Publication publication = attempt.publication;
    if (!publication.isAnswered()) {
      if (attempt.alone && open.end() == LinkEnd.FOR_A_MESSAGE) {
        LOG.warn("{}: the broker ends the link over sequence={}", name, attempt.entry.sequence());
        return Fate.REJECTED;
      }
      return Fate.KEPT;
    }
    int reason = publication.reason();
    if (reason == PubackReason.NO_MATCHING_SUBSCRIBERS) {
      return unheard(attempt.entry);
    }
    Fate fate = PubackReason.fate(reason);
    switch (fate) {
      case ACCEPTED -> {
        if (probing) {
          LOG.info("{}: the broker takes messages again", name);
        }
        probing = false;
        silent = false;
      }
      case KEPT -> startProbing(reason);
      case REJECTED -> {
        String text = ReasonCode.text(reason);
        link.tellOnce("the broker rejects a message of " + name + " for good: " + text, text);
      }
    }
    return fate;
  }

  private void startProbing(int reason) {
    if (!probing) {
      LOG.warn(
          "{}: the broker does not take messages, trying again: {}", name, ReasonCode.text(reason));
    }
    probing = true;
  }

  private Fate unheard(Entry entry) {
    if (!silent) {
      silentSinceNs = timeline.monotonicNs();
    }
    silent = true;
    long silenceNs = timeline.monotonicNs() - silentSinceNs;
    long ageNs = ages.ageNs(entry.timeNs());
    if (settings.keepUnheardNs() == 0 || Math.min(silenceNs, ageNs) >= settings.keepUnheardNs()) {
      unheard.increment();
      return Fate.ACCEPTED;
    }
    startProbing(PubackReason.NO_MATCHING_SUBSCRIBERS);
    return Fate.KEPT;
  }

  private boolean hasSchema(BrokerConnection open, Entry entry, long untilNs) {
    SchemaMessages.There there = schemaMessages.publish(open, entry, schemas, isAlone(), untilNs);
    if (there == SchemaMessages.There.TURNED_AWAY) {
      startProbing(schemaMessages.reason());
    }
    return there == SchemaMessages.There.YES;
  }
}
