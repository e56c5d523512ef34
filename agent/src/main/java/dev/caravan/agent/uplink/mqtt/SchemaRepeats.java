package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When schemas that a broker has taken are published again, for those who came since: at the interval that is set and, unless one is, where the broker
 * keeps no retained messages, each minute or so much later as keeps it below 100 B/s; and after each connect, below 100 B/s too. Only what entries
 * needed since the last time is. The courier's thread.
 */
final class SchemaRepeats {
  private static final long USUAL_NS = TimeUnit.MINUTES.toNanos(1);
  private static final long NS_A_BYTE = 10_000_000;

  /** Those of a backlog from before do not matter to who comes now. */
  private static final int MOST_KNOWN = 16;

  private static final class Known {
    final long bytes;
    long latestNs;
    long dueNs;
    boolean isUsed;

    Known(long bytes) {
      this.bytes = bytes;
    }
  }

  private final long everyNs;
  private final LongSupplier nowNs;
  // whole schemas by their ids, that used longest ago first
  private final Map<Bytes, Known> known = new LinkedHashMap<>(MOST_KNOWN, 0.75f, true);
  private boolean isRetaining;
  private @Nullable Bytes underWay;

  /** None yet; {@code everyNs} 0: no interval is set. */
  SchemaRepeats(long everyNs, LongSupplier nowNs) {
    this.everyNs = everyNs;
    this.nowNs = nowNs;
  }

  /**
   * A connection was made. One that ended over a repetition does not do so again at once.
   *
   * @param isKept whether the broker has what it took before; else entries bring it
   */
  void opened(boolean brokerIsRetaining, boolean isKept) {
    isRetaining = brokerIsRetaining;
    if (!isKept) {
      known.clear();
    }
    known.forEach((id, each) -> {
      each.isUsed = true;
      long soonNs = each.latestNs + each.bytes * NS_A_BYTE;
      if (!Objects.equals(id, underWay) && soonNs - each.dueNs < 0) {
        each.dueNs = soonNs;
      }
    });
    underWay = null;
  }

  /** Whether any is published again on this connection. */
  boolean isOn() {
    return everyNs > 0 || !isRetaining;
  }

  /** The broker has taken a schema of so many bytes, for an entry. */
  void published(Bytes id, long bytes) {
    Known each = new Known(bytes);
    known.put(id, each);
    if (known.size() > MOST_KNOWN) {
      known.remove(known.keySet().iterator().next());
    }
    leaves(each);
  }

  /** An entry leaves that needs it. */
  void used(Bytes id) {
    Known each = known.get(id);
    if (each != null) {
      each.isUsed = true;
    }
  }

  /** One whose time has come. */
  Optional<Bytes> due() {
    if (!isOn()) {
      return Optional.empty();
    }
    long now = nowNs.getAsLong();
    return known.entrySet().stream()
        .filter(each -> each.getValue().isUsed && now - each.getValue().dueNs >= 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** It is published again, all of its pieces. */
  void begins(Bytes id) {
    Known each = known.get(id);
    if (each != null) {
      leaves(each);
      underWay = id;
    }
  }

  /** It cannot leave now. */
  void postpone(Bytes id) {
    Known each = known.get(id);
    if (each != null) {
      each.dueNs = nowNs.getAsLong() + pauseNs(each);
    }
  }

  /** The broker has answered for the one that began latest. */
  void ends() {
    underWay = null;
  }

  private void leaves(Known each) {
    each.isUsed = false;
    each.latestNs = nowNs.getAsLong();
    each.dueNs = each.latestNs + pauseNs(each);
  }

  private long pauseNs(Known each) {
    return everyNs > 0 ? everyNs : Math.max(USUAL_NS, each.bytes * NS_A_BYTE);
  }
}
