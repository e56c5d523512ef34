package dev.caravan.agent.uplink.mqtt;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether a link is dead: there was no sign of life for 1.4 times the keep-alive although a ping was sent after 1; no publish was
 * acknowledged for that long although some are under way and none of their bytes went on; or no ping was answered for {@value
 * #LONGEST_PACKET} times the keep-alive although bytes came: they belong to a packet that has no end. Where the broker switches
 * the keep-alive off, only publishes without an answer end it. One thread.
 */
final class LinkWatch {
  private static final long LEAST_ACK_NS = 5_000_000_000L;

  /** How many times the keep-alive one packet may take to come in. */
  private static final long LONGEST_PACKET = 4;

  private final MqttSettings.Broker broker;
  private final Pinger pinger;
  private final BrokerSockets sockets;
  private final long keepAliveNs;
  private final long answersNs;
  private LinkEnd end = LinkEnd.OTHER;

  /**
   * Watches one connection.
   *
   * @param keepAliveNs 0 if the broker wants none: silence then says nothing
   * @param answersNs the keep-alive by which answers are awaited
   */
  LinkWatch(
      MqttSettings.Broker broker,
      Pinger pinger,
      BrokerSockets sockets,
      long keepAliveNs,
      long answersNs) {
    this.broker = broker;
    this.pinger = pinger;
    this.sockets = sockets;
    this.keepAliveNs = keepAliveNs;
    this.answersNs = answersNs;
  }

  /** Pings if that is due. */
  void ping() {
    pinger.pingIfDue();
  }

  /**
   * Why the link is dead; null while it may live.
   *
   * @param unansweredNs for how long no publish was acknowledged although some are under way
   */
  @Nullable
  IOException verdict(long unansweredNs) {
    BrokerSocket socket = sockets.latest();
    if (socket == null) {
      return null;
    }
    long nowNs = System.nanoTime();
    long limitNs = longest(keepAliveNs);
    long stillNs = nowNs - socket.aliveNs();
    if (keepAliveNs > 0 && stillNs > limitNs) {
      return dead("silent for " + ms(stillNs) + "; want a sign of life within " + ms(limitNs));
    }
    if (Math.min(unansweredNs, nowNs - socket.pushedNs())
        > Math.max(longest(answersNs), LEAST_ACK_NS)) {
      end = stillNs < unansweredNs / 2 ? LinkEnd.UNANSWERED : LinkEnd.OTHER;
      return dead("no publish acknowledged for " + ms(unansweredNs));
    }
    if (keepAliveNs > 0 && pinger.unansweredNs() > LONGEST_PACKET * keepAliveNs) {
      return dead("no ping answered for " + ms(pinger.unansweredNs())
          + ", though bytes come; is it a broker?");
    }
    return null;
  }

  /** What the verdict says of the publishes under way. */
  LinkEnd end() {
    return end;
  }

  private static long longest(long keepAliveNs) {
    return keepAliveNs / 10 * 14;
  }

  private static String ms(long ns) {
    return TimeUnit.NANOSECONDS.toMillis(ns) + " ms";
  }

  private IOException dead(String why) {
    return new IOException("link to " + broker + ": " + why);
  }
}
