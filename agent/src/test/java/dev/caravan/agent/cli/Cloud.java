package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.BrokerFaults;
import dev.caravan.agent.broker.Terms;
import dev.caravan.agent.broker.Terms.Kind;
import dev.caravan.agent.broker.Terms.Limit;
import dev.caravan.agent.broker.Terms.Matter;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a cloud wants, by its documents: a file in {@code src/test/resources/clouds}. */
record Cloud(Map<String, Node> told, List<Limit> limits) {
  private static final Set<String> KNOWN = Set.of("page", "source", "thread", "memory");

  static Cloud of(String name) throws IOException {
    Path root = Path.of(System.getProperty("caravan.root", ".."));
    Faults faults = new Faults();
    Node file =
        YamlFile.read(root.resolve("agent/src/test/resources/clouds/" + name + ".yaml"), faults);
    List<Limit> limits = new ArrayList<>();
    for (Node each : file.at("limits").items()) {
      Matter matter = Matter.valueOf(each.at("what").text());
      for (Kind kind : Kind.values()) {
        Node value = each.at(kind.name().toLowerCase(Locale.ROOT));
        if (value.isPresent()) {
          limits.add(new Limit(matter, kind, value.text()));
        }
      }
      assertTrue(KNOWN.contains(each.at("known").text()), each::where);
      assertTrue(!each.at("from").text().isEmpty(), each::where);
      each.refuseUnknownKeys();
    }
    Map<String, Node> told = file.at("told").entries();
    assertEquals(List.of(), faults.found());
    return new Cloud(told, limits);
  }

  /** Has a broker say in CONNACK what this cloud says there. */
  void tell(BrokerFaults faults) {
    told.forEach((name, value) -> {
      switch (name) {
        case "receive_maximum" -> faults.receiveMaximum(Integer.parseInt(value.text()));
        case "maximum_packet_bytes" -> faults.maximumPacketBytes(Integer.parseInt(value.text()));
        case "topic_alias_maximum" -> faults.topicAliasMaximum(Integer.parseInt(value.text()));
        case "maximum_qos" -> faults.maximumQos(Integer.parseInt(value.text()));
        case "protocol" -> faults.five(BrokerFaults.Five.REFUSED_BY_THREE);
        default -> throw new IllegalArgumentException(value.where() + ": " + name);
      }
    });
  }

  /** A limit that is a little narrower than what was done, or, of texts, another. */
  static Limit changed(Limit limit, Terms terms) {
    List<String> seen = terms.seen(limit.matter());
    assertTrue(!seen.isEmpty(), () -> limit + ": nothing was ever held against it");
    var numbers = seen.stream();
    return switch (limit.kind()) {
      case MOST ->
        new Limit(
            limit.matter(),
            Kind.MOST,
            Long.toString(numbers.mapToLong(Long::parseLong).max().orElseThrow() - 1));
      case LEAST ->
        new Limit(
            limit.matter(),
            Kind.LEAST,
            Long.toString(numbers.mapToLong(Long::parseLong).min().orElseThrow() + 1));
      case LIKE -> new Limit(limit.matter(), Kind.LIKE, "other:(" + limit.value() + ")");
    };
  }
}
