package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.uplink.Patience;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a thread that subscribes at an MQTT broker and hands over what comes, one message at a time, on that
 * thread. Reconnects by itself, and ends only when told to stop.
 *
 * <p>A message is acknowledged after it was handed over, and the broker sends no more than a few ahead: a slow receiver
 * loses no QoS 1 message. Filters are subscribed without a share name on a session that outlives a lost connection by
 * {@value #SESSION_SECONDS} s, so that messages of the time between come too. Delivery is at least once. What cannot be
 * read twice in a row takes the session, and what else waited in it, with it: it would come again for ever. By MQTT 3.1.1
 * no session is kept, and what came while there was no link does not come.
 */
public final class MqttSubscriber implements Runnable, RunLoop.Body {
  /**
   * One message.
   *
   * @param contentType what it says that it is, empty where it says nothing
   * @param properties its user properties, the last of each name
   * @param retained whether it was kept by the broker from before the subscription
   */
  public record Message(
      String topic,
      Bytes payload,
      String contentType,
      Map<String, String> properties,
      boolean retained) {
    /** Copies the map. */
    public Message {
      properties = Map.copyOf(properties);
    }
  }

  private record Inbound(String topic, MqttMessage message) {}

  private static final Logger LOG = LoggerFactory.getLogger(MqttSubscriber.class);

  /** Larger than any batch, event or schema that an agent makes. */
  private static final long LARGEST_PACKET_BYTES = 16 << 20;

  private static final long SESSION_SECONDS = 600;
  // the inbox has room for twice as many: Paho's thread puts them there and never waits
  private static final int RECEIVE_MAXIMUM = 64;
  private static final long SUBSCRIBE_MS = 5000;
  private static final long SLICE_MS = 100;

  private final MqttSettings settings;
  private final String clientId;
  private final Consumer<Message> out;
  private final long mostBytes;
  private final Stop stop;
  private final Bugs bugs;
  private final Patience patience;
  private final Set<String> filters = new LinkedHashSet<>();
  // those of them that are done without where the broker refuses them; guarded by filters
  private final Set<String> further = new HashSet<>();
  private final boolean keepsSession;

  // one for each broker
  private final List<BrokerLimits> limits;

  private boolean hadSession;
  private boolean changesVersion;
  private int nextBroker;
  private int unreadableInRow;
  private boolean hasHandedOver;
  private volatile boolean subscribed;
  private final AtomicInteger connects = new AtomicInteger();
  private final Asides asides = new Asides(System::nanoTime);
  private volatile Runnable beside = () -> {};

  // while all is subscribed to
  private @Nullable BrokerConnection receiving;

  // while the broker keeps the session
  private final Set<String> confirmed = new LinkedHashSet<>();

  // since all was subscribed to
  private boolean told;

  /**
   * A subscriber that is not connected.
   *
   * @param clientId unlike that of any other client of the broker
   * @param filters topic filters, or {@code $share/GROUP/FILTER}
   * @param out gets each message; it may take its time
   */
  public MqttSubscriber(
      MqttSettings settings,
      String clientId,
      List<String> filters,
      Consumer<Message> out,
      Stop stop,
      RandomGenerator random) {
    this(
        settings,
        clientId,
        filters,
        out,
        LARGEST_PACKET_BYTES,
        new Health().bugs("subscriber"),
        stop,
        random);
  }

  /**
   * The same.
   *
   * @param mostBytes the largest packet that the broker may send; a larger one ends the link
   * @param bugs counts faults of the program, such as of {@code out}, which cost one message at most
   */
  public MqttSubscriber(
      MqttSettings settings,
      String clientId,
      List<String> filters,
      Consumer<Message> out,
      long mostBytes,
      Bugs bugs,
      Stop stop,
      RandomGenerator random) {
    this.settings = settings;
    this.limits = settings.brokers().stream()
        .map(broker -> new BrokerLimits(0, settings.protocol(), System::nanoTime))
        .toList();
    this.clientId = clientId;
    this.filters.addAll(filters);
    this.keepsSession = filters.stream().noneMatch(filter -> filter.startsWith("$share/"));
    this.out = out;
    this.stop = stop;
    this.mostBytes = mostBytes;
    this.bugs = bugs;
    this.patience = new Patience(random);
  }

  /**
   * Subscribes to one more filter, now and on every later connection, as long as the broker lets this client; from any thread, also while it is
   * handed a message.
   */
  public void addIfAllowed(String filter) {
    synchronized (filters) {
      if (filters.add(filter)) {
        further.add(filter);
      }
    }
  }

  /** Has this run, often, between messages, while all is subscribed to, on the thread that messages are handed over on. */
  public void beside(Runnable given) {
    beside = given;
  }

  /**
   * Publishes a message that is not retained, as far as the broker lets this client; only on the thread that messages are handed over on. Never waits.
   *
   * @param expirySeconds how long it may take
   * @return whether it left; false while another is under way, or none may leave
   */
  public boolean publishIfAllowed(
      String topic, String contentType, Bytes body, long expirySeconds) {
    BrokerConnection open = receiving;
    if (open == null) {
      return false;
    }
    MqttProperties properties = new MqttProperties();
    properties.setContentType(contentType);
    properties.setMessageExpiryInterval(expirySeconds);
    return asides.publish(open, topic, new MqttMessage(body.toArray(), 1, false, properties));
  }

  /** How many connections were made; before each but the first the broker may have kept nothing for this subscriber. */
  public int connects() {
    return connects.get();
  }

  /** Whether the broker has confirmed all subscriptions asked for when the connection was made. */
  public boolean isSubscribed() {
    return subscribed;
  }

  @Override
  public void run() {
    new RunLoop(bugs, stop::isRequested, this).run();
    subscribed = false;
  }

  @Override
  public boolean round() {
    boolean hasChanged = changesVersion;
    try {
      carry();
    } catch (IOException e) {
      if (hasChanged || !changesVersion) {
        failed(e);
      }
    }
    return true;
  }

  @Override
  public boolean survived(Throwable fault) {
    failed(fault);
    return true;
  }

  private void failed(Throwable e) {
    subscribed = false;
    if (!told && !stop.isRequested()) {
      LOG.warn("subscriber: link down, trying again: {}", e.getMessage());
    }
    told = true;
    stop.await(patience.nextNs(e));
  }

  private void wellAgain() {
    subscribed = true;
    told = false;
    patience.reset();
    // it stays with this broker
    nextBroker--;
  }

  private void carry() throws IOException {
    int at = nextBroker++ % settings.brokers().size();
    MqttSettings.Broker broker = settings.brokers().get(at);
    BlockingQueue<Inbound> inbox = new ArrayBlockingQueue<>(2 * RECEIVE_MAXIMUM);
    Gate gate = new Gate(inbox);
    BrokerConnection connection = new BrokerConnection(
        broker,
        limits.get(at),
        clientId,
        broker.tls() ? settings.keys().context() : null,
        Optional.empty(),
        gate,
        bytes -> {},
        stop::isRequested,
        () -> {});
    gate.connection = connection;
    try {
      connection.subscribing().acknowledgeByHand();
      open(connection);
      if (!connection.isSessionPresent()) {
        confirmed.clear();
      }
      LOG.info("subscriber: connected to {} by {}", broker, connection.version());
      tellUnshared(connection);
      connects.incrementAndGet();
      hasHandedOver = false;
      receive(connection, inbox);
    } finally {
      gate.closed = true;
      receiving = null;
      asides.ended(connection);
      // what came before it could be read: it is not what the session begins with
      int before = hasHandedOver ? 0 : unreadableInRow;
      unreadableInRow = connection.end() == LinkEnd.UNREADABLE ? before + 1 : 0;
      hadSession = (hadSession || connection.lost() == null || connection.isSessionPresent())
          && unreadableInRow < 2;
      connection.close(stop.isRequested() || !keepsSession ? 0 : SESSION_SECONDS);
    }
  }

  /** One that was spoken to by the wrong version of MQTT is spoken to by the other at once. */
  private void open(BrokerConnection connection) throws IOException {
    try {
      connection.open(options(), 1, settings.connectTimeoutSeconds());
      changesVersion = false;
    } catch (IOException e) {
      changesVersion =
          !changesVersion && connection.limits().versions().next() != connection.version();
      // the same broker
      nextBroker -= changesVersion ? 1 : 0;
      throw e;
    }
  }

  private void tellUnshared(BrokerConnection connection) {
    if (!keepsSession && connection.version() == Version.THREE && connects.get() == 0) {
      LOG.warn(
          "subscriber: {} has no shared subscriptions; a broker that has none of its own sends nothing",
          Version.THREE);
    }
  }

  /** Hands over until told to stop; once the link is lost, what still is in the inbox. */
  private void receive(BrokerConnection connection, BlockingQueue<Inbound> inbox)
      throws IOException {
    IOException lost = null;
    while (!stop.isRequested() && (lost == null || !inbox.isEmpty())) {
      if (lost == null) {
        try {
          subscribeToNew(connection);
          receiving = connection;
          beside.run();
        } catch (IOException e) {
          lost = e;
        }
      }
      Inbound next = poll(inbox);
      if (next != null) {
        hasHandedOver = true;
        handOver(connection, next);
      }
      if (lost == null) {
        lost = connection.lost();
      }
    }
    if (lost != null
        && connection.end() == LinkEnd.UNREADABLE
        && unreadableInRow > 0
        && !hasHandedOver) {
      // the session ends with it, but where it is retained it comes again at once
      throw new RefusedException(String.valueOf(lost.getMessage()));
    }
    if (lost != null) {
      throw lost;
    }
  }

  private static @Nullable Inbound poll(BlockingQueue<Inbound> inbox) {
    try {
      return inbox.poll(SLICE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void handOver(BrokerConnection connection, Inbound next) {
    try {
      out.accept(given(next.topic, next.message));
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bugs.survived(e);
    }
    if (next.message.getQos() > 0 && connection.lost() == null) {
      connection.subscribing().acknowledge(next.message);
    }
  }

  private void subscribeToNew(BrokerConnection connection) throws IOException {
    List<String> wanted;
    synchronized (filters) {
      wanted = List.copyOf(filters);
    }
    for (String filter : wanted) {
      if (!confirmed.contains(filter)) {
        subscribe(connection, filter);
        confirmed.add(filter);
        hadSession = true;
      }
    }
    if (!subscribed) {
      wellAgain();
    }
  }

  /** A further filter that is refused, or over which the link ends, is not subscribed to again. */
  private void subscribe(BrokerConnection connection, String filter) throws IOException {
    try {
      connection.subscribing().subscribe(filter, SUBSCRIBE_MS);
    } catch (IOException e) {
      synchronized (filters) {
        if (!further.remove(filter)) {
          throw e;
        }
        filters.remove(filter);
      }
      LOG.warn("subscriber: {}; going on without", e.getMessage());
      if (!(e instanceof RefusedException)) {
        throw e;
      }
    }
  }

  private MqttConnectionOptions options() throws IOException {
    MqttConnectionOptions options =
        settings.connectOptions(!(keepsSession && hadSession), keepsSession ? SESSION_SECONDS : 0);
    options.setReceiveMaximum(RECEIVE_MAXIMUM);
    options.setMaximumPacketSize(mostBytes);
    return options;
  }

  private static Message given(String topic, MqttMessage message) {
    MqttProperties properties = message.getProperties();
    String contentType = properties == null ? null : properties.getContentType();
    return new Message(
        topic,
        Bytes.of(message.getPayload()),
        contentType == null ? "" : contentType,
        properties == null ? Map.of() : ofUser(properties.getUserProperties()),
        message.isRetained());
  }

  private static Map<String, String> ofUser(@Nullable List<UserProperty> given) {
    Map<String, String> properties = new HashMap<>();
    if (given != null) {
      given.forEach(each -> properties.put(each.getKey(), each.getValue()));
    }
    return properties;
  }

  /** What Paho's thread passes messages through; waits for room only for messages that nobody acknowledges. */
  private static final class Gate implements BrokerConnection.Inbox {
    private final BlockingQueue<Inbound> inbox;
    private volatile @Nullable BrokerConnection connection;
    private volatile boolean closed;

    Gate(BlockingQueue<Inbound> inbox) {
      this.inbox = inbox;
    }

    @Override
    public void arrived(String topic, MqttMessage message) {
      try {
        while (!closed && !isLost()) {
          if (inbox.offer(new Inbound(topic, message), SLICE_MS, TimeUnit.MILLISECONDS)) {
            return;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean isLost() {
      BrokerConnection known = connection;
      return known != null && known.lost() != null;
    }
  }
}
