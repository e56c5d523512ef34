package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.DecoderPlan;
import dev.caravan.agent.decode.dbc.DbcBus;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.decode.j1939.FastPacketDecoder;
import dev.caravan.agent.decode.j1939.J1939Decoder;
import dev.caravan.agent.decode.j1939.J1939Settings;
import dev.caravan.agent.decode.line.LineDecoder;
import dev.caravan.agent.decode.obd.ObdDecoder;
import dev.caravan.agent.decode.obd.ObdSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one list of decoder types. */
final class DecoderTypes {
  private static final Key<Path> LINE = Key.file("line")
      .required()
      .says("the table of a kind of message; a source may have several, each for its own");

  /** The keys of an item {@code line}. */
  static final List<Key<?>> LINE_KEYS = List.of(LINE);

  private static final List<String> TYPES = List.of("dbc", "j1939", "nmea2000", "obd", "line");

  private final String source;
  private final Faults faults;

  // what is read so far
  private final List<DbcSettings> dbc = new ArrayList<>();
  private final List<Node> j1939 = new ArrayList<>();
  private final List<Node> nmea2000 = new ArrayList<>();
  private final List<ObdSettings> obd = new ArrayList<>();
  private final List<Path> lines = new ArrayList<>();

  private DecoderTypes(String source, Faults faults) {
    this.source = source;
    this.faults = faults;
  }

  /**
   * Reads the list {@code decode} of a source. The DBC files of one bus make one decoder, and so do its OBD tables
   * and the tables of a sensor.
   */
  static SourcePlan.Decoders read(Node list, String source) {
    DecoderTypes types = new DecoderTypes(source, list.faults());
    list.items().forEach(types::add);
    return types.decoders();
  }

  /** Takes one item; a file that is not there is a fault already. */
  private void add(Node item) {
    if (item.keys().contains("dbc")) {
      DbcSettings settings = DbcSettings.from(item);
      if (FileRoom.isFile(settings.file())) {
        dbc.add(settings);
      }
    } else if (item.keys().contains("j1939")) {
      j1939.add(item);
    } else if (item.keys().contains("nmea2000")) {
      nmea2000.add(item);
    } else if (item.keys().contains("obd")) {
      ObdSettings settings = ObdSettings.from(item);
      if (FileRoom.isFile(settings.file())) {
        obd.add(settings);
      }
    } else if (item.keys().contains("line")) {
      Path file = item.get(LINE);
      item.refuseUnknownKeys();
      if (FileRoom.isFile(file)) {
        lines.add(file);
      }
    } else if (item.isMapping()) {
      item.fault("want one of the keys " + String.join(", ", TYPES));
    }
  }

  private SourcePlan.Decoders decoders() {
    J1939Settings onJ1939 = bus(j1939, "j1939");
    J1939Settings onNmea2000 = bus(nmea2000, "nmea2000");
    boolean isJ1939 = onNmea2000.use() == J1939Settings.Use.ON;
    if (isJ1939 && dbc.isEmpty()) {
      nmea2000
          .get(0)
          .warn("nmea2000: on joins no fast packets without a DBC file, which says what is sent so;"
              + " want an item dbc with the messages of the bus");
    }
    DbcBus bus = new DbcBus(
        onJ1939.senders() || onNmea2000.senders(),
        onJ1939.upperRanges() && onNmea2000.upperRanges(),
        DbcOptions.Nmea2000.valueOf(onNmea2000.use().name()));
    Optional<DbcPlan> messages =
        dbc.isEmpty() ? Optional.empty() : Optional.of(DbcPlan.read(dbc, bus, faults));
    boolean joinsJ1939 =
        onJ1939.holdsFor(isJ1939 || messages.filter(DbcPlan::hasJ1939).isPresent());
    List<DecoderPlan> others = new ArrayList<>();
    if (!obd.isEmpty()) {
      others.add(ObdDecoder.of(source, obd, faults));
    }
    LineDecoder.of(source, lines, faults).ifPresent(others::add);
    return (signals, health) -> {
      List<Decoder> decoders = new ArrayList<>();
      messages.ifPresent(plan -> {
        DbcDecoder decoder = new DbcDecoder(source, plan, bus, signals, health);
        decoders.add(decoder);
        if (plan.hasNmea2000()) {
          decoders.add(new FastPacketDecoder(source, plan::isFastPacket, decoder, health));
        }
      });
      if (joinsJ1939) {
        List<Decoder> files = decoders.isEmpty() ? List.of() : List.of(decoders.get(0));
        decoders.add(new J1939Decoder(source, files, signals, health));
      }
      others.forEach(plan -> decoders.add(plan.decoder(signals, health)));
      return decoders;
    };
  }

  private static J1939Settings bus(List<Node> items, String kind) {
    J1939Settings settings = J1939Settings.USUAL;
    for (int i = 0; i < items.size(); i++) {
      settings = J1939Settings.from(items.get(i), kind);
      if (i > 0) {
        items
            .get(i)
            .fault("a bus has one item " + kind + "; the first is at "
                + items.get(0).where());
      }
    }
    return settings;
  }
}
