package dev.caravan.agent.uplink.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers when Paho wants to ping; the connection's watch does it then, so no timer thread is needed. */
final class Pinger {
  /** Pings if there was no traffic for long enough. */
  interface Ping {
    /** Whether the ping that was sent has its answer, from then on; null if none was sent. */
    @Nullable
    BooleanSupplier send();
  }

  private record Client(LongSupplier keepAliveMs, Ping ping) {}

  private volatile @Nullable Client client;
  private volatile boolean running;
  private volatile long scheduledNs;
  private volatile long waitMs;

  // used by the watch alone
  private @Nullable BooleanSupplier isAnswered;
  private long pingNs;

  /** Names how to ping, and the keep-alive, in milliseconds. */
  void pings(LongSupplier keepAliveMs, Ping ping) {
    client = new Client(keepAliveMs, ping);
  }

  void start() {
    Client known = client;
    if (known != null) {
      schedule(known.keepAliveMs.getAsLong());
      running = true;
    }
  }

  void stop() {
    running = false;
  }

  void schedule(long afterMs) {
    scheduledNs = System.nanoTime();
    waitMs = afterMs;
  }

  void pingIfDue() {
    Client known = client;
    if (running && known != null && isDue(known.keepAliveMs.getAsLong())) {
      BooleanSupplier sent = known.ping.send();
      if (sent != null && (isAnswered == null || isAnswered.getAsBoolean())) {
        isAnswered = sent;
        pingNs = System.nanoTime();
      }
    }
  }

  /** The broker may have set a shorter keep-alive since that was scheduled. */
  private boolean isDue(long keepAliveMs) {
    return System.nanoTime() - scheduledNs
        >= TimeUnit.MILLISECONDS.toNanos(Math.min(waitMs, keepAliveMs));
  }

  /** How long the oldest ping has been without its answer; 0 if none is. */
  long unansweredNs() {
    BooleanSupplier sent = isAnswered;
    return sent == null || sent.getAsBoolean() ? 0 : System.nanoTime() - pingNs;
  }
}
