package dev.caravan.agent.broker;

import dev.caravan.agent.bytes.Bytes;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 and 3.1.1 broker on 127.0.0.1: QoS 0 and 1 (QoS 2 publishes are taken, and passed on with QoS 1), retained
 * messages, wills, wildcards, shared subscriptions, sessions with expiry, Receive Maximum on both sides. A QoS 1 message
 * that no subscriber wants is answered with reason 0x10. A subscriber that is slow loses nothing: once much waits for
 * it, publishers get no PUBACK until it has caught up.
 *
 * <p>It has one thread, named {@code broker}; all methods are safe from any other.
 */
public final class LoopbackBroker implements AutoCloseable {
  private static final int LARGEST_PACKET_BYTES = 16 << 20;
  private static final int CONNECT_WITHIN_SECONDS = 10;

  private final BrokerFaults faults = new BrokerFaults();
  private final Exchange exchange = new Exchange();
  private final AtomicLong clientIds = new AtomicLong();
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong publishes = new AtomicLong();
  private final AtomicLong subscribes = new AtomicLong();
  private final AtomicLong accepts = new AtomicLong();
  private final MultiThreadIoEventLoopGroup group;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel server;
  private volatile boolean stalled;
  private volatile @Nullable Terms terms;

  /**
   * Starts to listen.
   *
   * @param port the port, or 0 for any that is free
   * @throws IOException if the port cannot be had
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  public LoopbackBroker(int port) throws IOException {
    group = new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory("broker", true), NioIoHandler.newFactory());
    ChannelFuture bound = new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel);
          }
        })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .awaitUninterruptibly();
    server = bound.channel();
    if (!bound.isSuccess()) {
      group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new IOException("listen on 127.0.0.1: port=" + port, bound.cause());
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void accept(Channel channel) {
    accepts.incrementAndGet();
    if (faults.acceptsThenCloses()) {
      channel.close();
      return;
    }
    clients.add(channel);
    channel
        .pipeline()
        .addLast(new MqttDecoder(LARGEST_PACKET_BYTES))
        .addLast(MqttEncoder.INSTANCE)
        .addLast(ClientLink.SILENCE, new IdleStateHandler(CONNECT_WITHIN_SECONDS, 0, 0));
    Terms kept = terms;
    if (kept != null) {
      channel.pipeline().addLast(new Doorkeeper(kept));
    }
    channel.pipeline().addLast("client", new ClientLink(this, exchange, channel));
    channel.config().setAutoRead(!stalled);
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** The address for clients, {@code tcp://127.0.0.1:PORT}. */
  public String url() {
    return "tcp://127.0.0.1:" + port();
  }

  /** Holds the clients that come from now on to such terms. */
  public void keepTo(Terms wanted) {
    terms = wanted;
  }

  /** How it misbehaves. */
  public BrokerFaults faults() {
    return faults;
  }

  /** How many TCP connections were accepted. */
  public long accepts() {
    return accepts.get();
  }

  /** How many CONNECTs were accepted. */
  public long connects() {
    return connects.get();
  }

  /** How many SUBSCRIBEs were answered. */
  public long subscribes() {
    return subscribes.get();
  }

  /** How many publishes came in, those refused among them. */
  public long publishes() {
    return publishes.get();
  }

  /** The payload retained under a topic, if there is one. */
  public Optional<Bytes> retained(String topic) {
    return onItsThread(() -> Optional.ofNullable(exchange.retained(topic)).map(Message::payload));
  }

  // misbehaviour that happens once

  /** Stops reading and writing, with all connections left as they are; or goes on. */
  public void stall(boolean on) {
    onItsThread(() -> {
      stalled = on;
      for (Channel client : clients) {
        client.config().setAutoRead(!on);
        if (!on && client.pipeline().get("client") instanceof ClientLink link) {
          link.pump();
        }
      }
      return 0;
    });
  }

  /** Cuts every connection off with a TCP reset. */
  @SuppressWarnings("FutureReturnValueIgnored")
  public void cut() {
    onItsThread(() -> {
      for (Channel client : clients) {
        client.config().setOption(ChannelOption.SO_LINGER, 0);
        client.close();
      }
      return 0;
    });
  }

  /** Sends bytes that are no MQTT to every client. */
  @SuppressWarnings("FutureReturnValueIgnored")
  public void sendGarbage(Bytes garbage) {
    onItsThread(() -> {
      for (Channel client : clients) {
        client.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(garbage.buffer()));
      }
      return 0;
    });
  }

  /** Ends every connection in order, with a DISCONNECT of this reason code where the client speaks MQTT 5. */
  public void disconnect(int reasonCode) {
    onItsThread(() -> {
      for (Channel client : clients) {
        if (client.pipeline().get("client") instanceof ClientLink link) {
          link.end(reasonCode);
        }
      }
      return 0;
    });
  }

  /** Forgets all retained messages. */
  public void forgetRetained() {
    onItsThread(() -> {
      exchange.forgetRetained();
      return 0;
    });
  }

  /** Forgets the sessions of clients that are not connected now. */
  public void forgetSessions() {
    onItsThread(() -> {
      exchange.forgetAbsent();
      return 0;
    });
  }

  private <T> T onItsThread(Callable<T> work) {
    Future<T> done = group.next().submit(work).awaitUninterruptibly();
    if (!done.isSuccess()) {
      throw new IllegalStateException("broker on port " + port(), done.cause());
    }
    return done.getNow();
  }

  boolean isStalled() {
    return stalled;
  }

  String nextClientId() {
    return "assigned-" + clientIds.incrementAndGet();
  }

  void connected() {
    connects.incrementAndGet();
  }

  void subscribed() {
    subscribes.incrementAndGet();
  }

  void published() {
    publishes.incrementAndGet();
  }

  /** Closes every connection and frees the port; waits at most 2 s. */
  @Override
  public void close() {
    server.close().awaitUninterruptibly(1000);
    clients.close().awaitUninterruptibly(1000);
    group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(1000);
  }
}
