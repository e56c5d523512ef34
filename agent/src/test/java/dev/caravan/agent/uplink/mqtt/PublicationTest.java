package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.eclipse.paho.mqttv5.client.MqttToken;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttPubAck;
import org.junit.jupiter.api.Test;

class PublicationTest {
  private int ended;
  private int answered;
  private final Publication publication = new Publication(
      with -> {
        ended++;
        answered += with ? 1 : 0;
      },
      false);

  private static MqttToken acknowledged(int... body) throws Exception {
    byte[] bytes = new byte[body.length];
    for (int i = 0; i < body.length; i++) {
      bytes[i] = (byte) body[i];
    }
    MqttPubAck answer = new MqttPubAck(bytes);
    return new MqttToken("test") {
      @Override
      public org.eclipse.paho.mqttv5.common.packet.MqttWireMessage getResponse() {
        return answer;
      }
    };
  }

  @Test
  void failedThenDoneStaysFailedAndFreesTheWindowOnce() throws Exception {
    PahoFive.listening(publication).onFailure(new MqttToken("test"), new MqttException(32109));
    PahoFive.listening(publication).onSuccess(acknowledged(0, 1, 0, 0));
    assertFalse(publication.isAnswered());
    assertFalse(publication.isPending());
    assertEquals(1, ended);
    assertEquals(0, answered);
    assertThrows(IllegalStateException.class, publication::reason);
  }

  @Test
  void doneWithoutAnAnswerFromTheBrokerIsNotDone() {
    PahoFive.listening(publication).onSuccess(new MqttToken("test"));
    assertFalse(publication.isAnswered());
    assertFalse(publication.isPending());
    assertEquals(0, answered);
  }

  @Test
  void ofQosZeroCountsOnlyWhatWasWritten() {
    Publication unwritten = new Publication(with -> {}, true);
    PahoFive.listening(unwritten).onSuccess(new MqttToken("test"));
    assertFalse(unwritten.isAnswered());
    Publication written = new Publication(with -> {}, true);
    PahoFive.listening(written).onSuccess(new MqttToken("test") {
      @Override
      public boolean isComplete() {
        return true;
      }
    });
    assertTrue(written.isAnswered());
    assertEquals(PubackReason.SUCCESS, written.reason());
  }

  // MQTT 5, 3.4.2.1: without a reason code the packet means success
  @Test
  void theReasonIsThatOfTheAnswer() throws Exception {
    PahoFive.listening(publication).onSuccess(acknowledged(0, 1));
    assertTrue(publication.isAnswered());
    assertEquals(0, publication.reason());
    Publication refused = new Publication(with -> {}, false);
    PahoFive.listening(refused).onSuccess(acknowledged(0, 1, 0x97, 0));
    assertEquals(0x97, refused.reason());
  }
}
