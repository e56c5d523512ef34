package dev.caravan.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.Topics.Kind;
import dev.caravan.agent.wire.Topics.Place;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {
  private static final DeviceName CAR = new DeviceName("north", "car.7");

  private static Topics of(String all) {
    return Topics.of(all, Map.of());
  }

  private static Topics withData(String data) {
    return Topics.of(Topics.TEMPLATE, Map.of(Kind.DATA, data));
  }

  @Test
  void theUsualTopicsAreThoseOfBefore() {
    assertEquals("caravan/v1/north/car.7/data/cloud", Topics.USUAL.data(CAR, "cloud"));
    assertEquals(
        "caravan/v1/north/car.7/schema/5c4e", Topics.USUAL.schema(CAR, Bytes.ofHex("5c4e")));
    for (Kind kind : Kind.values()) {
      if (kind != Kind.DATA && kind != Kind.SCHEMA) {
        assertEquals("caravan/v1/north/car.7/" + kind.level(), Topics.USUAL.plain(CAR, kind));
        assertEquals("caravan/v1/+/+/" + kind.level(), Topics.USUAL.all(kind));
      }
    }
    assertEquals("caravan/v1/+/+/data/+", Topics.USUAL.all(Kind.DATA));
    assertEquals("caravan/v1/+/+/schema/+", Topics.USUAL.all(Kind.SCHEMA));
    assertEquals(Set.of(), Topics.USUAL.leftOut());
  }

  @ParameterizedTest
  @CsvSource({
    "KIND/FLEET/ROUTE/DEVICE, data/north/cloud/car.7, schema/north/5c4e/car.7, status/north/car.7",
    "/sys/FLEET/DEVICE/ROUTE/KIND, /sys/north/car.7/cloud/data, /sys/north/car.7/5c4e/schema, /sys/north/car.7/status",
    "$aws/rules/FLEET/KIND/DEVICE/ROUTE, $aws/rules/north/data/car.7/cloud, $aws/rules/north/schema/car.7/5c4e, $aws/rules/north/status/car.7",
    "Ü1-FLEET/d=DEVICE&k=KIND/ROUTE, Ü1-north/d=car.7&k=data/cloud, Ü1-north/d=car.7&k=schema/5c4e, Ü1-north/d=car.7&k=status",
    "FLEET/DEVICE/KIND, north/car.7/data, north/car.7/schema/5c4e, north/car.7/status",
    "ROUTES/DEVICES/FLEET/DEVICE/KIND/, ROUTES/DEVICES/north/car.7/data/, ROUTES/DEVICES/north/car.7/schema//5c4e, ROUTES/DEVICES/north/car.7/status/"
  })
  void wordsStandForWhatDiffersAndAreHadBack(
      String template, String data, String schema, String status) {
    Topics topics = of(template);
    assertEquals(data, topics.data(CAR, "cloud"));
    assertEquals(schema, topics.schema(CAR, Bytes.ofHex("5c4e")));
    assertEquals(status, topics.plain(CAR, Kind.STATUS));
    assertEquals(
        Optional.of(new Place(CAR, Kind.DATA, "cloud")),
        topics.place(data, Map.of("route", "cloud")));
    assertEquals(Optional.of(new Place(CAR, Kind.SCHEMA, "5c4e")), topics.place(schema));
    assertEquals(Optional.of(new Place(CAR, Kind.STATUS, "")), topics.place(status));
  }

  @Test
  void whatTheTopicsLeaveOutIsHadFromProperties() {
    Topics topics = Topics.of(
        Topics.TEMPLATE,
        Map.of(Kind.DATA, "v1/devices/me/telemetry", Kind.EVENT, "v1/devices/me/events"));
    assertEquals(Set.of("fleet", "device", "route"), topics.leftOut());
    Map<String, String> told = Map.of("fleet", "north", "device", "car.7", "route", "cloud");
    assertEquals(
        Optional.of(new Place(CAR, Kind.DATA, "cloud")),
        topics.place("v1/devices/me/telemetry", told));
    assertEquals(
        Optional.of(new Place(CAR, Kind.EVENT, "")), topics.place("v1/devices/me/events", told));
    assertEquals(Optional.empty(), topics.place("v1/devices/me/telemetry"));
    assertEquals(
        Optional.empty(),
        topics.place(
            "v1/devices/me/telemetry", Map.of("fleet", "north", "device", "a/b", "route", "x")));
    assertEquals(Set.of("route"), of("FLEET/DEVICE/KIND").leftOut());
  }

  @Test
  void theTopicIsBelievedAndNotTheProperties() {
    assertEquals(
        Optional.of(new Place(CAR, Kind.DATA, "cloud")),
        Topics.USUAL.place(
            "caravan/v1/north/car.7/data/cloud",
            Map.of("fleet", "south", "device", "x", "route", "y")));
  }

  @Test
  void eachSignalHasATopicWhereTheTemplateSaysSo() {
    Topics topics = of("cars/FLEET/DEVICE/KIND/ROUTE/SIGNAL");
    assertTrue(topics.hasSignals());
    assertFalse(Topics.USUAL.hasSignals());
    assertEquals(
        "cars/north/car.7/data/cloud/Vehicle.Speed", topics.signal(CAR, "cloud", "Vehicle.Speed"));
    assertEquals("cars/north/car.7/event", topics.plain(CAR, Kind.EVENT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cars/FLEET/DEVICE | want KIND in",
        "cars/#/KIND | without + #",
        "cars/+/KIND | without + #",
        "$share/g/DEVICE/KIND | not in $share/",
        "'' | want a topic",
        "cars/DEVICE_KIND | want / before KIND",
        "FLEET-DEVICE/KIND | want / before DEVICE",
        "FLEET/FLEET/KIND | want FLEET once",
        "cars/KIND/r=ROUTE | want of the words no others than",
        "cars/KIND/SIGNAL/x=ROUTE | want of the words no others than"
      })
  void templatesFromWhichNothingCanBeHadBackAreRefused(String template, String wanted) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> of(template)).toString();
    assertTrue(told.contains(wanted), told);
  }

  @Test
  void topicsOfTwoKindsAreRefused() {
    for (Map<Kind, String> own : java.util.List.of(
        Map.of(Kind.DATA, "x/DEVICE/t", Kind.EVENT, "x/DEVICE/t"),
        Map.of(Kind.DATA, "x/DEVICE/ROUTE", Kind.STATUS, "x/FLEET/status"),
        Map.of(Kind.DATA, "x/p=DEVICE&q/ROUTE", Kind.STATUS, "x/p=7&q/y"))) {
      String told = assertThrows(
              IllegalArgumentException.class, () -> Topics.of(Topics.TEMPLATE, own))
          .toString();
      assertTrue(told.contains("each is of one kind"), told);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Topics.of(Topics.TEMPLATE, Map.of(Kind.SCHEMA, "x/DEVICE/schema")));
    Topics one = withData("x/p=DEVICE&q/ROUTE");
    assertThrows(
        IllegalArgumentException.class,
        () -> one.refuseMeeting(Topics.of(Topics.TEMPLATE, Map.of(Kind.STATUS, "x/FLEET/DEVICE"))));
    one.refuseMeeting(Topics.USUAL);
    one.refuseMeeting(withData("x/r=DEVICE/ROUTE"));
  }

  @ParameterizedTest
  @CsvSource({
    "cars/north/x/reply, true",
    "cars/north/x/reply/a/b, true",
    "cars/south/x/reply, false",
    "cars/north/x/data/cloud, false",
    "cars/north/x/reply/+, false",
    "cars/north/reply, false",
    "cars/north/x/replyx, false",
    "caravan/v1/north/x/reply, false"
  })
  void repliesGoBelowTheTopicOfReplies(String topic, boolean isReply) {
    assertEquals(isReply, of("cars/FLEET/DEVICE/KIND").isReply(topic, "north"));
  }

  @Test
  void noReplyGoesWhereOtherMessagesAre() {
    Topics topics = of("FLEET/DEVICE/ROUTE/KIND");
    assertTrue(topics.isReply("north/x/reply/a", "north"));
    // the data of a route that is called so
    assertFalse(topics.isReply("north/x/reply/data", "north"));
  }

  @Test
  void eachPlaceHasItsUsualTopic() {
    for (String topic : java.util.List.of(
        "caravan/v1/f/d/data/r", "caravan/v1/f/d/schema/5c4e", "caravan/v1/f/d/event")) {
      assertEquals(topic, Topics.USUAL.of(Topics.USUAL.place(topic).orElseThrow()));
    }
  }

  @Test
  void signalsAreALevelBehindTheirRoute() {
    Topics topics = Topics.USUAL.withSignals();
    assertEquals(
        "caravan/v1/north/car.7/data/cloud/a%2Fb%2B%23%25%01ä",
        topics.signal(CAR, "cloud", "a/b+#%\u0001ä"));
    Topics.Place place = topics.place("caravan/v1/north/car.7/data/cloud/a%2Fb").orElseThrow();
    assertEquals(new Topics.Place(CAR, Topics.Kind.DATA, "cloud"), place);
    assertEquals("caravan/v1/+/+/data/+/+", topics.all(Topics.Kind.DATA));
  }
}
