package dev.caravan.agent.broker;

import static dev.caravan.agent.broker.Terms.all;

import dev.caravan.agent.broker.Terms.Matter;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Holds one client to the terms of the broker: what is against them does not get further, and the link ends. Publishes are acknowledged
 * {@value #ANSWER_MS} ms later than they could be, so that as many are under way as the client wants. The broker's one thread.
 */
final class Doorkeeper extends ChannelDuplexHandler {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long ANSWER_MS = 20;

  private final Terms terms;
  private final Map<Integer, String> aliases = new HashMap<>();
  private final Map<Integer, Integer> unacknowledged = new HashMap<>();
  private final Deque<Published> latest = new ArrayDeque<>();

  private record Published(long timeNs, long bytes) {}

  Doorkeeper(Terms terms) {
    this.terms = terms;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    boolean isFaulty =
        packet instanceof MqttMessage message && message.decoderResult().isFailure();
    if (isFaulty || !(packet instanceof MqttMessage read) || isKept(read)) {
      ctx.fireChannelRead(packet);
    } else {
      ReferenceCountUtil.release(packet);
      ctx.close();
    }
  }

  private boolean isKept(MqttMessage packet) {
    long remaining = packet.fixedHeader().remainingLength();
    boolean isSmall = terms.allow(Matter.PACKET_BYTES, Packets.bytes(remaining));
    return switch (packet.fixedHeader().messageType()) {
      case CONNECT -> all(isSmall, connect((MqttConnectMessage) packet));
      case PUBLISH ->
        all(isSmall, isSlow(Packets.bytes(remaining)), publish((MqttPublishMessage) packet));
      case SUBSCRIBE -> all(isSmall, subscribe((MqttSubscribeMessage) packet));
      default -> all(isSmall, has(properties(packet)));
    };
  }

  private boolean isSlow(long bytes) {
    long now = System.nanoTime();
    latest.add(new Published(now, bytes));
    while (now - latest.getFirst().timeNs >= SECOND_NS) {
      latest.removeFirst();
    }
    return all(
        terms.allow(Matter.PUBLISHES_A_SECOND, latest.size()),
        terms.allow(
            Matter.BYTES_A_SECOND, latest.stream().mapToLong(Published::bytes).sum()));
  }

  private boolean has(MqttProperties properties) {
    return terms.allow(
        Matter.USER_PROPERTIES,
        properties.getProperties(MqttProperties.USER_PROPERTY).size());
  }

  private static MqttProperties properties(MqttMessage packet) {
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      return header.properties();
    }
    if (packet.variableHeader() instanceof MqttMessageIdAndPropertiesVariableHeader header) {
      return header.properties();
    }
    return packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
        ? header.properties()
        : MqttProperties.NO_PROPERTIES;
  }

  private boolean connect(MqttConnectMessage connect) {
    var header = connect.variableHeader();
    var payload = connect.payload();
    byte[] password = payload.passwordInBytes();
    boolean hasWill = header.isWillFlag();
    String user = payload.userName();
    String id = payload.clientIdentifier();
    return all(
        terms.allow(
            Matter.PROTOCOL, header.version() == 5 ? "5" : header.version() == 4 ? "3.1.1" : "3.1"),
        terms.allow(Matter.CLIENT_ID, id),
        terms.allow(Matter.CLIENT_ID_BYTES, bytes(id)),
        terms.allow(Matter.USER, user == null ? "" : user),
        terms.allow(
            Matter.PASSWORD, password == null ? "" : new String(password, StandardCharsets.UTF_8)),
        terms.allow(Matter.KEEP_ALIVE_SECONDS, header.keepAliveTimeSeconds()),
        terms.allow(Matter.WILL, hasWill),
        terms.allow(Matter.WILL_RETAIN, header.isWillRetain()),
        !hasWill || terms.allow(Matter.WILL_TOPIC, payload.willTopic()),
        has(header.properties()));
  }

  private boolean publish(MqttPublishMessage packet) {
    MqttProperties properties = packet.variableHeader().properties();
    int alias = (int) Packets.number(properties, MqttProperties.TOPIC_ALIAS, 0);
    String topic = packet.variableHeader().topicName();
    if (alias > 0 && topic.isEmpty()) {
      topic = aliases.getOrDefault(alias, "");
    } else if (alias > 0) {
      aliases.put(alias, topic);
    }
    int payloadBytes = packet.payload().readableBytes();
    int qos = packet.fixedHeader().qosLevel().value();
    if (qos > 0) {
      unacknowledged.put(packet.variableHeader().packetId(), payloadBytes);
    }
    return all(
        terms.allow(Matter.TOPIC, topic),
        terms.allow(Matter.TOPIC_BYTES, bytes(topic)),
        terms.allow(
            Matter.TOPIC_SLASHES, topic.chars().filter(each -> each == '/').count()),
        terms.allow(Matter.TOPIC_ALIAS, alias),
        terms.allow(Matter.QOS, qos),
        terms.allow(Matter.RETAIN, packet.fixedHeader().isRetain()),
        terms.allow(Matter.PAYLOAD_BYTES, payloadBytes),
        terms.allow(Matter.IN_FLIGHT, unacknowledged.size()),
        terms.allow(
            Matter.IN_FLIGHT_BYTES,
            unacknowledged.values().stream().mapToLong(each -> each).sum()));
  }

  private boolean subscribe(MqttSubscribeMessage packet) {
    MqttProperties properties = packet.idAndPropertiesVariableHeader().properties();
    List<MqttTopicSubscription> filters = packet.payload().topicSubscriptions();
    boolean areKept = true;
    for (MqttTopicSubscription filter : filters) {
      String text = filter.topicFilter();
      areKept &= all(
          terms.allow(Matter.FILTER, text), terms.allow(Matter.SHARED, text.startsWith("$share/")));
    }
    return all(
        areKept,
        has(properties),
        terms.allow(Matter.FILTERS, filters.size()),
        terms.allow(
            Matter.SUBSCRIPTION_ID,
            properties.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Acknowledgements leave after a while, as those of a cloud do. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void write(ChannelHandlerContext ctx, Object packet, ChannelPromise promise)
      throws Exception {
    if (packet instanceof MqttMessage message
        && message.fixedHeader().messageType() == MqttMessageType.PUBACK
        && message.variableHeader() instanceof MqttMessageIdVariableHeader id) {
      Runnable leaving = () -> {
        unacknowledged.remove(id.messageId());
        ctx.writeAndFlush(packet, promise);
      };
      ctx.executor().schedule(leaving, ANSWER_MS, TimeUnit.MILLISECONDS);
    } else {
      super.write(ctx, packet, promise);
    }
  }
}
