package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.RefusedException;
import dev.caravan.agent.wire.Session;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one broker, from CONNECT to its end; never used again after it. It has a Paho client of its own, so
 * neither topic aliases nor unacknowledged messages of an earlier connection can come back.
 *
 * <p>One thread owns it and waits in it, never longer than it says; Paho's threads hand over to it and never wait. A watch
 * of its own takes the link for lost when that is dead ({@link LinkWatch}).
 */
final class BrokerConnection {
  /** Takes what comes in, on Paho's thread, and does not wait. */
  interface Inbox {
    /** One message of a topic. */
    void arrived(String topic, MqttMessage message);
  }

  private static final long SLICE_MS = 100;
  private static final long SETTLING_MS = 300;
  private static final long TEAR_DOWN_MS = 1500;
  private static final long GATHERS_NS = 2_000_000;
  private static final long STARTING_MS = 1000;

  /**
   * How large a packet may come in unless the options say more, in bytes: what a broker says of itself. Paho reads some
   * lengths as signed ones of two bytes, which no packet of this size has.
   */
  private static final long LARGEST_PACKET_BYTES = Short.MAX_VALUE;

  /**
   * What Paho is told: where to, by proxy or not, in a WebSocket or TLS, is the socket's affair. Paho would look up the name, and cannot read one
   * with an underscore.
   */
  private static final String NOWHERE = "tcp://127.0.0.1:1";

  private final MqttSettings.Broker broker;
  private final BrokerLimits limits;
  private final Inbox inbox;
  private final BooleanSupplier hurried;
  private final Runnable waiting;
  private final PahoThreads threads;
  private final Version version;
  private final PahoClient client;
  private final Subscribing subscribing;
  private final Pinger pinger = new Pinger();
  private final Incoming incoming = new Incoming();
  private final BrokerSockets sockets;

  // what follows is guarded by this
  private boolean connected;
  private @Nullable IOException lost;
  private LinkEnd end = LinkEnd.OTHER;

  private final UnderWay underWay;

  // once connected
  private int window = 1;
  // at how many publishes under way the thread that waits is to be woken up
  private volatile int wakesAt = Integer.MAX_VALUE;
  private ConnackTerms terms = ConnackTerms.NONE;

  /**
   * Makes a connection that is not open.
   *
   * @param limits what is known of the broker; what this connection finds out is added
   * @param session what its format tells on it beside the messages
   * @param cost told, by any thread, how many bytes the connection costs
   * @param hurried whether waits are to end soon, because the agent stops
   * @param waiting run at least ten times a second by a thread that waits here
   */
  BrokerConnection(
      MqttSettings.Broker broker,
      BrokerLimits limits,
      String clientId,
      @Nullable SSLContext tls,
      Optional<Session> session,
      Inbox inbox,
      LongConsumer cost,
      BooleanSupplier hurried,
      Runnable waiting)
      throws IOException {
    this.broker = broker;
    this.limits = limits;
    this.version = limits.versions().next();
    this.underWay = new UnderWay(limits.reach());
    this.inbox = inbox;
    this.hurried = hurried;
    this.waiting = waiting;
    this.threads = new PahoThreads(clientId, this::died);
    this.sockets = new BrokerSockets(tls, broker, threads, incoming, cost);
    try {
      PahoClient paho = version == Version.FIVE
          ? new PahoFive(broker, NOWHERE, clientId, pinger, threads)
          : new PahoThree(NOWHERE, clientId, pinger, threads);
      client = session.isEmpty() ? paho : new SessionClient(paho, session.get(), threads);
    } catch (MqttException e) {
      throw new IOException("mqtt client for " + broker + ": " + inWords(e), e);
    }
    subscribing = new Subscribing(client, broker, this::inWords, this::lose);
  }

  /**
   * Connects.
   *
   * @throws RefusedException if the broker does not let this client in
   * @throws IOException if it cannot be reached, says no, or says nothing in time
   */
  void open(MqttConnectionOptions options, int ownWindow, int timeoutSeconds) throws IOException {
    options.setAutomaticReconnect(false);
    options.setSocketFactory(sockets);
    options.setConnectionTimeout(timeoutSeconds);
    options.setUseSubscriptionIdentifiers(false);
    if (options.getMaximumPacketSize() == null) {
      options.setMaximumPacketSize(LARGEST_PACKET_BYTES);
    }
    incoming.bound(options.getMaximumPacketSize());
    // Paho would hold what it sends to it
    sockets.whenAsked(() -> options.setMaximumPacketSize(null));
    try {
      client.connect(options, new Events());
    } catch (MqttException e) {
      throw MqttFailure.ofConnect(broker, version, e, 0);
    }
    awaitConnected(TimeUnit.SECONDS.toNanos(timeoutSeconds));
    learnOfVersion();
    synchronized (this) {
      if (lost != null) {
        throw lost;
      }
      if (!connected) {
        throw new IOException("connect to " + broker + ": no answer in " + timeoutSeconds + " s");
      }
      window = Math.min(ownWindow, terms.window());
    }
    int ownSeconds = options.getKeepAliveInterval();
    Integer toldSeconds = terms.keepAliveSeconds();
    int keepAliveSeconds = toldSeconds == null ? ownSeconds : toldSeconds;
    long keepAliveNs = TimeUnit.SECONDS.toNanos(keepAliveSeconds);
    long answersNs = keepAliveNs == 0 ? TimeUnit.SECONDS.toNanos(ownSeconds) : keepAliveNs;
    underWay.opened(answersNs, options, sockets.latest());
    LinkWatch watch = new LinkWatch(broker, pinger, sockets, keepAliveNs, answersNs);
    long sixteenthMs = TimeUnit.NANOSECONDS.toMillis(answersNs) / 16;
    long everyMs = Math.min(Math.max(20, sixteenthMs), PahoThreads.LONGEST_PAUSE_MS);
    var unused =
        threads.scheduleWithFixedDelay(() -> look(watch), everyMs, everyMs, TimeUnit.MILLISECONDS);
  }

  /** A broker that knows 3.1.1 alone says so, answers as if it was asked by it, or does not answer at all. */
  private void learnOfVersion() {
    BrokerSocket socket = sockets.latest();
    int reason = incoming.reason();
    boolean isOther = ReasonCode.isOtherVersion(reason)
        || (version == Version.FIVE && incoming.isShort() && reason == 0);
    if (incoming.isAnswered() && isOther) {
      limits.versions().refused(version);
    } else if (incoming.isAnswered()) {
      limits.versions().answered(version);
    } else if (socket != null && socket.connectedNs() != 0 && !hurried.getAsBoolean()) {
      limits.versions().unanswered(version);
    }
  }

  /** At most six times as long while the far side shows signs of life: on a thin link the handshake of TLS takes its time. */
  private void awaitConnected(long timeoutNs) {
    long beganNs = System.nanoTime();
    long lastNs = beganNs + 6 * timeoutNs;
    long untilNs = beganNs + timeoutNs;
    while (!isOver(() -> connected) && System.nanoTime() - untilNs < 0) {
      await(() -> connected, untilNs);
      BrokerSocket socket = sockets.latest();
      if (socket != null && socket.hasHeard()) {
        // whoever reads gives up a little earlier, and says why
        untilNs = Math.min(lastNs, socket.aliveNs() + timeoutNs + SETTLING_MS * 1_000_000);
      }
    }
  }

  /** How many publishes may be under way: the smaller of our own bound and the broker's Receive Maximum. */
  int window() {
    return window;
  }

  /** The largest packet that may be sent to the broker, in bytes. */
  long largestPacketBytes() {
    return Math.min(terms.largestPacketBytes(), limits.mostPacketBytes());
  }

  /** The largest packet that the broker says it takes, and the settings allow, in bytes. */
  long toldPacketBytes() {
    return Math.min(terms.largestPacketBytes(), limits.setPacketBytes());
  }

  /** The largest packet that leaves in time, as the link was measured, in bytes. */
  long largestInTimeBytes() {
    return Math.min(largestPacketBytes(), limits.reach().bytes());
  }

  /** The broker's address. */
  @Override
  public String toString() {
    return broker.toString();
  }

  /** By which version of MQTT. */
  Version version() {
    return version;
  }

  /** What is known of the broker. */
  BrokerLimits limits() {
    return limits;
  }

  /** Whether Paho uses topic aliases here. */
  boolean isAliasing() {
    return terms.aliasing();
  }

  /** Whether the broker still knew this client. */
  boolean isSessionPresent() {
    return terms.sessionPresent();
  }

  /** Whether the broker keeps retained messages for those who come later. */
  boolean isRetaining() {
    return terms.retaining() && limits.isRetaining();
  }

  /** Why the link is lost, or null while it is not. */
  synchronized @Nullable IOException lost() {
    return lost;
  }

  /** What its end says of the messages under way; {@link LinkEnd#OTHER} before. */
  synchronized LinkEnd end() {
    return end;
  }

  /** How many publishes had no answer when the link was lost. */
  int leftUnderWay() {
    return underWay.left();
  }

  /** The latest reason code that came in any packet. */
  int latestReason() {
    return incoming.reason();
  }

  // publishing

  /**
   * Waits for room in the window.
   *
   * @return whether there is; false once the link is lost or time is up
   */
  boolean awaitRoom(long untilNs) {
    if (!underWay.hasRoom(window)) {
      await(() -> underWay.hasRoom(window), untilNs);
      // answers that come at once make room for several, whose threads then wake up once
      wakesAt = window / 2;
      await(() -> underWay.count() <= wakesAt, Math.min(untilNs, System.nanoTime() + GATHERS_NS));
      wakesAt = Integer.MAX_VALUE;
    }
    synchronized (this) {
      return lost == null && underWay.hasRoom(window);
    }
  }

  /** Leaves room for one publish that has its own, where the broker takes more than one. */
  void reserveOne() {
    window = Math.max(1, Math.min(window, terms.window() - 1));
  }

  /** Whether the broker takes one more publish, whatever the window. */
  boolean hasReserved() {
    return lost() == null && underWay.count() < terms.window();
  }

  /** Whether a message was coming in, or came a moment ago, when the link was lost. */
  boolean hasEndedOverInbound() {
    return lost() != null && (end() == LinkEnd.UNREADABLE || incoming.isRecent());
  }

  /** Its subscriptions. */
  Subscribing subscribing() {
    return subscribing;
  }

  /** Publishes with QoS 0 or 1, retained only where the broker can; only after {@link #awaitRoom}. */
  Publication publish(String topic, MqttMessage message) {
    message.setRetained(message.isRetained() && isRetaining());
    UnderWay.Begun begun = underWay.begin(topic.length() + message.getPayload().length);
    Publication publication =
        new Publication(answered -> ended(begun, answered), message.getQos() == 0);
    try {
      client.publish(topic, message, publication);
      sockets.handedOver();
    } catch (MqttException e) {
      publication.failed();
      lose(new IOException("publish to " + broker + ": " + inWords(e), e));
    } catch (RuntimeException e) {
      // what cannot be published takes no room
      publication.failed();
      throw e;
    }
    return publication;
  }

  private void ended(UnderWay.Begun begun, boolean answered) {
    synchronized (this) {
      underWay.ended(begun, answered);
      if (underWay.count() <= wakesAt) {
        notifyAll();
      }
    }
  }

  /** Waits until a publish has ended, the link is lost, or time is up. */
  void awaitEnd(Publication publication, long untilNs) {
    await(() -> !publication.isPending(), untilNs);
  }

  /** Waits, after a publish has failed, until it is known why the link is lost: Paho tells that last. */
  void awaitLoss() {
    await(() -> false, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLING_MS));
    lose(new IOException("link to " + broker + ": a publish failed"));
  }

  private void await(BooleanSupplier done, long untilNs) {
    while (!isOver(done)) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
      if (leftMs <= 0) {
        return;
      }
      synchronized (this) {
        if (!isOver(done)) {
          try {
            wait(Math.min(leftMs, SLICE_MS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
          }
        }
      }
      waiting.run();
    }
  }

  private synchronized boolean isOver(BooleanSupplier done) {
    return lost != null || done.getAsBoolean() || hurried.getAsBoolean();
  }

  private String inWords(MqttException why) {
    return MqttFailure.inWords(why, incoming.reason());
  }

  // the watch, on a thread of its own

  private void look(LinkWatch watch) {
    watch.ping();
    IOException dead = watch.verdict(underWay.unansweredNs());
    if (dead != null) {
      ends(watch.end());
      lose(dead);
    }
  }

  /** A thread of Paho's is dead, and with it the link. */
  private void died(Throwable why) {
    LinkEnd how = LinkEnd.ofDeath(why);
    ends(how);
    lose(MqttFailure.ofDeath(broker, how, why));
  }

  private synchronized void ends(LinkEnd how) {
    end = lost == null ? how : end;
  }

  private void lose(IOException why) {
    synchronized (this) {
      if (lost == null) {
        lost = why;
        underWay.lost();
      }
      notifyAll();
    }
    sockets.cut();
  }

  // what Paho tells, on its threads

  private final class Events implements PahoClient.Events {
    @Override
    public void connected(ConnackTerms told) {
      synchronized (BrokerConnection.this) {
        terms = told;
        connected = true;
        BrokerConnection.this.notifyAll();
      }
    }

    @Override
    public void failed(Throwable why) {
      BrokerConnection.this.lose(MqttFailure.ofConnect(broker, version, why, incoming.reason()));
    }

    @Override
    public void lose(IOException why) {
      BrokerConnection.this.lose(why);
    }

    @Override
    public void ended(int reason, @Nullable MqttException why) {
      ends(LinkEnd.of(reason, why, incoming.reason()));
      if (end() == LinkEnd.FOR_RETAINING) {
        limits.retainsNothing();
      }
      BrokerConnection.this.lose(MqttFailure.ofDisconnect(broker, reason, why, incoming.reason()));
    }

    @Override
    public void arrived(String topic, MqttMessage message) {
      inbox.arrived(topic, message);
      incoming.handedOver();
    }
  }

  // ending

  /**
   * Ends the connection, with a DISCONNECT if it is not lost already, and all of its threads. Waits at most 2.5 s, less if it was open.
   *
   * @param sessionExpirySeconds how long the broker is to remember this client
   */
  void close(long sessionExpirySeconds) {
    boolean orderly;
    synchronized (this) {
      orderly = connected && lost == null;
    }
    CountDownLatch down = new CountDownLatch(1);
    threads.execute(() -> {
      tearDown(orderly, sessionExpirySeconds);
      down.countDown();
    });
    try {
      if (!down.await(TEAR_DOWN_MS, TimeUnit.MILLISECONDS)) {
        sockets.cut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.abandon();
    // an interrupt in the start would leave a thread behind; only a name look-up that hangs lasts
    // longer
    threads.awaitStarted(STARTING_MS);
    threads.shutdownNow();
  }

  private void tearDown(boolean orderly, long sessionExpirySeconds) {
    try {
      if (orderly) {
        client.disconnect(0, sessionExpirySeconds, SETTLING_MS);
      }
    } catch (MqttException e) {
      // it ends below
    }
    lose(new IOException("link to " + broker + ": closed"));
    sockets.abandon();
    threads.awaitStarted(STARTING_MS);
    client.end();
  }
}
