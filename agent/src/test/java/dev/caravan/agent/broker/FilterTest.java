package dev.caravan.agent.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  // MQTT 5, 4.7.1: the examples of the standard
  @ParameterizedTest
  @CsvSource({
    "sport/tennis/player1/#, sport/tennis/player1, true",
    "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
    "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
    "sport/tennis/player1/#, sport/tennis/player2, false",
    "sport/#, sport, true",
    "#, sport/tennis, true",
    "sport/tennis/+, sport/tennis/player1, true",
    "sport/tennis/+, sport/tennis/player1/ranking, false",
    "sport/+, sport, false",
    "sport/+, sport/, true",
    "+/+, /finance, true",
    "/+, /finance, true",
    "+, /finance, false",
    "#, $SYS/monitor, false",
    "+/monitor/Clients, $SYS/monitor/Clients, false",
    "$SYS/#, $SYS/monitor, true",
    "$share/g/sport/+, sport/tennis, true",
    "sport, Sport, false"
  })
  void matchesAsTheStandardSays(String filter, String topic, boolean matches) {
    Filter parsed = Filter.parse(filter);
    assertNotNull(parsed);
    assertEquals(matches, parsed.matches(topic));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sport/tennis#",
        "sport/#/ranking",
        "sport+",
        "a/+b",
        "$share/",
        "$share/g",
        "$share//a",
        "$share/g/",
        "$share/+/a"
      })
  void whatTheStandardForbidsIsNoFilter(String filter) {
    assertNull(Filter.parse(filter));
  }

  @Test
  void aShareNameIsNotPartOfTheLevels() {
    Filter filter = Filter.parse("$share/tails/a/b");
    assertNotNull(filter);
    assertEquals("tails", filter.group());
    assertEquals(java.util.List.of("a", "b"), filter.levels());
  }
}
