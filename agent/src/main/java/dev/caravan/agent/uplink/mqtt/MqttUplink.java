package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.BusyException;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.RefusedException;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.uplink.UplinkMetrics;
import java.io.IOException;
import java.util.List;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One route's way to an MQTT 5 broker: the connection, the device's status on it, and an outlet for each topic of entries, of
 * which that of the batches is the uplink itself. The courier's thread owns it.
 *
 * <p>After a lost link at most a window of entries is sent twice. Once a stop is requested its waits end within
 * {@value #HURRY_NS} ns.
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
  private static final long STATUS_GAP_NS = 5 * SECOND_NS;
  private static final long STATUS_EVERY_NS = 60 * SECOND_NS;
  private static final long SMALL_BYTES = 256;
  private static final long HURRY_NS = SECOND_NS + SECOND_NS / 2;
  private static final long FAREWELL_NS = SECOND_NS;
  private static final long SESSION_SECONDS = 600;

  /** What the broker thinks of the status is mostly known by then, and nothing else under way. */
  private static final long STATUS_ALONE_NS = SECOND_NS;

  private final MqttSettings settings;
  private final Sender sender;
  private final StatusSource status;
  private final Timeline timeline;
  private final Health health;
  private final Counter traffic;
  private final Stop stop;
  private final Messages messages;
  private final Link link;
  private final SchemaMessages schemaMessages;
  private final Outlet batches;

  // one for each broker
  private final List<BrokerLimits> limits;

  private Runnable duty = () -> {};
  private long dutyNs;
  private long hurriedSinceNs;
  private int nextBroker;
  private int refusals;
  private boolean takingLeave;
  private boolean toldSmall;

  // while connected
  private long statusVersion;
  private long statusNs;
  // the least time between two, longer while they are refused
  private long statusGapNs = STATUS_GAP_NS;

  /** An uplink that is not open. */
  public MqttUplink(
      MqttSettings settings,
      Sender sender,
      Envelope envelope,
      Schemas schemas,
      StatusSource status,
      Timeline timeline,
      Health health,
      Stop stop) {
    this.settings = settings;
    this.sender = sender;
    this.status = status;
    this.timeline = timeline;
    this.health = health;
    this.traffic = health.counter(UplinkMetrics.BYTES, sender.route());
    this.stop = stop;
    this.messages = new Messages(sender);
    this.limits = settings.brokers().stream()
        .map(broker -> new BrokerLimits(settings.maxPayload(), timeline::monotonicNs))
        .toList();
    this.link = new Link(sender.route());
    this.schemaMessages = new SchemaMessages(sender.route(), messages, link, timeline::monotonicNs);
    this.batches = outlet(
        sender.route(), messages.dataTopic(), Messages.BATCH, envelope, schemas, sender.maxAgeNs());
  }

  /**
   * Where the device's events go.
   *
   * @param name of its counters and in the log
   * @param maxAgeNs how long an event is worth anything; 0 for ever
   */
  public Outlet events(String name, Envelope envelope, Schemas schemas, long maxAgeNs) {
    return outlet(name, messages.eventTopic(), Messages.EVENT, envelope, schemas, maxAgeNs);
  }

  private Outlet outlet(
      String name, String topic, String kind, Envelope envelope, Schemas schemas, long maxAgeNs) {
    Ages ages = new Ages(timeline);
    EntryMessages entries = new EntryMessages(topic, kind, envelope, ages, maxAgeNs);
    return new MqttOutlet(name, entries, schemas, schemaMessages, link, settings, health);
  }

  @Override
  public void whileWaiting(Runnable given) {
    duty = given;
  }

  @Override
  public void open() throws IOException {
    close();
    int at = nextBroker % settings.brokers().size();
    BrokerLimits known = limits.get(at);
    known.connecting();
    @Nullable BrokerConnection opening = null;
    try {
      opening = connected(settings.brokers().get(at), known);
      refusals = 0;
      link.opened(opening);
      tellSmall(opening);
      schemaMessages.opened(known, opening.isSessionPresent());
      if (sender.bearsStatus()) {
        publishStatus(opening);
        link.awaitStatus(opening, now() + STATUS_ALONE_NS);
        Link.throwIfLost(opening);
      }
    } catch (IOException | RuntimeException e) {
      link.end();
      nextBroker++;
      if (opening != null) {
        link.learnOfStatus(opening);
        opening.close(0);
      }
      boolean isAnswer = e instanceof RefusedException || e instanceof BusyException;
      if (isAnswer && ++refusals < settings.brokers().size()) {
        // another one of the list may neither wait for a person nor be busy
        throw new IOException(e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Once, that a limit makes many packets of each batch. */
  private void tellSmall(BrokerConnection opened) {
    long mostBytes = opened.largestPacketBytes();
    if (!toldSmall && mostBytes < SMALL_BYTES) {
      toldSmall = true;
      LOG.warn(
          "{}: at most {} B a packet are allowed, which is very little: each batch leaves as many messages",
          sender.route(),
          mostBytes);
    }
  }

  /** A connection that is open; a broker that refuses the last will as it is asked for less of one. */
  private BrokerConnection connected(MqttSettings.Broker broker, BrokerLimits known)
      throws IOException {
    BrokerConnection opening = new BrokerConnection(
        broker,
        known,
        settings.clientId().orElse(sender.device() + "-" + sender.route()),
        broker.tls() ? settings.keys().context() : null,
        (topic, message) -> {},
        traffic::add,
        this::isHurried,
        this::onWaiting);
    try {
      opening.open(options(known), settings.window(), settings.connectTimeoutSeconds());
      return opening;
    } catch (IOException | RuntimeException e) {
      opening.close(0);
      int reason = opening.latestReason();
      if (!sender.bearsStatus() || !known.asksForLessOfAWill(reason)) {
        throw e;
      }
      return connectedWithLess(broker, known, reason, e);
    }
  }

  private BrokerConnection connectedWithLess(
      MqttSettings.Broker broker, BrokerLimits known, int reason, Exception first)
      throws IOException {
    try {
      BrokerConnection opened = connected(broker, known);
      LOG.warn(
          "{}: the broker takes no {} (refused, {}): going on without",
          sender.route(),
          known.takesWill() ? "retained messages" : "last will",
          ReasonCode.text(reason));
      return opened;
    } catch (IOException | RuntimeException e) {
      // it was not for the will
      known.takesWillAfterAll();
      e.addSuppressed(first);
      throw e;
    }
  }

  @Override
  public Receipt send(List<Entry> entries, List<Boolean> late) throws IOException {
    return batches.send(entries, late);
  }

  @Override
  public void begins(long oldestSequence) {
    batches.begins(oldestSequence);
  }

  private MqttConnectionOptions options(BrokerLimits known) throws IOException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    // a session has nothing in it; that the broker still knows it says that it has kept schemas too
    options.setCleanStart(!schemaMessages.remembers(known));
    options.setSessionExpiryInterval(SESSION_SECONDS);
    options.setKeepAliveInterval(settings.keepAliveSeconds());
    settings.user().ifPresent(options::setUserName);
    if (settings.password().isPresent()) {
      options.setPassword(settings.password().get().reveal());
    }
    if (sender.bearsStatus() && known.takesWill()) {
      MqttMessage will = Messages.retained(Messages.STATUS, status.offline(), 0);
      will.setRetained(known.isRetaining());
      options.setWill(messages.statusTopic(), will);
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
    return !link.isOpen() || now() - hurriedSinceNs > HURRY_NS;
  }

  private void onWaiting() {
    if (now() - dutyNs >= SECOND_NS / 4) {
      dutyNs = now();
      duty.run();
    }
  }

  @Override
  public void idle() throws IOException {
    BrokerConnection open = link.connected();
    if (!sender.bearsStatus()) {
      return;
    }
    if (!link.isStatusUnderWay()) {
      link.learnOfStatus(open);
    }
    long gapNs =
        link.isStatusRefused() ? Math.min(STATUS_EVERY_NS, 2 * statusGapNs) : STATUS_GAP_NS;
    long sinceNs = now() - statusNs;
    boolean due =
        sinceNs >= STATUS_EVERY_NS || (status.version() != statusVersion && sinceNs >= gapNs);
    if (due && !link.isStatusUnderWay()) {
      statusGapNs = gapNs;
      publishStatus(open);
    }
  }

  private void publishStatus(BrokerConnection open) {
    statusVersion = status.version();
    statusNs = now();
    Bytes online = status.online();
    if (open.limits().takesStatus()
        && !link.isTooLarge(open, messages.statusTopic(), Messages.STATUS, online)
        && open.awaitRoom(now() + SECOND_NS)) {
      link.statusUnderWay(
          open.publish(messages.statusTopic(), Messages.retained(Messages.STATUS, online, 0)));
    }
  }

  @Override
  public long taken() {
    return link.taken();
  }

  @Override
  public long trafficBytes() {
    return traffic.value();
  }

  @Override
  public void close() {
    takingLeave = link.isOpen();
    BrokerConnection open = link.end();
    if (open == null) {
      return;
    }
    link.learnOfStatus(open);
    long untilNs = now() + FAREWELL_NS;
    Bytes offline = status.offline();
    if (sender.bearsStatus()
        && open.limits().takesStatus()
        && open.lost() == null
        && !link.isTooLarge(open, messages.statusTopic(), Messages.STATUS, offline)
        && open.awaitRoom(untilNs)) {
      Publication farewell =
          open.publish(messages.statusTopic(), Messages.retained(Messages.STATUS, offline, 0));
      open.awaitEnd(farewell, untilNs);
    }
    takingLeave = false;
    open.close(0);
  }
}
