package dev.caravan.agent.uplink.mqtt;

import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.jspecify.annotations.Nullable;

/** Remembers when Paho wants to ping; the connection's watch does it then, so no timer thread is needed. */
final class Pinger implements MqttPingSender {
  private volatile @Nullable ClientComms comms;
  private volatile boolean running;
  private volatile long scheduledNs;
  private volatile long waitMs;

  // used by the watch alone
  private @Nullable MqttToken ping;
  private long pingNs;

  @Override
  public void init(ClientComms given) {
    comms = given;
  }

  @Override
  public void start() {
    ClientComms known = comms;
    if (known != null) {
      schedule(known.getKeepAlive());
      running = true;
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public void schedule(long afterMs) {
    scheduledNs = System.nanoTime();
    waitMs = afterMs;
  }

  void pingIfDue() {
    ClientComms known = comms;
    if (running && known != null && isDue(known.getKeepAlive())) {
      MqttToken sent = known.checkForActivity();
      if (sent != null && (ping == null || ping.isComplete())) {
        ping = sent;
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
    MqttToken sent = ping;
    return sent == null || sent.isComplete() ? 0 : System.nanoTime() - pingNs;
  }
}
