package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.decode.line.LineDecoder;
import dev.caravan.agent.health.Health;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The one list of decoder types. */
final class DecoderTypes {
  private static final List<String> TYPES = List.of("dbc", "line");

  private DecoderTypes() {}

  /** Reads the list {@code decode} of a source. The DBC files of one bus make one decoder. */
  static List<Decoder> read(Node list, String source, SignalTable signals, Health health) {
    List<DbcSettings> dbc = new ArrayList<>();
    List<Decoder> decoders = new ArrayList<>();
    for (Node item : list.items()) {
      if (item.keys().contains("dbc")) {
        DbcSettings settings = DbcSettings.from(item);
        // A file that is not there is a fault already.
        if (Files.isReadable(settings.file())) {
          dbc.add(settings);
        }
      } else if (item.keys().contains("line")) {
        Path file = item.at("line").readableFile();
        item.refuseUnknownKeys();
        if (Files.isReadable(file)) {
          LineDecoder.of(source, file, signals, list.faults()).ifPresent(decoders::add);
        }
      } else if (item.isMapping()) {
        item.fault("want one of the keys " + String.join(", ", TYPES));
      }
    }
    if (!dbc.isEmpty()) {
      decoders.add(0, DbcDecoder.of(source, dbc, signals, health, list.faults()));
    }
    return decoders;
  }
}
