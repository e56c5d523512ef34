package dev.caravan.agent.uplink.mqtt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker, plain or TLS, on request with a WebSocket in it, that Paho takes for a plain one. It sends without Nagle's delay, checks the
 * broker's name against its certificate, knows when the far side last showed a sign of life, and can be cut from any thread at any time.
 *
 * <p>An end is held back until Paho can bear it. While it still starts its threads, they would wait for each other for ever
 * (see {@link PahoThreads}): a load balancer with nobody behind it makes such ends. While messages wait to be handed over,
 * they would be forgotten (see {@link Incoming}): a broker that dies makes such ends.
 */
final class BrokerSocket extends Socket {
  private static final long HOLD_BACK_MS = 3000;

  private final CountedSocket raw;
  private final @Nullable SSLContext tls;
  private final MqttSettings.Broker broker;
  private final PahoThreads threads;
  private final Incoming incoming;
  private final AtomicLong handedOver;

  // once connected
  private volatile Socket talk;
  private volatile @Nullable WebSocket web;
  private volatile boolean quick;
  private volatile long connectedNs;

  /**
   * Talks TLS if there is a context, to a host of the broker's name; {@code handedOver} counts publishes that will be written, {@code cost} is
   * told what all costs in bytes.
   */
  BrokerSocket(
      @Nullable SSLContext tls,
      MqttSettings.Broker broker,
      PahoThreads threads,
      Incoming incoming,
      AtomicLong handedOver,
      LongConsumer cost) {
    this.raw = new CountedSocket(cost);
    this.talk = raw;
    this.tls = tls;
    this.threads = threads;
    this.incoming = incoming;
    this.handedOver = handedOver;
    this.broker = broker;
  }

  /** Connects to the broker, or to its proxy, whatever Paho is told. */
  @Override
  public void connect(SocketAddress told, int timeoutMs) throws IOException {
    SocketAddress endpoint = broker.address();
    raw.setTcpNoDelay(true);
    if (broker.proxy().isPresent()) {
      broker.proxy().get().connect(raw, endpoint, broker, timeoutMs);
    } else {
      raw.connect(endpoint, timeoutMs);
    }
    // Linux has it
    quick = raw.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
    // for both handshakes; Paho sets its own afterwards
    raw.setSoTimeout(timeoutMs);
    if (tls != null) {
      talk = handshake(tls);
    }
    if (broker.page().isPresent()) {
      web = WebSocket.open(broker, talk.getInputStream(), talk.getOutputStream());
    }
    connectedNs = System.nanoTime();
  }

  private Socket handshake(SSLContext context) throws IOException {
    SSLSocket secure = (SSLSocket)
        context.getSocketFactory().createSocket(raw, broker.host(), broker.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    // for a name with an underscore Java takes no certificate, and asks for none
    boolean isOdd = broker.name().contains("_");
    if (!isOdd) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setApplicationProtocols(broker.alpn().toArray(String[]::new));
    if (isOdd) {
      parameters.setServerNames(List.of(CertificateNames.asked(broker.name())));
    } else if (broker.sni().isPresent()) {
      parameters.setServerNames(List.of(new SNIHostName(broker.name())));
    }
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    if (isOdd) {
      CertificateNames.require(secure, broker.name());
    }
    return secure;
  }

  /**
   * When the far side last showed that it is there, in the nanoseconds of {@link System#nanoTime()}: bytes came in, or some that had to wait
   * could leave.
   */
  long aliveNs() {
    return Math.max(raw.heardNs(), raw.pushedNs());
  }

  /** When it was connected, all handshakes done, so that MQTT begins; in the nanoseconds of {@link System#nanoTime()}. */
  long connectedNs() {
    return connectedNs;
  }

  /** Whether bytes have come in. */
  boolean hasHeard() {
    return raw.hasHeard();
  }

  /** When bytes last left that had to wait for others to arrive. */
  long pushedNs() {
    return raw.pushedNs();
  }

  @Override
  public boolean getTcpNoDelay() throws java.net.SocketException {
    return raw.getTcpNoDelay();
  }

  @Override
  public synchronized void setSoTimeout(int timeoutMs) throws java.net.SocketException {
    raw.setSoTimeout(timeoutMs);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    raw.readerStarts();
    WebSocket inside = web;
    return new Inbound(inside == null ? talk.getInputStream() : inside.input());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    WebSocket inside = web;
    return new GatheredOutput(
        inside == null ? talk.getOutputStream() : inside.output(), handedOver);
  }

  @Override
  public void shutdownInput() {
    // what Paho calls just before close
  }

  @Override
  public synchronized void close() throws IOException {
    WebSocket inside = web;
    if (inside != null) {
      inside.sayGoodbye();
    }
    talk.close();
    raw.close();
  }

  /** Ends the connection at once, without a farewell; readers and writers of it fail. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }

  /**
   * Has the kernel acknowledge what was read without its usual delay of 40 ms. A broker that sends with Nagle's delay, as
   * mosquitto does by default, holds further PUBACKs back until then. The kernel forgets it, so it is told again and again.
   */
  private void acknowledgeAtOnce() throws IOException {
    if (quick) {
      raw.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    }
  }

  private final class Inbound extends FilterInputStream {
    private final ConnackMend connack = new ConnackMend();

    Inbound(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int atMost) throws IOException {
      try {
        int count = super.read(into, from, atMost);
        if (count < 0) {
          holdBack();
        } else {
          acknowledgeAtOnce();
          connack.read(into, from, count);
          incoming.read(into, from, count);
        }
        return count;
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        holdBack();
        throw e;
      }
    }

    private void holdBack() {
      threads.awaitStarted(HOLD_BACK_MS);
      incoming.awaitHandedOver(HOLD_BACK_MS);
      raw.readerEnded();
    }
  }
}
