package dev.caravan.agent.web;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Health;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what the agent knows of itself: {@code /health} (200 when all is well, 503 when degraded or starting), {@code
 * /metrics} for Prometheus, {@code /} a page for people, {@code /last} what the page shows. Only GET and HEAD; there is
 * nothing to change.
 *
 * <p>All connections share one thread, {@code web}, which reads counters and last values and so never holds the way of
 * the data. Requests are small and without a body, connections at most {@value #MOST_CONNECTIONS}, of which the one that is idle longest makes room
 * for another, and slow clients are shown out.
 */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  static final int MOST_CONNECTIONS = 64;
  private static final int MOST_LINE_BYTES = 1024;
  private static final int MOST_HEADER_BYTES = 8192;
  private static final long PATIENCE_MS = 10_000;
  private static final long AGAIN_MS = 5_000;

  private final WebSettings settings;
  private final long patienceMs;
  private final long againMs;
  private final HealthText text;
  private final Health health;
  private final Bugs bugs;
  private final Bytes page;

  // while serving
  private @Nullable EventLoopGroup thread;
  private volatile @Nullable Channel door;
  private final Condition notFree = new Condition();
  private final AtomicInteger connections = new AtomicInteger();

  // on the thread web; idle longest first
  private final Set<Visitor> visitors = new LinkedHashSet<>();

  /** A server that is not yet listening. */
  public WebServer(WebSettings settings, Health health, LastValues values, Timeline timeline) {
    this(settings, health, values, timeline, PATIENCE_MS, AGAIN_MS);
  }

  WebServer(
      WebSettings settings,
      Health health,
      LastValues values,
      Timeline timeline,
      long patienceMs,
      long againMs) {
    this.settings = settings;
    this.patienceMs = patienceMs;
    this.againMs = againMs;
    this.health = health;
    this.text = new HealthText(health, values, timeline);
    this.bugs = health.bugs("web");
    try (InputStream in = WebServer.class.getResourceAsStream("page.html")) {
      this.page = Bytes.owning(Objects.requireNonNull(in, "page.html").readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins to listen. Where the address cannot be listened on now, that is said in the log and tried again every few seconds: the
   * page must not keep the agent from its work.
   */
  public void start() {
    EventLoopGroup loop;
    synchronized (this) {
      if (thread != null) {
        throw new IllegalStateException("web: started twice");
      }
      loop = new MultiThreadIoEventLoopGroup(1, WebServer::thread, NioIoHandler.newFactory());
      thread = loop;
    }
    try {
      bound(bind(loop).awaitUninterruptibly(), loop);
    } catch (UnknownHostException e) {
      isNotFree("no such host", loop);
    }
  }

  private ChannelFuture bind(EventLoopGroup loop) throws UnknownHostException {
    InetAddress address = InetAddress.getByName(settings.host());
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            admit(channel);
          }
        })
        .bind(address, settings.port());
  }

  private void bound(ChannelFuture bound, EventLoopGroup loop) {
    if (!bound.isSuccess()) {
      isNotFree(bound.cause().getMessage() + "; does another program use the port?", loop);
      return;
    }
    door = bound.channel();
    LOG.info("web: listening on {}, port {}", settings, port().orElseThrow());
  }

  private void isNotFree(String why, EventLoopGroup loop) {
    if (notFree.isNews(why)) {
      LOG.warn("web: listen {}, trying again: {}", settings, why);
    }
    if (!loop.isShuttingDown()) {
      var unused = loop.schedule(() -> again(loop), againMs, TimeUnit.MILLISECONDS);
    }
  }

  private void again(EventLoopGroup loop) {
    try {
      ChannelFuture unused =
          bind(loop).addListener((ChannelFutureListener) done -> bound(done, loop));
    } catch (UnknownHostException e) {
      isNotFree("no such host", loop);
    }
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(body, "web");
    thread.setDaemon(true);
    return thread;
  }

  /** How many connections are open. */
  int connections() {
    return connections.get();
  }

  private void admit(Channel channel) {
    if (visitors.size() >= MOST_CONNECTIONS) {
      makeRoom();
    }
    Visitor visitor = new Visitor(this, patienceMs);
    visitors.add(visitor);
    connections.set(visitors.size());
    HttpDecoderConfig limits = new HttpDecoderConfig()
        .setMaxInitialLineLength(MOST_LINE_BYTES)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setMaxChunkSize(MOST_LINE_BYTES);
    channel.pipeline().addLast(new HttpServerCodec(limits), visitor);
  }

  /** Shows out who is idle longest; where all are being answered, who came first. */
  private void makeRoom() {
    Visitor first = visitors.stream()
        .filter(visitor -> !visitor.isAnswering())
        .findFirst()
        .orElseGet(() -> visitors.iterator().next());
    visitors.remove(first);
    first.showOut();
  }

  /** A visitor begins to be idle: he has his answer. */
  void isIdle(Visitor visitor) {
    if (visitors.remove(visitor)) {
      visitors.add(visitor);
    }
  }

  /** A connection has ended. */
  void left(Visitor visitor) {
    visitors.remove(visitor);
    connections.set(visitors.size());
  }

  /** Whether visitors may call the agent so. */
  boolean isCalled(String host) {
    return settings.isCalled(host);
  }

  /** The port that is listened on; empty while none is. */
  public OptionalInt port() {
    Channel open = door;
    return open == null
        ? OptionalInt.empty()
        : OptionalInt.of(((InetSocketAddress) open.localAddress()).getPort());
  }

  Bytes page() {
    return page;
  }

  HealthText text() {
    return text;
  }

  String metrics() {
    return MetricsText.of(health);
  }

  /** Something here is wrong; the visitor was told so. */
  void bug(Throwable e) {
    bugs.survived(e);
  }

  /** Ends listening and all connections, within three seconds; closing twice is fine. */
  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
      thread = null;
      door = null;
    }
  }
}
