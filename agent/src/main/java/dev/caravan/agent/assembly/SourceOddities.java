package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is odd of the sources of a configuration without a fault. */
final class SourceOddities {
  private static final List<String> ANSWERS = DecoderTypes.of(DecoderTypes.Of.ANSWERS);

  private final List<Node> sources;

  SourceOddities(List<Node> sources) {
    this.sources = sources;
  }

  void warn() {
    Map<String, Node> ports = new HashMap<>();
    for (Node source : sources) {
      decoders(source);
      Node port = source.at(SerialSettings.PORT);
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
    NavigableSet<String> fit = fitting(source);
    List<Node> items = source.at(SourceTypes.DECODE).items();
    boolean isServed = fit.isEmpty();
    for (Node item : items) {
      Set<String> kind = new HashSet<>(item.keys());
      kind.retainAll(DecoderTypes.NAMES);
      isServed |= kind.stream().anyMatch(fit::contains);
      if (kind.stream().noneMatch(fit::contains)) {
        item.warn("gets nothing from this source, which wants "
            + (fit.isEmpty() ? "no decoder" : String.join(" or ", fit)));
      }
    }
    if (!isServed) {
      source.warn("no decoder; what it reads is not understood, want " + wanted(fit));
    }
    Node diagnostics = source.at(SourceTypes.DIAGNOSTICS);
    if (diagnostics.isPresent()
        && items.stream().allMatch(item -> Collections.disjoint(item.keys(), ANSWERS))) {
      diagnostics.warn(
          "no decoder; what control units answer is not understood, want " + wanted(ANSWERS));
    }
  }

  private static String wanted(Collection<String> decoders) {
    return SourceTypes.DECODE + ": [{" + decoders.iterator().next() + ": FILE}]";
  }

  /** The decoders that understand something of what a source reads, beside those that it has by itself. */
  private static NavigableSet<String> fitting(Node source) {
    NavigableSet<String> fit = new TreeSet<>();
    SourceTypes.of(source.get(SourceTypes.TYPE))
        .flatMap(SourceTypes.Type::reads)
        .ifPresent(reads -> fit.addAll(DecoderTypes.of(reads)));
    if (source.at(SourceTypes.DIAGNOSTICS).isPresent()) {
      fit.addAll(ANSWERS);
    }
    return fit;
  }
}
