package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a broker, or who reads from it, wants beside the messages themselves.
 *
 * @param retain whether what is to be kept for those who come later is retained
 * @param hasWill whether a last will is left
 * @param properties user properties of every message, by name
 * @param contentType of batches and events, where it is not that of their format
 */
record Customs(
    Retain retain, boolean hasWill, Map<String, String> properties, Optional<String> contentType) {
  /** Whether messages are retained. */
  enum Retain {
    /** As the broker takes it. */
    AUTO,
    /** A broker that takes none is told of. */
    ON,
    /** Never. */
    OFF
  }

  /** As brokers mostly want it. */
  static final Customs USUAL = new Customs(Retain.AUTO, true, Map.of(), Optional.empty());

  private static final String TEXT_WANTED = "1..1000 characters, none of them a control character";
  // MQTT 5, 1.5.4
  private static final Pattern TEXT = Pattern.compile("[^\\p{Cc}\\p{Cs}\\p{Cn}]{1,1000}");
  private static final List<String> OWN = List.of("fleet", "device", "route", "message");
  private static final int MOST_PROPERTIES = 20;

  private static final Key<String> RETAIN = Key.oneOf("retain", "auto", "on", "off")
      .or("auto")
      .says(
          "whether schemas, the status and last values of signals are retained messages. `auto` does without once the broker "
              + "refuses them, and tries again after a day; `on` never does without, so a broker that "
              + "refuses them stays a fault; `off` asks for none, for brokers that end the link over them: schemas "
              + "are then repeated before batches, and the status each minute");
  private static final Key<String> WILL = Key.oneOf("will", "on", "off")
      .or("on")
      .says("whether the broker is left a last will, by which readers learn that the link ended");
  private static final Key<Node> PROPERTIES = Key.block("properties")
      .absent("none")
      .range("at most " + MOST_PROPERTIES + ", names and values of " + TEXT_WANTED)
      .says("user properties of every message, names and values; `FLEET`, `DEVICE` and `ROUTE` "
          + "in a value stand for these");
  private static final Key<String> CONTENT_TYPE = Key.text("content_type", TEXT, TEXT_WANTED)
      .absent("that of the format")
      .range(TEXT_WANTED)
      .says("content type of batches and events");

  /** Its keys in an uplink. */
  static final List<Key<?>> KEYS = List.of(RETAIN, WILL, PROPERTIES, CONTENT_TYPE);

  /** Copies the map. */
  Customs {
    properties = Map.copyOf(properties);
  }

  /** Says which of them MQTT 3.1.1 does not have. */
  void warnWithoutProperties(Node uplink) {
    for (Node each : List.of(uplink.at(PROPERTIES), uplink.at(CONTENT_TYPE))) {
      if (each.isPresent()) {
        each.warn("of no use with protocol: 3.1.1, which has none");
      }
    }
  }

  /** Reads its keys of an uplink. */
  static Customs from(Node uplink) {
    Node block = uplink.at(PROPERTIES);
    Map<String, Node> given = block.isPresent() ? block.entries() : Map.of();
    if (given.size() > MOST_PROPERTIES) {
      block.fault("want at most " + MOST_PROPERTIES + ", got " + given.size());
    }
    Map<String, String> properties = new TreeMap<>();
    given.forEach((name, value) -> {
      if (OWN.contains(name) || !TEXT.matcher(name).matches()) {
        value.fault("want a name of " + TEXT_WANTED + ", and none of the agent's own, " + OWN);
      }
      properties.put(name, value.text(TEXT, TEXT_WANTED));
    });
    String retain = uplink.get(RETAIN);
    return new Customs(
        retain.equals("on") ? Retain.ON : retain.equals("off") ? Retain.OFF : Retain.AUTO,
        uplink.get(WILL).equals("on"),
        properties,
        uplink.find(CONTENT_TYPE));
  }
}
