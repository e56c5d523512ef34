package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNamesTest {
  /** RFC 6125, 6.4.3: a wildcard is the whole of the first label, and covers one. */
  @ParameterizedTest
  @CsvSource({
    "my_broker, my_broker, true",
    "MY_Broker, my_broKER, true",
    "a.my_broker.lan, a.my_broker.lan, true",
    "*.example.com, my_broker.example.com, true",
    "*.example.com, a.my_broker.example.com, false",
    "*.example.com, example.com, false",
    "*.com, my_broker.com, false",
    "*, my_broker, false",
    "*., my_broker, false",
    "my_*.example.com, my_broker.example.com, false",
    "my_broker, my_broker.evil, false",
    "evil.my_broker, my_broker, false",
    "'', my_broker, false",
  })
  void aNameIsCoveredAsTheStandardSays(String certified, String host, boolean isCovered) {
    assertEquals(isCovered, CertificateNames.covers(certified, host));
  }
}
