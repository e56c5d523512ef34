package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.uplink.Receipt.Fate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PubackReasonTest {
  // the codes of MQTT 5, table 3-4, then two that it does not name
  @ParameterizedTest
  @CsvSource({
    "0x00, ACCEPTED, 0x00 success",
    "0x10, UNHEARD, 0x10 no matching subscribers",
    "0x80, REFUSED, 0x80 unspecified error",
    "0x83, REFUSED, 0x83 implementation specific error",
    "0x87, REFUSED, 0x87 not authorized",
    "0x90, REFUSED, 0x90 topic name invalid",
    "0x91, REFUSED, 0x91 packet identifier in use",
    "0x97, REFUSED, 0x97 quota exceeded",
    "0x99, REJECTED, 0x99 payload format invalid",
    "0x95, REJECTED, 0x95 packet too large",
    "0xc7, REFUSED, 0xc7 unknown"
  })
  void onlyWhatSpeaksAgainstTheMessageRejectsIt(String reason, Fate fate, String text) {
    int code = Integer.decode(reason);
    assertEquals(fate, PubackReason.fate(code));
    assertEquals(text, ReasonCode.text(code));
  }
}
