package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes this connection's one socket, and remembers it. */
final class BrokerSockets extends SocketFactory {
  private final @Nullable SSLContext tls;
  private final MqttSettings.Broker broker;
  private final PahoThreads threads;
  private final Incoming incoming;
  private final LongConsumer cost;
  private final AtomicLong handedOver = new AtomicLong();
  private volatile @Nullable BrokerSocket latest;
  private volatile boolean abandoned;
  private volatile Runnable asked = () -> {};

  BrokerSockets(
      @Nullable SSLContext tls,
      MqttSettings.Broker broker,
      PahoThreads threads,
      Incoming incoming,
      LongConsumer cost) {
    this.cost = cost;
    this.threads = threads;
    this.incoming = incoming;
    this.tls = tls;
    this.broker = broker;
  }

  /** Names what is done once Paho asks for the socket, which is when it has made its CONNECT. */
  void whenAsked(Runnable what) {
    asked = what;
  }

  /** Paho was given one more publish, which it will write. */
  void handedOver() {
    handedOver.incrementAndGet();
  }

  @Override
  public Socket createSocket() throws IOException {
    asked.run();
    if (abandoned) {
      throw new IOException("given up");
    }
    BrokerSocket made = new BrokerSocket(tls, broker, threads, incoming, handedOver, cost);
    latest = made;
    if (abandoned) {
      made.cut();
    }
    return made;
  }

  @Nullable
  BrokerSocket latest() {
    return latest;
  }

  void cut() {
    BrokerSocket socket = latest;
    if (socket != null) {
      socket.cut();
    }
  }

  void abandon() {
    abandoned = true;
    cut();
  }

  @Override
  public Socket createSocket(String to, int port) throws IOException {
    throw new IOException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(String to, int port, InetAddress from, int fromPort)
      throws IOException {
    throw new IOException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(InetAddress to, int port) throws IOException {
    throw new IOException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(InetAddress to, int port, InetAddress from, int fromPort)
      throws IOException {
    throw new IOException("only unconnected sockets are made here");
  }
}
