package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.serial.PortAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is odd of the sources of a configuration without a fault. */
final class SourceOddities {
  private static final Set<String> CAN_DECODERS = Set.of("dbc", "j1939", "nmea2000");
  private static final Set<String> OBD_DECODERS = Set.of("obd");

  private final List<Node> sources;

  SourceOddities(List<Node> sources) {
    this.sources = sources;
  }

  void warn() {
    Map<String, Node> ports = new HashMap<>();
    for (Node source : sources) {
      decoders(source);
      Node port = source.at("port");
      wire(port).ifPresent(wire -> {
        Node first = ports.putIfAbsent(wire, port);
        if (first != null) {
          port.warn(
              "the source at " + first.where() + " reads this port too; only one of them can");
        }
      });
    }
  }

  /** What a port leads to, under whatever name; nothing where the source has none. */
  private static Optional<String> wire(Node port) {
    if (!port.isPresent()) {
      return Optional.empty();
    }
    return PortAddress.parse(port.text()).map(address -> {
      if (address instanceof PortAddress.TcpServer server
          && server.host().equalsIgnoreCase("localhost")) {
        return new PortAddress.TcpServer("127.0.0.1", server.port()).toString();
      }
      if (!(address instanceof PortAddress.DeviceFile)) {
        return address.toString().toLowerCase(Locale.ROOT);
      }
      Path file = port.path(Path.of(""));
      try {
        return file.toRealPath().toString();
      } catch (IOException e) {
        // it is not plugged in now
        return file.toString();
      }
    });
  }

  private static void decoders(Node source) {
    Set<String> fit = fitting(source);
    List<Node> items = source.at("decode").items();
    boolean isServed = fit.isEmpty();
    for (Node item : items) {
      Set<String> kind = new HashSet<>(item.keys());
      kind.retainAll(Set.of("dbc", "j1939", "nmea2000", "obd", "line"));
      isServed |= kind.stream().anyMatch(fit::contains);
      if (kind.stream().noneMatch(fit::contains)) {
        item.warn("gets nothing from this source, which wants "
            + (fit.isEmpty()
                ? "no decoder"
                : String.join(" or ", fit.stream().sorted().toList())));
      }
    }
    if (!isServed) {
      source.warn("no decoder; what it reads is not understood, want decode: [{"
          + fit.stream().sorted().findFirst().orElseThrow() + ": FILE}]");
    }
    if (source.at("diagnostics").isPresent()
        && items.stream().noneMatch(item -> item.keys().contains("obd"))) {
      source
          .at("diagnostics")
          .warn(
              "no decoder; what control units answer is not understood, want decode: [{obd: FILE}]");
    }
  }

  /** The decoders that understand something of what a source reads, beside those that it has by itself. */
  private static Set<String> fitting(Node source) {
    boolean asks = source.at("diagnostics").isPresent();
    return switch (source.at("type").text()) {
      case "slcan", "socketcan", "replay" ->
        asks ? union(CAN_DECODERS, OBD_DECODERS) : CAN_DECODERS;
      case "elm327" -> OBD_DECODERS;
      case "line" -> Set.of("line");
      default -> Set.of();
    };
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }
}
