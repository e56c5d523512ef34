package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.wire.Topics;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The keys of a route that say on which topics its messages are. */
final class TopicKeys {
  static final Key<String> TOPIC = Key.text("topic")
      .or(Topics.TEMPLATE)
      .range("without `+`, `#` and control characters")
      .says(
          "template of all topics: `FLEET`, `DEVICE` and `ROUTE` stand for these, `KIND` for "
              + Arrays.stream(Topics.Kind.values())
                  .map(kind -> "`" + kind.level() + "`")
                  .collect(Collectors.joining(", "))
              + "; it may begin with `$` or `/`. `ROUTE` is a level alone: in the topic of a schema the "
              + "schema's id is there, or at the end, and those of other kinds do not have it. What it leaves out of fleet, "
              + "device and route travels as user properties of these names, for which the uplink needs `protocol: 5`");

  private static final Map<Topics.Kind, Key<String>> OWN = own();

  static final Key<Node> TOPICS = Key.block("topics", List.copyOf(OWN.values()))
      .absent("as `topic` says")
      .says("templates of single kinds, in the place of `topic`");

  private TopicKeys() {}

  private static Map<Topics.Kind, Key<String>> own() {
    Map<Topics.Kind, Key<String>> keys = new EnumMap<>(Topics.Kind.class);
    for (Topics.Kind kind : Topics.Kind.values()) {
      String words = switch (kind) {
        case DATA ->
          "`FLEET`, `DEVICE`, `ROUTE` and, of formats that send each on a topic of its own, `SIGNAL`";
        case SCHEMA -> "`FLEET`, `DEVICE` and `ID`, which it must have";
        default -> "`FLEET` and `DEVICE`";
      };
      keys.put(
          kind,
          Key.text(kind.level())
              .absent("as `topic` says")
              .says("topics of " + what(kind) + ", with " + words));
    }
    return keys;
  }

  private static String what(Topics.Kind kind) {
    return switch (kind) {
      case DATA -> "batches";
      case SCHEMA -> "schemas";
      case EVENT -> "events";
      case STATUS -> "the status";
      case COMMAND -> "commands to the device";
      case REPLY -> "replies to them, where they name no other";
      case RECEIPT -> "receipts to the device";
      case REQUEST -> "requests to the device";
    };
  }

  /** There is no broker that wants others. */
  static void refuse(Node route, String uplink) {
    for (Node each : List.of(route.at(TOPIC), route.at(TOPICS))) {
      if (each.isPresent()) {
        each.fault("want none where the uplink is of type " + uplink
            + ", for which messages keep the usual topics");
      }
    }
  }

  /** What they leave out is told nowhere. */
  static void refuseLeftOut(Node route, Topics topics) {
    Node block = route.at(TOPICS);
    (block.isPresent() ? block : route.at(TOPIC))
        .fault("want "
            + topics.leftOut().stream()
                .map(name -> name.toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(", "))
            + " in the topics of data, event and status, or protocol: 5 in the uplink: over MQTT 3.1.1"
            + " no user property tells it");
  }

  /** Reads those of a route. */
  static Topics read(Node route) {
    Node all = route.at(TOPIC);
    Node block = route.at(TOPICS);
    Map<Topics.Kind, String> own = new EnumMap<>(Topics.Kind.class);
    OWN.forEach((kind, key) -> block.find(key).ifPresent(text -> own.put(kind, text)));
    block.refuseUnknownKeys();
    if (!all.isPresent() && own.isEmpty()) {
      return Topics.USUAL;
    }
    try {
      return Topics.of(route.get(TOPIC), own);
    } catch (IllegalArgumentException e) {
      (block.isPresent() ? block : all).fault(String.valueOf(e.getMessage()));
      return Topics.USUAL;
    }
  }
}
