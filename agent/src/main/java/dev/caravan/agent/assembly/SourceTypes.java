package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.line.LineSettings;
import dev.caravan.agent.source.line.LineSource;
import dev.caravan.agent.source.replay.ReplaySettings;
import dev.caravan.agent.source.replay.ReplaySource;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.source.slcan.SlcanSource;
import java.util.List;
import java.util.Optional;

/** The one list of source types. */
final class SourceTypes {
  private static final List<String> TYPES = List.of("slcan", "line", "replay");

  private SourceTypes() {}

  /** Reads one item of {@code sources}; empty, with a fault, if there is no such type. */
  static Optional<SourcePlan> read(Node node, SignalTable signals, Health health) {
    String name = node.at("name").text();
    String type = node.at("type").oneOf(TYPES);
    var decoders = DecoderTypes.read(node.at("decode"), name, signals, health);
    return switch (type) {
      case "slcan" -> {
        SlcanSettings settings = SlcanSettings.from(node);
        yield Optional.of(new SourcePlan(
            name,
            type,
            settings.serial().port() + ", " + settings.bitrate() + " bit/s, "
                + (settings.listenOnly() ? "listen-only" : "normal"),
            false,
            timeline -> new SlcanSource(settings, timeline, health),
            decoders));
      }
      case "line" -> {
        LineSettings settings = LineSettings.from(node);
        yield Optional.of(new SourcePlan(
            name,
            type,
            settings.serial().port() + ", " + settings.serial().baud() + " bit/s",
            false,
            timeline -> new LineSource(settings, timeline, health),
            decoders));
      }
      case "replay" -> {
        ReplaySettings settings = ReplaySettings.from(node);
        yield Optional.of(new SourcePlan(
            name,
            type,
            settings.file().toString(),
            true,
            timeline -> new ReplaySource(name, settings, timeline, health),
            decoders));
      }
      default -> Optional.empty();
    };
  }
}
