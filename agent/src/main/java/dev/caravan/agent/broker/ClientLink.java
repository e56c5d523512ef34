package dev.caravan.agent.broker;

import dev.caravan.agent.broker.Session.Outgoing;
import dev.caravan.agent.broker.Session.Subscription;
import dev.caravan.agent.bytes.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client's connection: its packets in, its packets out. Everything on the broker's one thread. */
final class ClientLink extends ChannelInboundHandlerAdapter {
  /** The name of the part of the pipeline that watches for silence. */
  static final String SILENCE = "silence";

  private static final int HELD_WITHOUT_LIMIT = 100;

  private record Held(int id, Message message) {}

  private final LoopbackBroker broker;
  private final Exchange exchange;
  private final BrokerFaults faults;
  private final Channel channel;
  private final int receiveMaximum;
  private final int largestBytes;
  private final Map<Integer, String> aliases = new HashMap<>();
  private final Set<Integer> unanswered = new HashSet<>();
  private final Set<Integer> unreleased = new HashSet<>();
  private final Deque<Held> held = new ArrayDeque<>();

  // once connected
  private @Nullable Session session;
  private @Nullable Message will;
  private boolean version5;
  private long expirySeconds;

  ClientLink(LoopbackBroker broker, Exchange exchange, Channel channel) {
    this.broker = broker;
    this.exchange = exchange;
    this.faults = broker.faults();
    this.channel = channel;
    this.receiveMaximum = faults.receiveMaximum();
    this.largestBytes = faults.maximumPacketBytes();
  }

  boolean isWritable() {
    return channel.isWritable() && !broker.isStalled();
  }

  void flush() {
    channel.flush();
  }

  void writePublish(Outgoing out, int id, long nowNs) {
    // the body is wrapped, never taken from a pool: nothing to release
    write(new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH, out.again(), MqttQoS.valueOf(out.qos()), out.retain(), 0),
        new MqttPublishVariableHeader(out.message().topic(), id, out.message().propertiesAt(nowNs)),
        Unpooled.wrappedBuffer(out.message().payload().buffer())));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    try {
      if (!(packet instanceof MqttMessage message)) {
        return;
      }
      if (message.decoderResult().isFailure()) {
        boolean tooLong = message.decoderResult().cause() instanceof TooLongFrameException;
        end(tooLong ? 0x95 : 0x81);
      } else if (session == null) {
        if (message instanceof MqttConnectMessage connect) {
          connect(connect);
        } else {
          close();
        }
      } else {
        if (isTooLong(message.fixedHeader().remainingLength())) {
          end(0x95);
        } else {
          read(message, session);
        }
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private boolean isTooLong(int remainingBytes) {
    return largestBytes > 0 && Packets.bytes(remainingBytes) > largestBytes;
  }

  private void read(MqttMessage message, Session open) {
    switch (message.fixedHeader().messageType()) {
      case PUBLISH -> publish((MqttPublishMessage) message);
      case PUBACK -> {
        open.acknowledged(id(message));
        if (open.isHalfEmpty()) {
          exchange.resumeHolding();
        }
      }
      case PUBREL -> {
        unreleased.remove(id(message));
        send(Packets.reply(MqttMessageType.PUBCOMP, id(message), 0));
      }
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message, open);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message, open);
      case PINGREQ -> send(MqttMessage.PINGRESP);
      case DISCONNECT -> disconnect(message);
      default -> end(0x82);
    }
  }

  private static int id(MqttMessage message) {
    return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
  }

  // connecting

  /** Whether a CONNECT of MQTT 5 is dealt with, by a broker that does not know it. */
  private boolean withoutFive(BrokerFaults.Five becomes) {
    switch (becomes) {
      case TAKEN -> {
        return false;
      }
      case REFUSED_BY_THREE -> sendAndClose(Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 1}));
      case REFUSED -> sendAndClose(Unpooled.wrappedBuffer(new byte[] {0x20, 3, 0, (byte) 0x84, 0}));
      case CLOSED -> close();
      case TAKEN_FOR_THREE -> send(Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 0}));
      default -> {}
    }
    return true;
  }

  private void connect(MqttConnectMessage connect) {
    version5 = connect.variableHeader().version() == 5;
    if (faults.withholdsConnacks() || (version5 && withoutFive(faults.five()))) {
      return;
    }
    int refusal = faults.connectReason();
    if (refusal == 0 && connect.variableHeader().isWillFlag()) {
      boolean isRetained = connect.variableHeader().isWillRetain();
      refusal = isRetained && !faults.isRetaining() ? 0x9A : faults.willReason();
    }
    if (refusal != 0) {
      sendAndClose(Packets.connectRefused(version5 ? refusal : 5));
      return;
    }
    MqttProperties asked = connect.variableHeader().properties();
    String clientId = connect.payload().clientIdentifier();
    boolean assigned = clientId == null || clientId.isEmpty();
    if (assigned) {
      clientId = broker.nextClientId();
    }
    Session old = exchange.known(clientId);
    ClientLink other = old == null ? null : old.link();
    if (other != null) {
      other.end(0x8E);
    }
    boolean clean = connect.variableHeader().isCleanSession();
    expirySeconds = version5
        ? Packets.number(asked, MqttProperties.SESSION_EXPIRY_INTERVAL, 0)
        : clean ? 0 : 0xFFFF_FFFFL;
    Exchange.Found found = exchange.session(clientId, clean);
    session = found.session();
    if (connect.variableHeader().isWillFlag()) {
      will = Message.of(
          connect.payload().willTopic(),
          Bytes.of(connect.payload().willMessageInBytes()),
          connect.variableHeader().willQos(),
          connect.variableHeader().isWillRetain(),
          connect.payload().willProperties(),
          System.nanoTime());
    }
    int toldSeconds = version5 ? faults.serverKeepAliveSeconds() : -1;
    watchSilence(toldSeconds < 0 ? connect.variableHeader().keepAliveTimeSeconds() : toldSeconds);
    broker.connected();
    MqttProperties told = version5
        ? Packets.connackProperties(faults, receiveMaximum, largestBytes, assigned ? clientId : "")
        : MqttProperties.NO_PROPERTIES;
    send(Packets.connectAccepted(found.present(), told));
    int window =
        (int) Packets.number(asked, MqttProperties.RECEIVE_MAXIMUM, version5 ? 65_535 : 20);
    long largest = Packets.number(asked, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    found.session().attach(this, window, largest);
    found.session().pump();
  }

  /** A client from which no whole packet came for one and a half times its keep-alive is gone: MQTT 5, 3.1.2.10. */
  private void watchSilence(int keepAliveSeconds) {
    long limitMs = keepAliveSeconds * 1500L;
    channel
        .pipeline()
        .replace(SILENCE, SILENCE, new IdleStateHandler(limitMs, 0, 0, TimeUnit.MILLISECONDS));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && !broker.isStalled()) {
      if (session == null) {
        close();
      } else {
        end(0x8D);
      }
    }
  }

  private void disconnect(MqttMessage message) {
    int reason = 0;
    if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      reason = header.reasonCode() & 0xFF;
      expirySeconds = Packets.number(
          header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, expirySeconds);
    }
    // 0x04 asks for the will all the same
    if (reason == 0) {
      will = null;
    }
    close();
  }

  /** Ends the connection from this side, with a reason where the protocol has a place for it. */
  void end(int reason) {
    if (version5 && session != null) {
      sendAndClose(Packets.disconnect(reason));
    } else {
      close();
    }
    gone();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
  }

  private void gone() {
    exchange.release(this);
    held.clear();
    Session left = session;
    if (left == null || left.link() != this) {
      return;
    }
    left.detach();
    Message last = will;
    will = null;
    if (last != null) {
      exchange.publish(left, last);
    }
    if (expirySeconds == 0) {
      exchange.forget(left);
    } else if (expirySeconds < 0xFFFF_FFFFL && !channel.eventLoop().isShuttingDown()) {
      later(() -> expire(left), expirySeconds);
    }
    exchange.resumeHolding();
  }

  private void expire(Session left) {
    if (left.link() == null) {
      exchange.forget(left);
    }
  }

  // publishing

  private void publish(MqttPublishMessage packet) {
    MqttProperties properties = packet.variableHeader().properties();
    String topic = topic(packet.variableHeader().topicName(), properties);
    if (topic == null) {
      return;
    }
    ByteBuf body = packet.payload();
    byte[] content = new byte[body.readableBytes()];
    body.readBytes(content);
    int qos = packet.fixedHeader().qosLevel().value();
    int id = packet.variableHeader().packetId();
    if (qos > faults.maximumQos()) {
      end(0x9B);
      return;
    }
    if (packet.fixedHeader().isRetain() && !faults.isRetaining()) {
      end(0x9A);
      return;
    }
    if (faults.endsOver(topic, content.length)) {
      if (faults.endReason() == 0) {
        close();
      } else {
        end(faults.endReason());
      }
      return;
    }
    Message message = Message.of(
        faults.makesSlashes() ? topic.replace('.', '/') : topic,
        Bytes.owning(content),
        Math.min(qos, 1),
        packet.fixedHeader().isRetain(),
        properties,
        System.nanoTime());
    if (qos == 2 && !unreleased.add(id)) {
      // its second coming: taken once only
      send(Packets.reply(MqttMessageType.PUBREC, id, 0));
      return;
    }
    if (qos == 1 && unanswered.add(id) && version5 && unanswered.size() > receiveMaximum) {
      end(0x93);
      return;
    }
    if (!held.isEmpty() || (qos > 0 && exchange.isCongested(topic))) {
      held.add(new Held(qos == 0 ? 0 : qos == 2 ? -id : id, message));
      exchange.hold(this);
      if (held.size() >= HELD_WITHOUT_LIMIT) {
        channel.config().setAutoRead(false);
      }
      return;
    }
    pass(qos == 0 ? 0 : qos == 2 ? -id : id, message);
    channel.flush();
  }

  private @Nullable String topic(String name, MqttProperties properties) {
    int alias = (int) Packets.number(properties, MqttProperties.TOPIC_ALIAS, 0);
    if (properties.getProperty(MqttProperties.TOPIC_ALIAS) != null) {
      if (alias < 1 || alias > faults.topicAliasMaximum()) {
        end(0x94);
        return null;
      }
      if (name.isEmpty()) {
        String known = aliases.get(alias);
        if (known == null) {
          end(0x82);
        }
        return known;
      }
      aliases.put(alias, name);
    }
    if (!Filter.isTopic(name)) {
      end(0x90);
      return null;
    }
    return name;
  }

  /** Passes a publish on and answers it; {@code id} is 0 for QoS 0, negative for QoS 2. */
  private void pass(int id, Message message) {
    int refusal =
        id > 0 ? faults.pubackReason(message.topic(), message.payload().length()) : 0;
    int receivers = refusal == 0 ? exchange.publish(session, message) : 0;
    broker.published();
    if (id < 0) {
      write(Packets.reply(MqttMessageType.PUBREC, -id, 0));
    } else if (id > 0 && !faults.withholdsPubacks()) {
      unanswered.remove(id);
      // MQTT 5, table 3-4: 0x10 no matching subscribers; 3.1.1 has no place for a reason
      int reason = refusal != 0 ? refusal : receivers == 0 ? 0x10 : 0;
      write(Packets.reply(MqttMessageType.PUBACK, id, version5 ? reason : 0));
    }
  }

  /** Passes on what was held back, as far as there is room now. */
  void resume() {
    while (!held.isEmpty() && !exchange.isCongested(held.getFirst().message().topic())) {
      Held next = held.removeFirst();
      pass(next.id(), next.message());
    }
    if (held.isEmpty()) {
      exchange.release(this);
      if (!broker.isStalled()) {
        channel.config().setAutoRead(true);
      }
    }
    channel.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (session != null) {
      session.pump();
    }
  }

  /** Goes on sending after a stall. */
  void pump() {
    if (session != null) {
      session.pump();
    }
  }

  // subscribing

  private void subscribe(MqttSubscribeMessage packet, Session open) {
    List<Integer> granted = new ArrayList<>();
    List<Runnable> after = new ArrayList<>();
    for (MqttTopicSubscription wanted : packet.payload().topicSubscriptions()) {
      Filter filter = Filter.parse(wanted.topicFilter());
      if (version5 && faults.subscribeReason() != 0) {
        granted.add(faults.subscribeReason());
        continue;
      }
      if (filter == null) {
        granted.add(version5 ? 0x8F : 0x80);
        continue;
      }
      // messages of QoS 2 are passed on with QoS 1
      int qos = Math.min(wanted.option().qos().value(), 1);
      granted.add(qos);
      Subscription subscription = new Subscription(
          open, filter, qos, wanted.option().isNoLocal(), wanted.option().isRetainAsPublished());
      // 2: never
      int handling = faults.withholdsRetained(filter)
          ? 2
          : version5 ? wanted.option().retainHandling().value() : 0;
      after.add(() -> exchange.subscribe(subscription, handling));
    }
    write(Packets.suback(packet.variableHeader().messageId(), granted));
    after.forEach(Runnable::run);
    broker.subscribed();
    channel.flush();
  }

  private void unsubscribe(MqttUnsubscribeMessage packet, Session open) {
    List<Short> reasons = new ArrayList<>();
    for (String filter : packet.payload().topics()) {
      // MQTT 5, table 3-9: 0x11 no subscription existed
      reasons.add(exchange.unsubscribe(open, filter) ? (short) 0 : (short) 0x11);
    }
    send(Packets.unsuback(packet.variableHeader().messageId(), reasons));
  }

  // A write that fails ends the connection, and the end of the connection is seen in
  // channelInactive: nobody needs
  // the futures of these.

  @SuppressWarnings("FutureReturnValueIgnored")
  private void write(MqttMessage packet) {
    channel.write(packet);
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(Object packet) {
    channel.writeAndFlush(packet);
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void sendAndClose(Object packet) {
    channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void close() {
    channel.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void later(Runnable work, long afterSeconds) {
    channel.eventLoop().schedule(work, afterSeconds, TimeUnit.SECONDS);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    close();
  }
}
