package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a broker wants otherwise, as it reaches a reader. */
@Timeout(60)
class CustomsIT {
  @Test
  void propertiesAreOnEveryMessageAndTheContentTypeOnData(@TempDir Path dir) throws Exception {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Tail tail = new Tail(mosquitto.url(), "#")) {
      Rig rig = new Rig(Tail.settings(
          "url: " + mosquitto.url(),
          "properties: {vehicle: 'DEVICE of FLEET', ü: x}",
          "content_type: application/octet-stream"));
      rig.uplink.open();
      rig.send(1, 1);
      await().atMost(Duration.ofSeconds(10)).until(() -> tail.messages.size() == 3);
      Map<String, String> types = tail.messages.stream()
          .collect(
              Collectors.toMap(MqttSubscriber.Message::topic, MqttSubscriber.Message::contentType));
      assertEquals(
          Map.of(
              Rig.STATUS,
              "caravan.v1.Status",
              "caravan/v1/f/d1/schema/5c4e",
              "caravan.v1.Schema",
              Rig.DATA,
              "application/octet-stream"),
          types);
      assertEquals(
          Set.of(Map.of("vehicle", "d1 of f", "ü", "x")),
          tail.messages.stream()
              .map(MqttSubscriber.Message::properties)
              .collect(Collectors.toSet()));
      rig.uplink.close();
    }
  }

  @Test
  void nothingIsRetainedWhereThatIsOff(@TempDir Path dir) throws Exception {
    try (Mosquitto mosquitto = new Mosquitto(dir)) {
      Rig rig =
          new Rig(Tail.settings("url: " + mosquitto.url(), "retain: off", "keep_unheard: 0s"));
      rig.uplink.open();
      rig.send(1, 1);
      try (Tail late = new Tail(mosquitto.url(), "#")) {
        rig.send(2, 2);
        await().atMost(Duration.ofSeconds(10)).until(() -> late.sequences().equals(List.of(2L)));
        assertEquals(List.of(Rig.DATA), late.topics());
        rig.uplink.close();
      }
    }
  }

  @Test
  void aBrokerThatRetainsNothingIsRefusedWhereItHasTo() throws IOException {
    FarBroker far = new FarBroker();
    try {
      far.broker.faults().retains(false);
      Rig rig = new Rig(Tail.settings("url: " + far.broker.url(), "retain: on"));
      IOException told = assertThrows(IOException.class, rig.uplink::open);
      assertTrue(String.valueOf(told.getMessage()).contains("0x9a"), told::toString);
    } finally {
      far.close();
    }
  }

  @Test
  void thereIsNoWillWhereItIsOff() throws IOException {
    FarBroker far = new FarBroker();
    try {
      Tail tail = far.tail(Rig.STATUS, Rig.DATA);
      Rig rig = new Rig(Tail.settings("url: " + far.broker.url(), "will: off"));
      rig.uplink.open();
      rig.send(1, 1);
      await().until(() -> tail.topics().equals(List.of(Rig.STATUS, Rig.DATA)));
      far.broker.cut();
      Tail other = far.tail(Rig.DATA);
      rig.uplink.open();
      rig.send(2, 2);
      await().until(() -> other.sequences().contains(2L));
      assertTrue(tail.messages.stream()
          .noneMatch(each ->
              each.topic().equals(Rig.STATUS) && each.payload().equals(Rig.text("offline"))));
      rig.uplink.close();
    } finally {
      far.close();
    }
  }
}
