package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An uplink of device {@code d1}, route {@code cloud}, fleet {@code f}, with all that belongs to it. */
final class Rig {
  static final String DATA = "caravan/v1/f/d1/data/cloud";
  static final String STATUS = "caravan/v1/f/d1/status";

  final Health health = new Health();
  final Stop stop = new Stop();
  final AtomicLong statusVersion = new AtomicLong(1);
  final MqttUplink uplink;

  Rig(MqttSettings settings) {
    this(settings, "cloud", true, 0);
  }

  Rig(MqttSettings settings, String route, boolean bearsStatus, long maxAgeNs) {
    uplink = new MqttUplink(
        settings,
        new MqttUplink.Sender("f", "d1", route, bearsStatus, maxAgeNs),
        (entry, late) -> text(entry.sequence() + (late ? " late " : " ")).then(entry.body()),
        id -> id.equals(Bytes.ofHex("dead")) ? Optional.empty() : Optional.of(text("schema " + id)),
        new StatusSource() {
          @Override
          public Bytes online() {
            return text("online " + statusVersion.get());
          }

          @Override
          public Bytes offline() {
            return text("offline");
          }

          @Override
          public long version() {
            return statusVersion.get();
          }
        },
        new SystemTimeline(),
        health,
        stop);
  }

  static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
