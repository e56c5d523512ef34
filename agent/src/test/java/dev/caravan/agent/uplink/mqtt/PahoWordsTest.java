package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PahoWordsTest {
  // the numbers of Paho 1.2.5, and reasons of MQTT 5, 2.4, and of MQTT 3.1.1, table 3.1
  @ParameterizedTest
  @CsvSource({
    "32000, 0, no answer in time",
    "32109, 0, the link is lost",
    "32204, 139, 'the broker ended it, 0x8b server shutting down'",
    "32204, 142, 'the broker ended it, 0x8e session taken over'",
    "50001, 151, 'refused, 0x97 quota exceeded'",
    "50001, 0, a reason code came that MQTT 5 does not have there",
    "50005, 0, a malformed packet came",
    "135, 0, 'refused, 0x87 not authorized'",
    "4, 0, 'refused, 0x04 bad user name or password'",
    "0, 0, a fault of the client"
  })
  void numbersOfPahoAreSaidInWords(int code, int latestReason, String words) {
    assertEquals(words, PahoWords.of(new MqttException(code), latestReason));
  }

  @Test
  void noNumberOfPahoIsSaid() {
    for (int code : List.of(6, 32001, 32002, 32103, 32106, 32111, 32202, 50000, 51001, 51002)) {
      String words = PahoWords.of(new MqttException(code), 0);
      assertFalse(words.contains("" + code), words);
      assertTrue(Character.isLowerCase(words.charAt(0)) || words.startsWith("TLS"), words);
    }
  }

  // MQTT 5, 1.5.4: control characters should not be in a text
  @Test
  void aCharacterThatIsForbiddenIsNamed() {
    assertEquals(
        "a text with the character U+001B",
        PahoWords.ofUnreadable(new IllegalArgumentException("Invalid UTF-8 char: [001b]")));
    assertEquals(
        "a malformed packet", PahoWords.ofUnreadable(new NegativeArraySizeException("-32768")));
  }
}
