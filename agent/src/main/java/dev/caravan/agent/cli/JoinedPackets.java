package dev.caravan.agent.cli;

import dev.caravan.agent.decode.j1939.J1939Transport;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins what J1939 sends in packets, on each bus of a log by itself. */
final class JoinedPackets {
  private final Health health = new Health();
  private final Map<String, J1939Transport> byBus = new HashMap<>();

  /** The message of which a frame was the last packet, to be used before the next call; null if it was none. */
  @Nullable
  CanFrame accept(CanFrame frame) {
    if (!J1939Transport.carries(frame)) {
      return null;
    }
    @Nullable J1939Transport bus = byBus.get(frame.channel());
    if (bus == null) {
      bus = new J1939Transport(frame.channel(), health);
      byBus.put(frame.channel(), bus);
    }
    return bus.accept(frame);
  }
}
