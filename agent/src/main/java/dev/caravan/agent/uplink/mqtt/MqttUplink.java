package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.uplink.Abilities;
import dev.caravan.agent.uplink.BusyException;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.RefusedException;
import dev.caravan.agent.uplink.Schemas;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One route's way to an MQTT broker: the connection, the device's status on it, and an outlet for each channel. The
 * courier's thread owns it.
 *
 * <p>After a lost link at most a window of entries is sent twice. Once a stop is requested its waits end within
 * {@value #HURRY_NS} ns.
 */
public final class MqttUplink implements Uplink {
  private static final Logger LOG = LoggerFactory.getLogger(MqttUplink.class);

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long STATUS_GAP_NS = 5 * SECOND_NS;
  private static final long STATUS_EVERY_NS = 60 * SECOND_NS;
  private static final long CREDENTIALS_EVERY_NS = 60 * SECOND_NS;
  private static final long SMALL_BYTES = 256;
  private static final long HURRY_NS = SECOND_NS + SECOND_NS / 2;
  private static final long FAREWELL_NS = SECOND_NS;
  private static final long SESSION_SECONDS = 600;

  /** What the broker thinks of the status is mostly known by then, and nothing else under way. */
  private static final long STATUS_ALONE_NS = SECOND_NS;

  private final MqttSettings settings;
  private final Origin origin;
  private final StatusSource status;
  private final Timeline timeline;
  private final Health health;
  private final AtomicLong traffic = new AtomicLong();
  private final Stop stop;
  private final Part part;
  private final Messages messages;
  private final Link link;
  private final SchemaMessages schemaMessages;
  private final SchemaAnswers schemaAnswers;
  private final Credentials credentials;

  // one for each broker
  private final List<BrokerLimits> limits;

  private final List<Schemas> schemas = new ArrayList<>();
  private Runnable duty = () -> {};
  private LongPredicate affords = bytes -> true;
  private long dutyNs;
  private long lookedNs;
  private long hurriedSinceNs;
  private int nextBroker;
  private int refusals;
  private boolean takingLeave;
  private boolean toldSmall;

  // brokers of which it was told that they know MQTT 3.1.1 alone
  private final Set<String> onlyThree = new HashSet<>();

  // while connected
  private long statusVersion;
  private long statusNs;
  // the least time between two, longer while they are refused
  private long statusGapNs = STATUS_GAP_NS;

  /** An uplink that is not open. */
  public MqttUplink(
      MqttSettings settings,
      Origin origin,
      StatusSource status,
      Timeline timeline,
      Health health,
      Stop stop) {
    this.settings = settings;
    this.origin = origin;
    this.status = status;
    this.timeline = timeline;
    this.health = health;
    this.stop = stop;
    this.messages = new Messages(origin, settings.customs(), settings.isCompat());
    this.limits = settings.brokers().stream()
        .map(broker -> new BrokerLimits(
            settings.maxPayload(),
            settings.protocol(),
            settings.customs().retain(),
            timeline::monotonicNs))
        .toList();
    this.part = health.part("route", origin.route());
    this.credentials = new Credentials(settings, timeline, part, origin.route());
    this.link = new Link(origin.route());
    SchemaRepeats repeats = new SchemaRepeats(settings.schemasEveryNs(), timeline::monotonicNs);
    this.schemaMessages =
        new SchemaMessages(origin.route(), messages, link, repeats, timeline::monotonicNs);
    this.schemaAnswers =
        new SchemaAnswers(schemaMessages, repeats, schemas, link, timeline::monotonicNs);
    link.publishesAgain(schemaAnswers);
  }

  @Override
  public Outlet outlet(Channel channel) {
    schemas.add(channel.schemas());
    EntryMessages entries =
        new EntryMessages(channel, messages, new Ages(timeline), settings.qos());
    return new MqttOutlet(
        channel.name(), entries, channel.schemas(), schemaMessages, link, settings, health);
  }

  @Override
  public void take(Downward given) {
    schemaAnswers.take(given.requests());
    link.takes(new DownwardLink(origin.route(), given, schemaAnswers, timeline::monotonicNs));
  }

  @Override
  public void meter(LongPredicate given) {
    affords = given;
  }

  @Override
  public Abilities abilities() {
    return link.abilities();
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
      opening = connected(settings.brokers().get(at), known, true);
      refusals = 0;
      link.opened(opening);
      lookAtCredentials();
      tellVersion(opening);
      tellSmall(opening);
      schemaMessages.opened(opening, known);
      schemaAnswers.opened(opening);
      DownwardLink down = link.downward();
      if (down != null) {
        down.opened(opening);
      }
      if (origin.bearsStatus()) {
        publishStatus(opening);
        link.awaitStatus(opening, now() + STATUS_ALONE_NS);
        Link.throwIfLost(opening);
      }
    } catch (IOException | RuntimeException e) {
      link.end();
      nextBroker++;
      if (opening != null) {
        link.learnOfStatus(opening);
        learnOfDownward(opening);
        opening.close(0);
      }
      lookAtCredentials();
      boolean isAnswer = e instanceof RefusedException || e instanceof BusyException;
      if (isAnswer && ++refusals < settings.brokers().size()) {
        // another one of the list may neither wait for a person nor be busy
        throw new IOException(e.getMessage(), e);
      }
      if (e instanceof RefusedException && !credentials.ended().isEmpty()) {
        throw new RefusedException(e.getMessage() + "; " + credentials.ended());
      }
      throw e;
    }
  }

  private void lookAtCredentials() {
    lookedNs = now();
    credentials.look();
  }

  /** That a broker knows 3.1.1 alone, and that it knows 5 by now. */
  private void tellVersion(BrokerConnection opened) {
    boolean isFallenBack = opened.limits().versions().isFallenBack();
    part.remark(
        "protocol",
        Part.State.OK,
        isFallenBack ? "by " + Version.THREE + ", as the broker does not know 5" : "");
    String broker = opened.toString();
    if (isFallenBack && onlyThree.add(broker)) {
      LOG.warn(
          "{}: {} does not know {}, going on by {}: what it drops or lets nobody hear counts as delivered",
          origin.route(),
          broker,
          Version.FIVE,
          Version.THREE);
    } else if (opened.version() == Version.FIVE && onlyThree.remove(broker)) {
      LOG.info("{}: {} knows {} by now", origin.route(), broker, Version.FIVE);
    }
  }

  /** Once, that a limit makes many packets of each batch. */
  private void tellSmall(BrokerConnection opened) {
    long mostBytes = opened.largestPacketBytes();
    if (!toldSmall && mostBytes < SMALL_BYTES) {
      toldSmall = true;
      LOG.warn(
          "{}: at most {} B a packet are allowed, which is very little: each batch leaves as many messages",
          origin.route(),
          mostBytes);
    }
  }

  /**
   * A connection that is open; a broker that refuses the last will as it is asked for less of one, and one that was spoken to by the wrong version
   * of MQTT is, {@code mayChange}, connected to by the other.
   */
  private BrokerConnection connected(
      MqttSettings.Broker broker, BrokerLimits known, boolean mayChange) throws IOException {
    Arriving inbox = new Arriving(link.downward());
    BrokerConnection opening = new BrokerConnection(
        broker,
        known,
        settings.clientId(origin),
        broker.tls() ? settings.keys().context() : null,
        origin.session(),
        inbox,
        traffic::addAndGet,
        this::isHurried,
        this::onWaiting);
    inbox.from = opening;
    if (link.downward() != null) {
      opening.subscribing().acknowledgeByHand();
    }
    try {
      opening.open(options(known), settings.window(), settings.connectTimeoutSeconds());
      return opening;
    } catch (IOException | RuntimeException e) {
      opening.close(0);
      int reason = opening.latestReason();
      if (mayChange && known.versions().next() != opening.version()) {
        return connected(broker, known, false);
      }
      if (!origin.bearsStatus() || !known.asksForLessOfAWill(reason)) {
        throw e;
      }
      return connectedWithLess(broker, known, mayChange, reason, e);
    }
  }

  private BrokerConnection connectedWithLess(
      MqttSettings.Broker broker,
      BrokerLimits known,
      boolean mayChange,
      int reason,
      Exception first)
      throws IOException {
    try {
      BrokerConnection opened = connected(broker, known, mayChange);
      LOG.warn(
          "{}: the broker takes no {} (refused, {}): going on without",
          origin.route(),
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

  private MqttConnectionOptions options(BrokerLimits known) throws IOException {
    // a session has nothing in it; that the broker still knows it says that it has kept schemas too
    DownwardLink down = link.downward();
    boolean isClean = !schemaMessages.remembers(known) || (down != null && !down.isWanted());
    MqttConnectionOptions options = settings.connectOptions(isClean, SESSION_SECONDS);
    if (down != null) {
      down.options(options);
    }
    if (origin.bearsStatus() && settings.customs().hasWill() && known.takesWill()) {
      Message offline = messages.status(status.offline());
      MqttMessage will = messages.retained(offline, 0);
      will.setRetained(known.isRetaining());
      options.setWill(offline.topic(), will);
      options.setWillMessageProperties(messages.properties(offline.contentType(), 0));
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

  private void learnOfDownward(BrokerConnection ended) {
    DownwardLink down = link.downward();
    if (down != null) {
      down.ended(ended);
    }
  }

  /** What no entry needs is sent, and what comes down asked for again when its time has come. */
  private void seeToOthers() {
    DownwardLink down = link.downward();
    BrokerConnection open = link.open();
    if (open == null || open.lost() != null) {
      return;
    }
    if (down != null) {
      down.resume(open);
      down.sendAnswers(open, messages);
    }
    schemaAnswers.send(open, affords);
  }

  private void onWaiting() {
    seeToOthers();
    if (now() - dutyNs >= SECOND_NS / 4) {
      dutyNs = now();
      duty.run();
    }
  }

  @Override
  public void idle() throws IOException {
    BrokerConnection open = link.connected();
    if (open.limits().versions().isFiveDue()) {
      open();
      return;
    }
    seeToOthers();
    if (now() - lookedNs >= CREDENTIALS_EVERY_NS) {
      lookAtCredentials();
    }
    if (!origin.bearsStatus()) {
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
    Publication online = publish(open, status.online(), now() + SECOND_NS);
    if (online != null) {
      link.statusUnderWay(online);
    }
  }

  private @Nullable Publication publish(BrokerConnection open, Bytes body, long untilNs) {
    Message message = messages.status(body);
    boolean isFitting = open.limits().takesStatus()
        && !link.isTooLarge(
            open, "the status", messages.packetBytes(message, 0, open.isAliasing()));
    return isFitting && open.awaitRoom(untilNs)
        ? open.publish(message.topic(), messages.retained(message, 0))
        : null;
  }

  @Override
  public long taken() {
    return link.taken();
  }

  @Override
  public long trafficBytes() {
    return traffic.get();
  }

  @Override
  public void close() {
    takingLeave = link.isOpen();
    BrokerConnection open = link.end();
    if (open == null) {
      return;
    }
    link.learnOfStatus(open);
    learnOfDownward(open);
    long untilNs = now() + FAREWELL_NS;
    if (origin.bearsStatus() && open.lost() == null) {
      Publication farewell = publish(open, status.offline(), untilNs);
      if (farewell != null) {
        open.awaitEnd(farewell, untilNs);
      }
    }
    takingLeave = false;
    open.close(0);
  }

  /** What Paho's thread hands messages to. */
  private static final class Arriving implements BrokerConnection.Inbox {
    private final @Nullable DownwardLink down;
    private volatile @Nullable BrokerConnection from;

    Arriving(@Nullable DownwardLink down) {
      this.down = down;
    }

    @Override
    public void arrived(String topic, MqttMessage message) {
      BrokerConnection connection = from;
      if (down != null && connection != null) {
        down.arrived(connection, topic, message);
      }
    }
  }
}
