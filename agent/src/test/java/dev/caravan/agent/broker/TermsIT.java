package dev.caravan.agent.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.Program;
import dev.caravan.agent.broker.Terms.Kind;
import dev.caravan.agent.broker.Terms.Limit;
import dev.caravan.agent.broker.Terms.Matter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a broker wants, against mosquitto's own clients. */
@Timeout(60)
class TermsIT {
  /** What breaks a limit, and what does not: words of mosquitto_pub, or of mosquitto_sub. */
  private record Case(Limit limit, String broken, String kept) {}

  private static Case of(Matter matter, Kind kind, String value, String broken, String kept) {
    return new Case(new Limit(matter, kind, value), broken, kept);
  }

  static List<Case> cases() {
    String will = "--will-topic w --will-payload x";
    return List.of(
        of(Matter.PROTOCOL, Kind.LIKE, "5", "-V mqttv311", "-V mqttv5"),
        of(Matter.CLIENT_ID, Kind.LIKE, "b.*", "-i a", "-i bc"),
        of(Matter.CLIENT_ID_BYTES, Kind.MOST, "3", "-i äbc", "-i äb"),
        of(Matter.USER, Kind.LIKE, "u", "-u v", "-u u"),
        of(Matter.PASSWORD, Kind.LIKE, "p", "-u u -P q", "-u u -P p"),
        of(Matter.KEEP_ALIVE_SECONDS, Kind.LEAST, "30", "-k 29", "-k 30"),
        of(Matter.KEEP_ALIVE_SECONDS, Kind.MOST, "30", "-k 31", "-k 30"),
        of(Matter.WILL, Kind.MOST, "0", will, ""),
        of(Matter.WILL_TOPIC, Kind.LIKE, "w", "--will-topic v --will-payload x", will),
        of(Matter.WILL_RETAIN, Kind.MOST, "0", will + " --will-retain", will),
        of(Matter.USER_PROPERTIES, Kind.MOST, "0", "-V 5 -D connect user-property a b", "-V 5"),
        of(Matter.TOPIC, Kind.LIKE, "a/.*", "-t b/a", "-t a/b"),
        of(Matter.TOPIC_BYTES, Kind.MOST, "2", "-t äa", "-t ä"),
        of(Matter.TOPIC_SLASHES, Kind.MOST, "1", "-t a/b/c", "-t a/b"),
        of(Matter.QOS, Kind.MOST, "1", "-q 2", "-q 1"),
        of(Matter.RETAIN, Kind.MOST, "0", "-r", ""),
        of(Matter.PAYLOAD_BYTES, Kind.MOST, "3", "-m xxxx", "-m xxx"),
        // MQTT 3.1.1, 3.3: 2 of the header, 2 and 1 of the topic, 2 of the identifier, the payload
        // of 11 or 10
        of(Matter.PACKET_BYTES, Kind.MOST, "17", "-V 311 -m 01234567890", "-V 311 -m 0123456789"),
        of(Matter.IN_FLIGHT, Kind.MOST, "0", "-q 1", "-q 0"),
        of(Matter.IN_FLIGHT_BYTES, Kind.MOST, "3", "-m xxxx", "-m xxx"),
        of(Matter.PUBLISHES_A_SECOND, Kind.MOST, "1", "--repeat 2", ""),
        of(Matter.BYTES_A_SECOND, Kind.MOST, "10", "-V 311 -m xxxx", "-V 311 -m xxx"),
        of(Matter.TOPIC_ALIAS, Kind.MOST, "2", "-V 5 -D publish topic-alias 3", "-V 5"),
        of(Matter.FILTER, Kind.LIKE, "a/.*", "sub -t b/#", "sub -t a/#"),
        of(Matter.SHARED, Kind.MOST, "0", "sub -t $share/g/a", "sub -t a"),
        of(Matter.FILTERS, Kind.MOST, "1", "sub -t a -t b", "sub -t a"),
        of(
            Matter.SUBSCRIPTION_ID,
            Kind.MOST,
            "0",
            "sub -V 5 -t a -D subscribe subscription-identifier 5",
            "sub -V 5 -t a"));
  }

  private static Program start(LoopbackBroker broker, String words) throws IOException {
    boolean isSub = words.startsWith("sub ");
    List<String> command = new ArrayList<>(List.of(
        Program.require(isSub ? "mosquitto_sub" : "mosquitto_pub", "mosquitto-clients"),
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(broker.port())));
    String own = isSub
        ? words.substring(4)
        : words
            + (words.contains("-t ") ? "" : " -t a")
            + (words.contains("-m ") ? "" : " -m x")
            + (words.contains("-q ") ? "" : " -q 1");
    Arrays.stream(own.trim().split(" +", -1)).forEach(command::add);
    return Program.start(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoBreaksALimitIsCutOffAndWhoKeepsItIsNot(Case each) throws IOException {
    try (LoopbackBroker broker = new LoopbackBroker(0)) {
      Terms terms = new Terms(List.of(each.limit()));
      broker.keepTo(terms);
      long before = broker.subscribes() + broker.publishes();
      try (Program kept = start(broker, each.kept())) {
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> broker.subscribes() + broker.publishes() > before
                || !kept.process().isAlive());
      }
      assertEquals(List.of(), terms.breaches());
      assertEquals(before + 1, broker.subscribes() + broker.publishes());
      try (Program broken = start(broker, each.broken())) {
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> !terms.breaches().isEmpty() || broken.exitCode(10) == 0);
        assertEquals(each.limit().matter().name(), terms.breaches().get(0).split(" ", 2)[0]);
      }
    }
  }

  @Test
  void eachMatterHasItsCase() {
    Set<Matter> tried = cases().stream()
        .map(each -> each.limit().matter())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Matter.class)));
    // of the handshakes before MQTT, which a front looks at
    tried.addAll(List.of(Matter.SERVER, Matter.SNI, Matter.ALPN, Matter.CERTIFICATE));
    assertEquals(EnumSet.allOf(Matter.class), tried);
  }

  @Test
  void aLimitThatIsNoneIsRefused() {
    Stream.of("x", "", "1.5")
        .forEach(value -> assertThrows(
            IllegalArgumentException.class, () -> new Limit(Matter.QOS, Kind.MOST, value)));
    assertThrows(IllegalArgumentException.class, () -> new Limit(Matter.TOPIC, Kind.LIKE, "("));
  }
}
