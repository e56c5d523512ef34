package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Uplink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One route's way to an MQTT 5 broker: each entry a QoS 1 publish, its schema retained before it, several under way at
 * once. The courier's thread owns it.
 *
 * <p>An entry is accepted only by a PUBACK that says so. While the broker takes none (nobody listens, a quota is used up)
 * only the first is tried, again and again; nobody listening is taken as delivered after {@code keep_unheard}, and counted.
 * After a lost link at most a window of entries is sent twice.
 *
 * <p>Once a stop is requested its waits end within {@value #HURRY_NS} ns.
 */
public final class MqttUplink implements Uplink {
  /**
   * Whose messages these are.
   *
   * @param bearsStatus whether this uplink publishes the device's status and leaves the will; one of several routes to
   *     one broker does
   * @param maxAgeNs how long an entry is worth anything; 0 for ever
   */
  public record Sender(
      String fleet, String device, String route, boolean bearsStatus, long maxAgeNs) {}

  private static final Logger LOG = LoggerFactory.getLogger(MqttUplink.class);

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long STATUS_EVERY_NS = 60 * SECOND_NS;
  private static final long HURRY_NS = SECOND_NS + SECOND_NS / 2;
  private static final long FAREWELL_NS = SECOND_NS;
  private static final long LONGEST_SEND_NS = 600 * SECOND_NS;

  private final MqttSettings settings;
  private final Sender sender;
  private final Function<Bytes, Optional<Bytes>> schemas;
  private final StatusSource status;
  private final Timeline timeline;
  private final Ages ages;
  private final Stop stop;
  private final Counter unheard;
  private final Messages messages;
  private final BatchMessages batches;

  private Runnable duty = () -> {};
  private long dutyNs;
  private long hurriedSinceNs;
  private int nextBroker;
  private boolean takingLeave;

  // schemas that the broker ends the link over: their batches go without
  private final Set<Bytes> disliked = new HashSet<>();

  // nothing but the status was under way when the broker ended the link over a message
  private boolean statusDisliked;

  // while connected
  private @Nullable BrokerConnection connection;
  private final Set<String> told = new HashSet<>();
  private final Set<Bytes> published = new HashSet<>();
  private @Nullable Publication statusUnderWay;
  private long statusVersion;
  private long statusNs;

  // while the broker does not take what it is sent
  private boolean probing;
  private long silentSinceNs;
  private boolean silent;

  /** An uplink that is not open. {@code schemas} finds the content of a schema by its id. */
  public MqttUplink(
      MqttSettings settings,
      Sender sender,
      Envelope envelope,
      Function<Bytes, Optional<Bytes>> schemas,
      StatusSource status,
      Timeline timeline,
      Health health,
      Stop stop) {
    this.settings = settings;
    this.sender = sender;
    this.schemas = schemas;
    this.status = status;
    this.timeline = timeline;
    this.ages = new Ages(timeline);
    this.stop = stop;
    this.unheard = health.counter("uplink.unheard", sender.route());
    this.messages = new Messages(sender);
    this.batches = new BatchMessages(messages, envelope, ages, sender.maxAgeNs());
  }

  @Override
  public void whileWaiting(Runnable given) {
    duty = given;
  }

  @Override
  public void open() throws IOException {
    close();
    MqttSettings.Broker broker =
        settings.brokers().get(nextBroker % settings.brokers().size());
    BrokerConnection opening = new BrokerConnection(
        broker,
        settings.clientId().orElse(sender.device() + "-" + sender.route()),
        broker.tls() ? settings.keys().context() : null,
        (topic, message) -> {},
        this::isHurried,
        this::onWaiting);
    try {
      opening.open(options(), settings.window(), settings.connectTimeoutSeconds());
      connection = opening;
      published.clear();
      told.clear();
      statusUnderWay = null;
      if (sender.bearsStatus()) {
        publishStatus(opening);
        awaitStatus(opening, now() + LONGEST_SEND_NS);
        if (opening.wasLostForMessage()) {
          statusDisliked = true;
          LOG.warn(
              "{}: the broker ends the link over the status, going on without", sender.route());
        }
        throwIfLost(opening);
      }
    } catch (IOException | RuntimeException e) {
      connection = null;
      nextBroker++;
      opening.close(0);
      throw e;
    }
  }

  private MqttConnectionOptions options() throws IOException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setSessionExpiryInterval(0L);
    options.setKeepAliveInterval(settings.keepAliveSeconds());
    settings.user().ifPresent(options::setUserName);
    if (settings.password().isPresent()) {
      options.setPassword(settings.password().get().reveal());
    }
    if (sender.bearsStatus()) {
      options.setWill(messages.statusTopic(), messages.status(status.offline()));
      options.setWillMessageProperties(Messages.properties(Messages.STATUS, 0));
    }
    return options;
  }

  private static long now() {
    return System.nanoTime();
  }

  /** Whether a stop was requested long enough ago; the first call after it starts the time. */
  private boolean isHurried() {
    if (!stop.isRequested() || takingLeave) {
      return false;
    }
    if (hurriedSinceNs == 0) {
      hurriedSinceNs = now();
    }
    return connection == null || now() - hurriedSinceNs > HURRY_NS;
  }

  private void onWaiting() {
    if (now() - dutyNs >= SECOND_NS / 4) {
      dutyNs = now();
      duty.run();
    }
  }

  private BrokerConnection connected() throws IOException {
    BrokerConnection open = connection;
    if (open == null) {
      throw new IOException("link to " + settings.brokers() + ": not open");
    }
    throwIfLost(open);
    return open;
  }

  private static void throwIfLost(BrokerConnection open) throws IOException {
    IOException lost = open.lost();
    if (lost != null) {
      throw lost;
    }
  }

  /** One publish of a batch; {@code alone} if nothing else was under way. */
  private record Attempt(Entry entry, Publication publication, boolean alone) {}

  @Override
  public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
    BrokerConnection open = connected();
    List<Fate> fates = new ArrayList<>(Collections.nCopies(entries.size(), Fate.KEPT));
    List<@Nullable Attempt> attempts = new ArrayList<>();
    long untilNs = now() + LONGEST_SEND_NS;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!hasSchema(open, entry)) {
        break;
      }
      List<Bytes> bodies = batches.bodies(entry, late.get(i), open);
      if (bodies.size() != 1) {
        fates.set(i, sendParts(open, entry, bodies, untilNs));
        attempts.add(null);
        if (fates.get(i) == Fate.KEPT) {
          break;
        }
        continue;
      }
      if (probing) {
        awaitStatus(open, untilNs);
      }
      if (!open.awaitRoom(untilNs)) {
        break;
      }
      boolean alone = probing && !isStatusUnderWay();
      Attempt attempt = attempt(open, entry, bodies.get(0), alone);
      attempts.add(attempt);
      if (probing) {
        awaitAnswer(open, attempt.publication, untilNs);
        fates.set(i, fate(open, attempt));
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
        awaitAnswer(open, attempt.publication, untilNs);
        fates.set(i, fate(open, attempt));
      }
    }
    if (open.lost() != null) {
      // the next connection finds out which of them the broker did not like
      probing |= open.wasLostForMessage();
      if (fates.stream().allMatch(fate -> fate == Fate.KEPT)) {
        throwIfLost(open);
      }
    }
    return new Receipt(fates);
  }

  private Attempt attempt(BrokerConnection open, Entry entry, Bytes body, boolean alone) {
    Publication publication = open.publish(messages.dataTopic(), batches.message(entry, body));
    return new Attempt(entry, publication, alone);
  }

  /** Sends the parts of an entry that is too large for the broker, each when the one before was taken. */
  private Fate sendParts(BrokerConnection open, Entry entry, List<Bytes> parts, long untilNs) {
    if (parts.isEmpty()) {
      String most = open.largestPacketBytes() + " B";
      tellOnce("a batch is too large for the broker, which takes " + most, Messages.BATCH);
      return Fate.REJECTED;
    }
    for (Bytes part : parts) {
      if (!open.awaitRoom(untilNs)) {
        return Fate.KEPT;
      }
      Attempt attempt = attempt(open, entry, part, probing && !isStatusUnderWay());
      awaitAnswer(open, attempt.publication, untilNs);
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

  private boolean isTooLarge(BrokerConnection open, String topic, String kind, Bytes body) {
    long size = messages.packetBytes(topic, kind, body, 0, open.isAliasing());
    if (size <= open.largestPacketBytes()) {
      return false;
    }
    tellOnce(
        kind + " too large for the broker: packet=" + size + " B; want at most "
            + open.largestPacketBytes() + " B, told once for this connection",
        kind);
    return true;
  }

  /** Says what was refused for good, once a connection for each reason. */
  private void tellOnce(String what, String reason) {
    if (told.add(reason)) {
      LOG.warn("{}: {}", sender.route(), what);
    }
  }

  private static void awaitAnswer(BrokerConnection open, Publication publication, long untilNs) {
    open.awaitEnd(publication, untilNs);
    if (!publication.isPending() && !publication.isAnswered()) {
      open.awaitLoss();
    }
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
      if (attempt.alone && open.wasLostForMessage()) {
        LOG.warn(
            "{}: the broker ends the link over sequence={}",
            sender.route(),
            attempt.entry.sequence());
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
          LOG.info("{}: the broker takes batches again", sender.route());
        }
        probing = false;
        silent = false;
      }
      case KEPT -> startProbing(reason);
      case REJECTED -> {
        String text = ReasonCode.text(reason);
        tellOnce("the broker rejects a batch for good: " + text, text);
      }
    }
    return fate;
  }

  private void startProbing(int reason) {
    if (!probing) {
      LOG.warn(
          "{}: the broker does not take batches, trying again: {}",
          sender.route(),
          ReasonCode.text(reason));
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

  /** Publishes the schema of an entry, if this connection has not; false if the broker did not take it now. */
  private boolean hasSchema(BrokerConnection open, Entry entry) {
    Bytes id = entry.schemaId();
    if (id.length() == 0 || published.contains(id) || disliked.contains(id)) {
      return true;
    }
    Optional<Bytes> content;
    try {
      content = schemas.apply(id);
    } catch (UncheckedIOException e) {
      tellOnce("a schema cannot be read, trying again: " + e.getMessage(), "read");
      return false;
    }
    if (content.isEmpty()) {
      LOG.warn(
          "{}: the schema of sequence={} is gone: id={}", sender.route(), entry.sequence(), id);
      published.add(id);
      return true;
    }
    String topic = messages.schemaTopic(id);
    if (isTooLarge(open, topic, Messages.SCHEMA, content.get())) {
      published.add(id);
      return true;
    }
    boolean alone = probing && !isStatusUnderWay();
    long untilNs = now() + LONGEST_SEND_NS;
    if (!open.awaitRoom(untilNs)) {
      return false;
    }
    Publication publication = open.publish(topic, messages.schema(content.get()));
    awaitAnswer(open, publication, untilNs);
    if (!publication.isAnswered()) {
      if (alone && open.wasLostForMessage()) {
        LOG.warn("{}: the broker ends the link over a schema: id={}", sender.route(), id);
        disliked.add(id);
      }
      return false;
    }
    int reason = publication.reason();
    // it is retained: that nobody listens now does not matter
    if (reason != PubackReason.NO_MATCHING_SUBSCRIBERS && PubackReason.fate(reason) == Fate.KEPT) {
      startProbing(reason);
      return false;
    }
    published.add(id);
    return true;
  }

  @Override
  public void idle() throws IOException {
    BrokerConnection open = connected();
    if (!sender.bearsStatus()) {
      return;
    }
    boolean due = status.version() != statusVersion || now() - statusNs >= STATUS_EVERY_NS;
    if (due && !isStatusUnderWay()) {
      publishStatus(open);
    }
  }

  private boolean isStatusUnderWay() {
    Publication last = statusUnderWay;
    return last != null && last.isPending();
  }

  private void awaitStatus(BrokerConnection open, long untilNs) {
    Publication last = statusUnderWay;
    if (last != null) {
      awaitAnswer(open, last, untilNs);
    }
  }

  private void publishStatus(BrokerConnection open) {
    statusVersion = status.version();
    statusNs = now();
    Bytes online = status.online();
    if (!statusDisliked
        && !isTooLarge(open, messages.statusTopic(), Messages.STATUS, online)
        && open.awaitRoom(now() + SECOND_NS)) {
      statusUnderWay = open.publish(messages.statusTopic(), messages.status(online));
    }
  }

  @Override
  public void close() {
    BrokerConnection open = connection;
    if (open == null) {
      return;
    }
    takingLeave = true;
    long untilNs = now() + FAREWELL_NS;
    if (sender.bearsStatus() && !statusDisliked && open.lost() == null && open.awaitRoom(untilNs)) {
      Publication farewell =
          open.publish(messages.statusTopic(), messages.status(status.offline()));
      open.awaitEnd(farewell, untilNs);
    }
    takingLeave = false;
    connection = null;
    open.close(0);
  }
}
