package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one topic, on the link of an uplink: each a QoS 1 publish, its schema retained before it, several under way
 * at once. The courier's thread owns it.
 *
 * <p>An entry is accepted only by a PUBACK that says so. While the broker takes none, as when a quota is used up, only the first
 * is tried, again and again.
 *
 * <p>Where it ended the link over a message, or twice in a row without a reason, one at a time is sent until each that was
 * under way then has its answer ({@link Suspects}). The one over which the link ends again, or that alone is refused, is divided ({@link
 * SizeSearch}); where that does not help, it is rejected if the broker said both times that it was over a message, and has failed if it did not.
 */
final class MqttOutlet implements Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(MqttOutlet.class);
  private static final Set<Fate> OVER_THEM = Set.of(Fate.FAILED, Fate.REJECTED, Fate.UNANSWERED);
  private static final long LONGEST_SEND_NS = 600_000_000_000L;

  /** Taken for so long without a refusal, and it is said that messages are taken again. */
  private static final long STEADY_NS = 10_000_000_000L;

  /** After so long no further entry is begun: on a thin link, what is new comes in between. */
  private static final long TURN_NS = 2_000_000_000L;

  private final String name;
  private final EntryMessages messages;
  private final Schemas schemas;
  private final SchemaMessages schemaMessages;
  private final Link link;
  private final MqttSettings settings;
  private final Bugs bugs;
  private final Suspects suspects = new Suspects();
  private final SizeSearch search;

  // while the broker does not take what it is sent
  private boolean probing;
  private boolean toldRefusal;
  private long refusedNs;
  private long refusedBefore;

  // of the latest send
  private String why = "";
  private boolean endedLink;

  /** {@code name}: of its counters and in the log. */
  MqttOutlet(
      String name,
      EntryMessages messages,
      Schemas schemas,
      SchemaMessages schemaMessages,
      Link link,
      MqttSettings settings,
      Health health) {
    this.name = name;
    this.messages = messages;
    this.schemas = schemas;
    this.schemaMessages = schemaMessages;
    this.link = link;
    this.settings = settings;
    this.bugs = health.bugs(name);
    this.search = new SizeSearch(name);
  }

  // of the latest turn: what stays because nobody has its schema
  private final Set<Long> withoutSchema = new HashSet<>();

  /** One publish of an entry or a part of it; {@code alone} if nothing else was under way. */
  private record Attempt(
      Entry entry, boolean late, Message message, Publication publication, boolean alone) {}

  @Override
  public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
    why = "";
    endedLink = false;
    BrokerConnection open = link.connected();
    List<Fate> fates = new ArrayList<>(Collections.nCopies(entries.size(), Fate.KEPT));
    List<@Nullable Attempt> attempts = new ArrayList<>();
    long beganNs = System.nanoTime();
    long untilNs = beganNs + LONGEST_SEND_NS;
    withoutSchema.clear();
    boolean goesOn = true;
    for (int i = 0; goesOn && i < entries.size(); i++) {
      // of one begun later, those behind it would wait for the answer, with the window empty
      if (i > 0 && !isTurn(open, beganNs + TURN_NS)) {
        fates.subList(i, fates.size()).clear();
        break;
      }
      try {
        goesOn = sendOne(open, entries.get(i), late.get(i), fates, attempts, untilNs);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
        why = "a fault of the program, " + Words.of(e);
        fates.set(i, Fate.FAILED);
        goesOn = false;
      }
    }
    for (int i = 0; i < attempts.size(); i++) {
      Attempt attempt = attempts.get(i);
      if (attempt != null && fates.get(i) == Fate.KEPT) {
        fates.set(i, awaitFate(open, attempt, untilNs));
      }
    }
    if (open.lost() != null) {
      List<Long> wereUnderWay = unanswered(entries, attempts, fates);
      suspects.ended(open.end(), wereUnderWay);
      if (open.end() == LinkEnd.UNANSWERED) {
        blameOldest(entries, wereUnderWay, fates);
      }
      endedLink = open.end().isPerhapsOverAMessage()
          && !(wereUnderWay.isEmpty() && Collections.disjoint(fates, OVER_THEM));
      if (fates.stream().allMatch(fate -> fate == Fate.KEPT)) {
        Link.throwIfLost(open);
      }
    }
    return new Receipt(fates, why);
  }

  /** Whether there is room for one more before the turn is over. */
  private static boolean isTurn(BrokerConnection open, long endsNs) {
    return open.awaitRoom(endsNs) && System.nanoTime() - endsNs < 0;
  }

  /** Sends the next entry, and says whether those behind it may be sent. */
  private boolean sendOne(
      BrokerConnection open,
      Entry entry,
      boolean late,
      List<Fate> fates,
      List<@Nullable Attempt> attempts,
      long untilNs) {
    if (isOneByOne()) {
      link.awaitStatus(open, untilNs);
    }
    SchemaMessages.There schema = schema(open, entry, untilNs);
    if (schema == SchemaMessages.There.NOWHERE) {
      withoutSchema.add(entry.sequence());
      attempts.add(null);
      return true;
    }
    if (schema != SchemaMessages.There.YES) {
      return false;
    }
    int at = attempts.size();
    // a size that is tried is tried, however thin the link
    boolean inTime = !search.isAbout(entry.sequence()) && !suspects.isBlamed(entry.sequence());
    List<Message> leaving =
        messages.messages(entry, late, open, inTime, search.mostBytes(entry.sequence()));
    if (leaving.size() != 1) {
      attempts.add(null);
      Fate fate = sendParts(open, entry, late, leaving, untilNs);
      fates.set(at, fate);
      return isSettled(fate);
    }
    if (!open.awaitRoom(untilNs)) {
      return false;
    }
    Attempt attempt = attempt(open, entry, late, leaving.get(0));
    attempts.add(attempt);
    if (isOneByOne()) {
      fates.set(at, awaitFate(open, attempt, untilNs));
      return isSettled(fates.get(at));
    }
    return latest(attempts, open.window()).stream().noneMatch(this::isTurnedAway);
  }

  private static boolean isSettled(Fate fate) {
    return fate == Fate.ACCEPTED || fate == Fate.UNHEARD || fate == Fate.REJECTED;
  }

  @Override
  public boolean hasEndedLink() {
    return endedLink;
  }

  @Override
  public void begins(long oldestSequence) {
    suspects.begins(oldestSequence);
  }

  /** Those that were under way when the link ended. */
  private List<Long> unanswered(
      List<Entry> entries, List<@Nullable Attempt> attempts, List<Fate> fates) {
    List<Long> found = new ArrayList<>();
    // of the one behind them the schema may have been under way
    int count = Math.min(fates.size(), attempts.size() + 1);
    for (int i = 0; i < count; i++) {
      Attempt attempt = i < attempts.size() ? attempts.get(i) : null;
      if (fates.get(i) == Fate.KEPT && (attempt == null || !attempt.publication.isAnswered())) {
        found.add(entries.get(i).sequence());
      }
    }
    found.removeAll(withoutSchema);
    return found;
  }

  /** The link lives, and the broker answers for all but these, the oldest at least. */
  private void blameOldest(List<Entry> entries, List<Long> wereUnderWay, List<Fate> fates) {
    for (int i = 0; i < fates.size(); i++) {
      long sequence = entries.get(i).sequence();
      if (wereUnderWay.contains(sequence)) {
        LOG.warn(
            "{}: the broker does not answer for sequence={}, sending others first", name, sequence);
        why = "the broker does not answer for it";
        fates.set(i, Fate.UNANSWERED);
        return;
      }
    }
  }

  private boolean isOneByOne() {
    return probing || !suspects.isEmpty();
  }

  private boolean isAlone() {
    return isOneByOne() && !link.isOtherUnderWay();
  }

  private Fate awaitFate(BrokerConnection open, Attempt attempt, long untilNs) {
    Link.awaitAnswer(open, attempt.publication, untilNs);
    Fate fate = fate(open, attempt);
    if (attempt.publication.isAnswered() || fate == Fate.REJECTED) {
      suspects.answered(attempt.entry.sequence());
    }
    return fate;
  }

  private Attempt attempt(BrokerConnection open, Entry entry, boolean late, Message message) {
    boolean alone = isAlone();
    Publication publication = open.publish(message.topic(), messages.mqtt(entry, message));
    return new Attempt(entry, late, message, publication, alone);
  }

  /** Sends the parts of an entry that is too large for the broker, each when the one before was taken. */
  private Fate sendParts(
      BrokerConnection open, Entry entry, boolean late, List<Message> parts, long untilNs) {
    if (parts.isEmpty()) {
      String most = open.toldPacketBytes() + " B";
      link.tellOnce(
          "an entry of " + name + " is too large for the broker, which takes " + most, name);
      suspects.answered(entry.sequence());
      return Fate.REJECTED;
    }
    boolean isHeard = true;
    for (Message part : parts) {
      if (!open.awaitRoom(untilNs)) {
        return Fate.KEPT;
      }
      Fate fate = awaitFate(open, attempt(open, entry, late, part), untilNs);
      if (!isSettled(fate) || fate == Fate.REJECTED) {
        return fate;
      }
      isHeard &= fate == Fate.ACCEPTED;
      long partBytes = messages.packetBytes(entry, part, open);
      if (search.taken(entry.sequence(), partBytes, open.limits(), partsAt(open, entry, late))) {
        // the whole entry comes next, or parts of another size, and says whether it was its size
        return Fate.KEPT;
      }
    }
    return isHeard ? Fate.ACCEPTED : Fate.UNHEARD;
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
    if (reason == PubackReason.NO_MATCHING_SUBSCRIBERS) {
      // what is new goes out all the same
      return attempt.late && settings.keepUnheardNs() > 0;
    }
    return PubackReason.fate(reason) == Fate.REFUSED;
  }

  private Fate fate(BrokerConnection open, Attempt attempt) {
    if (attempt.publication.isAnswered()) {
      return answer(open, attempt);
    }
    LinkEnd end = open.end();
    if (!attempt.alone
        || !end.mayBeForAMessage()
        || link.hasEndedOverInbound(open)
        || triesSmaller(open, attempt)) {
      return Fate.KEPT;
    }
    boolean isForAMessage = end == LinkEnd.FOR_A_MESSAGE;
    if (isForAMessage && !suspects.isBlamed(attempt.entry.sequence())) {
      // once more, to be sure
      return Fate.KEPT;
    }
    LOG.warn("{}: the broker ends the link over sequence={}", name, attempt.entry.sequence());
    why = "the broker ends the link over it";
    return isForAMessage ? Fate.REJECTED : Fate.FAILED;
  }

  private Fate answer(BrokerConnection open, Attempt attempt) {
    int reason = attempt.publication.reason();
    String text = ReasonCode.text(reason);
    Fate fate = PubackReason.fate(reason);
    long sequence = attempt.entry.sequence();
    switch (fate) {
      case ACCEPTED, UNHEARD -> {
        taken(open, attempt);
        probing = false;
        if (toldRefusal && System.nanoTime() - refusedNs > STEADY_NS) {
          toldRefusal = false;
          LOG.info("{}: the broker takes messages again", name);
        }
        refusedBefore = 0;
      }
      case REJECTED -> {
        if (triesSmaller(open, attempt)) {
          why = text;
          return Fate.REFUSED;
        }
        link.tellOnce("the broker rejects a message of " + name + " for good: " + text, text);
      }
      default -> {
        why = text;
        startProbing(reason);
        // again and alone: it may be its size
        if (refusedBefore == sequence && PubackReason.mayBeForSize(reason)) {
          boolean unused = triesSmaller(open, attempt);
        }
        refusedBefore = sequence;
      }
    }
    return fate;
  }

  private void taken(BrokerConnection open, Attempt attempt) {
    link.hasTaken();
    if (attempt.message.body().length() > open.limits().takenBytes()) {
      open.limits().taken(messages.packetBytes(attempt.entry, attempt.message, open));
    }
  }

  /** Whether an entry that was not taken is to be sent in smaller parts. */
  private boolean triesSmaller(BrokerConnection open, Attempt attempt) {
    long sequence = attempt.entry.sequence();
    long bytes = messages.packetBytes(attempt.entry, attempt.message, open);
    return search.refused(
        sequence, bytes, open.limits(), partsAt(open, attempt.entry, attempt.late));
  }

  private LongToIntFunction partsAt(BrokerConnection open, Entry entry, boolean late) {
    return mostBytes -> messages.parts(entry, late, open, mostBytes).size();
  }

  private void startProbing(int reason) {
    refusedNs = System.nanoTime();
    if (!toldRefusal) {
      toldRefusal = true;
      LOG.warn(
          "{}: the broker does not take messages, trying again: {}", name, ReasonCode.text(reason));
    }
    probing = true;
  }

  private SchemaMessages.There schema(BrokerConnection open, Entry entry, long untilNs) {
    SchemaMessages.There there = schemaMessages.publish(open, entry, schemas, isAlone(), untilNs);
    if (there == SchemaMessages.There.TURNED_AWAY) {
      startProbing(schemaMessages.reason());
    }
    return there;
  }
}
