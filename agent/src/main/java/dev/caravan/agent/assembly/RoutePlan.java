package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.shape.privacy.PrivacySettings;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.Receipts;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One route of a configuration.
 *
 * @param name unique in the configuration; level of the MQTT topic and directory of nothing
 * @param topics on which its messages are
 * @param shape what passes; everything where it is empty
 * @param privacy what may be told of that, and by events
 * @param format how bodies are made of it, and messages of them
 * @param store the disk queue
 * @param uplink the way out
 * @param receipts who says what is durable, if its queue waits for that
 * @param events what is told at once, if anything is
 */
public record RoutePlan(
    String name,
    Topics topics,
    ShapeSettings shape,
    PrivacySettings privacy,
    Format format,
    StoreSettings store,
    UplinkPlan uplink,
    Optional<Receipts.Signers> receipts,
    Optional<EventPlan> events) {
  static final Key<String> NAME = Key.text("name", Plan.NAME, Plan.NAME_WANTED)
      .required()
      .range("1..32 of `A-Z a-z 0-9 _ -`, each name once")
      .says("name of the route; a level of the MQTT topics");
  static final Key<Node> SHAPE =
      Key.list("shape").absent("every sample").says("what is sent, at most 1,000 rules, see below");
  static final Key<Node> PRIVACY = Key.list("privacy")
      .absent("everything, and `check` warns of positions and VINs")
      .says("what of it is rounded, hashed or left out, of events too, at most 1,000 rules, see "
          + "below; `[]` says that nothing need be");
  static final Key<Node> STORE = Key.block("store").required().says("the queue on disk, see below");
  static final Key<Node> UPLINK = Key.block("uplink").required().says("the way out, see below");
  static final Key<Node> EVENTS =
      Key.block("events").absent("no events").says("what is told at once, see below");

  static final Key<Integer> COMPAT = Key.whole("compat", 1, 1)
      .absent("neither")
      .says("`1` serves readers of before: the content type is `application/x-protobuf`, and the "
          + "user property `message` names the message; no batches are joined. Without it the content "
          + "type does, such as `caravan.v1.Batch`. Routes that may lead to the same broker all have "
          + "it or none, since status and schemas there are those of all");

  /** The keys of a route. */
  static final List<Key<?>> KEYS = Stream.of(
          List.of(NAME, SHAPE, PRIVACY, FormatTypes.FORMAT),
          FormatTypes.ALL.keys(),
          List.of(STORE, UPLINK),
          ReceiptKeys.KEYS,
          List.of(EVENTS, TopicKeys.TOPIC, TopicKeys.TOPICS, COMPAT))
      .<Key<?>>flatMap(List::stream)
      .toList();

  /** Whether its format has sessions, in which it tells of itself and takes no commands. */
  boolean hasSession() {
    return format.sessionId().isPresent();
  }

  /** Whether commands may come down by it. */
  boolean hasDownward() {
    return uplink.hasDownward() && !hasSession();
  }

  /** Why no commands nor receipts may come down by it. */
  String whyNothingComes() {
    return hasSession()
        ? "the format is " + format.word()
        : "the uplink is of type " + uplink.type();
  }

  /** How its connection is called, if that is set. */
  Optional<String> filledClientId(DeviceName device) {
    return uplink.clientId().map(id -> Topics.filled(id, device, name));
  }

  /** Where it goes, and how many of the signals pass. */
  String describe(List<Signal> signals) {
    long passing = signals.stream().filter(signal -> batches(signal.path())).count();
    return "signals " + passing + " of " + signals.size() + ", store " + store.dir() + ", uplink "
        + uplink.where();
  }

  /** Which signals each of its schemas has, by path: that of batches, and that of events if there are any. */
  List<Predicate<String>> books() {
    return Stream.concat(
            Stream.<Predicate<String>>of(this::batches),
            events.stream().<Predicate<String>>map(planned -> this::tells))
        .toList();
  }

  /** Whether samples of a signal of that name may stand in a batch. */
  boolean batches(String path) {
    return shape.lets(path) && !privacy.drops(path);
  }

  /** Whether they may stand in an event. */
  boolean tells(String path) {
    return events.filter(planned -> planned.triggers().lets(path)).isPresent()
        && !privacy.drops(path);
  }

  /** Reads one item of {@code routes}. */
  static RoutePlan read(
      Node node, DeviceName device, FormatTypes formats, Optional<Rehearsal> rehearsal) {
    String name = node.at(NAME).text();
    Node kept = node.at(STORE);
    Node uplink = node.at(UPLINK);
    boolean isCompat = node.find(COMPAT).isPresent();
    StoreSettings store =
        rehearsal.map(own -> own.store(name)).orElseGet(() -> StoreSettings.from(kept));
    Topics read = TopicKeys.read(node);
    Topics topics = rehearsal.isPresent() ? Topics.USUAL : read;
    RoutePlan plan = new RoutePlan(
        name,
        topics,
        ShapeSettings.from(node.at(SHAPE)),
        PrivacySettings.from(node.at(PRIVACY)),
        formats.read(node, name, device, topics, isCompat),
        store,
        rehearsal
            .map(own -> UplinkTypes.mqtt(own.uplink()))
            .orElseGet(() -> UplinkTypes.read(uplink, isCompat)),
        rehearsal.isPresent() ? Optional.empty() : ReceiptKeys.read(node),
        EventPlan.read(node.at(EVENTS), store, rehearsal.map(own -> own.store(name + ".events"))));
    node.refuseUnknownKeys();
    if (!plan.uplink.type().equals("mqtt")) {
      TopicKeys.refuse(node, plan.uplink.type());
      if (plan.hasSession()) {
        node.at(UPLINK)
            .fault("want mqtt in a route of this format, which is nothing without a broker");
      }
    }
    if (plan.receipts.isPresent() && !plan.hasDownward()) {
      ReceiptKeys.refuse(node, plan.whyNothingComes());
    }
    if (plan.uplink.hasDownward()
        && !plan.uplink.hasProperties()
        && !topics.leftOut().isEmpty()) {
      TopicKeys.refuseLeftOut(node, topics);
    }
    if (plan.events.isPresent() && plan.format.events().isEmpty()) {
      node.at(EVENTS).fault("want none in a route of this format, which does not tell events");
    }
    return plan;
  }
}
