package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By MQTT 3.1.1. */
class MqttThreeIT {
  @Test
  void batchesArriveAtMosquitto(@TempDir Path dir) throws IOException {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Tail tail = new Tail(mosquitto.url(), "caravan/#")) {
      Rig rig = new Rig(Tail.settings("url: " + mosquitto.url(), "protocol: 3.1.1"));
      rig.uplink.open();
      assertEquals(Rig.all(100, Fate.ACCEPTED), rig.send(1, 100).fates());
      await().until(() -> tail.sequences().size() == 100);
      rig.uplink.close();
    }
  }
}
