package dev.caravan.agent.uplink.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a subscriber publishes beside what it reads, as far as it may, one message at a time: a refusal is told once, and after
 * {@value #MOST_ENDS} links in a row that ended while one had no answer nothing is published for ten minutes. The subscriber's thread.
 */
final class Asides {
  private static final Logger LOG = LoggerFactory.getLogger(Asides.class);
  private static final int MOST_ENDS = 2;
  private static final long PAUSE_NS = TimeUnit.MINUTES.toNanos(10);

  private final LongSupplier nowNs;
  private @Nullable Publication latest;
  private String topic = "";
  private int endsInRow;
  private long restsUntilNs;
  private boolean isRefusalTold;
  private boolean isPauseTold;

  /** {@code nowNs}: a monotonic clock, in nanoseconds. */
  Asides(LongSupplier nowNs) {
    this.nowNs = nowNs;
    this.restsUntilNs = nowNs.getAsLong();
  }

  /** Publishes it, unless one is under way or none may be now; says whether it did. Never waits. */
  boolean publish(BrokerConnection open, String to, MqttMessage message) {
    learn();
    if (latest != null || nowNs.getAsLong() - restsUntilNs < 0 || !open.hasReserved()) {
      return false;
    }
    topic = to;
    latest = open.publish(to, message);
    return true;
  }

  private void learn() {
    Publication last = latest;
    if (last == null || last.isPending()) {
      return;
    }
    if (!last.isAnswered()) {
      // its link is lost, which ends it
      return;
    }
    latest = null;
    endsInRow = 0;
    int reason = last.reason();
    if (reason >= 0x80 && !isRefusalTold) {
      isRefusalTold = true;
      LOG.warn(
          "subscriber: the broker takes no {}: {}; going on without",
          topic,
          ReasonCode.text(reason));
    }
  }

  /** A connection has ended, perhaps over what was under way. */
  void ended(BrokerConnection ended) {
    learn();
    boolean isOurs = latest != null && ended.lost() != null;
    latest = null;
    if (!isOurs || ++endsInRow < MOST_ENDS) {
      return;
    }
    endsInRow = MOST_ENDS - 1;
    restsUntilNs = nowNs.getAsLong() + PAUSE_NS;
    if (!isPauseTold) {
      isPauseTold = true;
      LOG.warn(
          "subscriber: the link ended {} times while {} had no answer; asking for nothing for {} min, each time anew",
          MOST_ENDS,
          topic,
          TimeUnit.NANOSECONDS.toMinutes(PAUSE_NS));
    }
  }
}
