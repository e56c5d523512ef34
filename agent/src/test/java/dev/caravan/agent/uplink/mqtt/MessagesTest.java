package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Topics;
import java.util.Map;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
  @ParameterizedTest
  @CsvSource({
    "caravan/v1/FLEET/DEVICE/KIND/ROUTE, '', false, 0",
    "KIND, '', false, 10",
    "ü/KIND, text/ü, false, 10",
    "ü/KIND, text/ü, true, 200",
    "KIND/DEVICE, '', true, 20000"
  })
  void theLengthOfAPacketIsThatWhichPahoWrites(
      String template, String contentType, boolean isCompat, int bodyBytes) throws Exception {
    DeviceName device = new DeviceName("nörth", "car.7");
    Customs customs = new Customs(
        Customs.Retain.AUTO,
        true,
        Map.of("vehicle", "DEVICE", "ü", "x".repeat(100)),
        Optional.of(contentType).filter(text -> !text.isEmpty()));
    Topics topics = Topics.of(template, Map.of());
    Messages messages = new Messages(new Origin(device, topics, "cloud", true), customs, isCompat);
    Message message = new Message(
        topics.data(device, "cloud"),
        Topics.Kind.DATA.contentType(),
        Bytes.owning(new byte[bodyBytes]));
    MqttMessage made = messages.passing(message, 60);
    MqttPublish packet = new MqttPublish(message.topic(), made, made.getProperties());
    packet.setMessageId(1);
    assertEquals(
        packet.getHeader().length + packet.getPayload().length,
        messages.packetBytes(message, 60, false));
  }
}
