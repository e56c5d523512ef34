package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one channel, on the link of an uplink: each a publish, or as many as its format makes of it, its schema retained before
 * it, several entries under way at once. The courier's thread owns it.
 *
 * <p>An entry is accepted only by a PUBACK that says so, for each of its messages; with QoS 0 when it is written. While the broker takes none ({@link Refusal}), only the first
 * is tried, again and again.
 *
 * <p>Where it ended the link over a message, or twice in a row without a reason, one at a time is sent until each that was
 * under way then has its answer ({@link Suspects}). The one over which the link ends again, or that alone is refused, is divided ({@link
 * EntrySizes}); where that does not help, it is rejected if the broker said both times that it was over a message, and has failed if it did
 * not ({@link Verdicts}).
 */
final class MqttOutlet implements Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(MqttOutlet.class);
  private static final Set<Fate> OVER_THEM = Set.of(Fate.FAILED, Fate.REJECTED, Fate.UNANSWERED);
  private static final long LONGEST_SEND_NS = 600_000_000_000L;

  /** After so long no further entry is begun: on a thin link, what is new comes in between. */
  private static final long TURN_NS = 2_000_000_000L;

  private final String name;
  private final EntryMessages messages;
  private final Schemas schemas;
  private final SchemaMessages schemaMessages;
  private final Link link;
  private final MqttSettings settings;
  private final Bugs bugs;
  private final Counter written;
  private final Suspects suspects = new Suspects();
  private final EntrySizes sizes;
  private final Refusal refusal;
  private final Verdicts verdicts;
  private final Joining joining;

  // of the latest send
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
    this.written = health.counter(UplinkMetrics.WRITTEN, name);
    this.sizes = new EntrySizes(name, messages);
    this.refusal = new Refusal(name);
    this.verdicts = new Verdicts(name, link, sizes, suspects, refusal);
    this.joining = new Joining(messages, bugs);
  }

  @Override
  public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
    verdicts.begin();
    endedLink = false;
    BrokerConnection open = link.connected();
    Turn turn = new Turn();
    long beganNs = System.nanoTime();
    long untilNs = beganNs + LONGEST_SEND_NS;
    int tried = entries.size();
    boolean goesOn = true;
    for (int i = 0; goesOn && i < tried; i = turn.begun().size()) {
      // of one begun later, those behind it would wait for the answer, with the window empty
      if (i > 0 && !isTurn(open, beganNs + TURN_NS)) {
        tried = i;
        break;
      }
      Turn.Sending next = turn.begin(entries.get(i), late.get(i));
      try {
        goesOn = sendNext(open, next, entries, late, turn, untilNs);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
        verdicts.because("a fault of the program, " + Words.of(e));
        next.becomes(Fate.FAILED);
        goesOn = false;
      }
    }
    for (Turn.Sending sending : turn.begun()) {
      if (sending.isAwaited()) {
        sending.becomes(awaitFate(open, sending, untilNs));
      }
    }
    if (open.lost() != null) {
      linkEnded(open, turn);
    }
    List<Fate> fates = turn.fates(tried);
    if (messages.settleWhenWritten()) {
      written.add(Collections.frequency(fates, Fate.ACCEPTED));
    }
    return new Receipt(fates, verdicts.why());
  }

  private void linkEnded(BrokerConnection open, Turn turn) throws IOException {
    List<Turn.Sending> wereUnderWay = turn.unanswered();
    suspects.ended(
        open.end(), wereUnderWay.stream().map(each -> each.entry.sequence()).toList());
    if (open.end() == LinkEnd.UNANSWERED && !wereUnderWay.isEmpty()) {
      blame(wereUnderWay.get(0));
    }
    List<Fate> fates = turn.fates(turn.begun().size());
    endedLink = open.end().isPerhapsOverAMessage()
        && !(wereUnderWay.isEmpty() && Collections.disjoint(fates, OVER_THEM));
    if (fates.stream().allMatch(fate -> fate == Fate.KEPT)) {
      Link.throwIfLost(open);
    }
  }

  /** The link lives, and the broker answers for all but what is under way, the oldest of it at least. */
  private void blame(Turn.Sending oldest) {
    if (oldest.lastJoined() > 0) {
      // it may be any of them, and each is sent alone next
      return;
    }
    LOG.warn(
        "{}: the broker does not answer for sequence={}, sending others first",
        name,
        oldest.entry.sequence());
    verdicts.because("the broker does not answer for it");
    oldest.becomes(Fate.UNANSWERED);
  }

  @Override
  public boolean hasEndedLink() {
    return endedLink;
  }

  @Override
  public void begins(long oldestSequence) {
    suspects.begins(oldestSequence);
  }

  /** Whether there is room for one more before the turn is over. */
  private static boolean isTurn(BrokerConnection open, long endsNs) {
    return open.awaitRoom(endsNs) && System.nanoTime() - endsNs < 0;
  }

  private boolean isOneByOne() {
    return refusal.isThere() || !suspects.isEmpty();
  }

  private boolean isAlone() {
    return isOneByOne() && !link.isOtherUnderWay();
  }

  /** Sends the next entry, or the next few joined, and says whether those behind may be sent. */
  private boolean sendNext(
      BrokerConnection open,
      Turn.Sending next,
      List<Entry> entries,
      List<Boolean> late,
      Turn turn,
      long untilNs) {
    if (isOneByOne()) {
      link.awaitStatus(open, untilNs);
    }
    SchemaMessages.There schema = schema(open, next.entry, untilNs);
    if (schema == SchemaMessages.There.NOWHERE) {
      next.isWithoutSchema();
      return true;
    }
    if (schema != SchemaMessages.There.YES) {
      return false;
    }
    int at = turn.begun().size() - 1;
    Optional<Joined> joined = isOneByOne()
        ? Optional.empty()
        : joining.joined(
            entries.subList(at, entries.size()),
            late.subList(at, entries.size()),
            open,
            sizes::isSearching);
    if (joined.isEmpty()) {
      return sendOne(open, next, turn, untilNs);
    }
    if (!open.awaitRoom(untilNs)) {
      return false;
    }
    Entry youngest = entries.get(at + joined.get().count() - 1);
    next.begun(attempt(open, next, youngest, joined.get().message()));
    next.isWhole();
    turn.join(entries.subList(at + 1, at + joined.get().count()));
    return isWelcome(turn.begun());
  }

  private boolean sendOne(BrokerConnection open, Turn.Sending next, Turn turn, long untilNs) {
    List<Message> leaving =
        sizes.leaving(open, next.entry, next.late, suspects.isBlamed(next.entry.sequence()));
    if (leaving.isEmpty()) {
      next.becomes(tooLarge(open, next.entry));
      return true;
    }
    if (isOneByOne() || (leaving.size() > 1 && sizes.isSearching(next.entry))) {
      next.becomes(inTurn(open, next, leaving, untilNs));
      return Verdicts.isSettled(next.fate());
    }
    for (Message message : leaving) {
      if (!open.awaitRoom(untilNs)) {
        return false;
      }
      next.begun(attempt(open, next, next.entry, message));
    }
    next.isWhole();
    return isWelcome(latest(turn.begun(), open.window()));
  }

  /** Whether no answer has come already that says it is of no use to send more now. */
  private boolean isWelcome(List<Turn.Sending> begun) {
    return begun.stream().flatMap(each -> each.attempts().stream()).noneMatch(this::isTurnedAway);
  }

  private SchemaMessages.There schema(BrokerConnection open, Entry entry, long untilNs) {
    SchemaMessages.There there = schemaMessages.publish(open, entry, schemas, isAlone(), untilNs);
    if (there == SchemaMessages.There.TURNED_AWAY) {
      refusal.refused(schemaMessages.reason());
    }
    return there;
  }

  private Fate tooLarge(BrokerConnection open, Entry entry) {
    String most = open.toldPacketBytes() + " B";
    link.tellOnce(
        "an entry of " + name + " is too large for the broker, which takes " + most, name);
    suspects.answered(entry.sequence());
    return Fate.REJECTED;
  }

  /** {@code youngest}: of what is in the message, so that it says when that expires. */
  private Attempt attempt(BrokerConnection open, Turn.Sending of, Entry youngest, Message message) {
    boolean alone = isAlone();
    Publication publication = open.publish(message.topic(), messages.mqtt(youngest, message));
    return new Attempt(
        of.entry,
        of.late,
        message,
        publication,
        alone,
        message.isLastValue() && open.isRetaining());
  }

  /** Sends the messages of an entry, each when the one before was taken. */
  private Fate inTurn(
      BrokerConnection open, Turn.Sending sending, List<Message> leaving, long untilNs) {
    boolean isHeard = true;
    for (Message message : leaving) {
      if (!open.awaitRoom(untilNs)) {
        return Fate.KEPT;
      }
      Attempt attempt = attempt(open, sending, sending.entry, message);
      Link.awaitAnswer(open, attempt.publication(), untilNs);
      Fate fate = verdicts.of(open, attempt);
      if (attempt.publication().isAnswered() || fate == Fate.REJECTED) {
        suspects.answered(attempt.sequence());
      }
      if (!Verdicts.isTaken(fate)) {
        return fate;
      }
      isHeard &= fate == Fate.ACCEPTED;
      if (leaving.size() > 1 && sizes.isSentAnew(open, attempt)) {
        return Fate.KEPT;
      }
    }
    return isHeard ? Fate.ACCEPTED : Fate.UNHEARD;
  }

  /** Waits for what of an entry is under way together. Only the first that is not taken is judged: the others went beside it. */
  private Fate awaitFate(BrokerConnection open, Turn.Sending sending, long untilNs) {
    Fate fate = Fate.ACCEPTED;
    boolean isAnswered = true;
    for (Attempt attempt : sending.attempts()) {
      Link.awaitAnswer(open, attempt.publication(), untilNs);
      isAnswered &= attempt.publication().isAnswered();
      if (Verdicts.isTaken(fate)) {
        long through = sending.lastJoined();
        Fate one = through > 0
            ? verdicts.ofJoined(open, attempt, through, joining)
            : verdicts.of(open, attempt);
        fate = one == Fate.ACCEPTED ? fate : one;
      }
    }
    if (isAnswered || fate == Fate.REJECTED) {
      suspects.answered(sending.entry.sequence());
    }
    return fate;
  }

  private static List<Turn.Sending> latest(List<Turn.Sending> begun, int count) {
    return begun.subList(Math.max(0, begun.size() - count), begun.size());
  }

  private boolean isTurnedAway(Attempt attempt) {
    if (!attempt.publication().isAnswered()) {
      return false;
    }
    int reason = attempt.publication().reason();
    if (attempt.fate(reason) == Fate.UNHEARD) {
      // what is new goes out all the same
      return attempt.late() && settings.keepUnheardNs() > 0;
    }
    return PubackReason.fate(reason) == Fate.REFUSED;
  }
}
