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
import java.util.function.BiConsumer;

/** The one list of decoder types; what is said of them, in the documents too, follows from it. */
final class DecoderTypes {
  private static final Key<Path> LINE = Key.file("line")
      .required()
      .says("the table of a kind of message; a source may have several, each for its own");

  /**
   * A type of decoder.
   *
   * @param of what it understands
   * @param keys of an item of {@code decode}; the first is the one by which the item is known
   */
  record Type(Of of, List<Key<?>> keys, BiConsumer<DecoderTypes, Node> reading) {
    String name() {
      return keys.get(0).name();
    }

    boolean isOf(Node item) {
      return item.keys().contains(name());
    }
  }

  /** What an item decodes. */
  enum Of {
    /** CAN frames. */
    CAN,
    /** What control units answer. */
    ANSWERS,
    /** Messages of a sensor. */
    TELEGRAMS
  }

  static final List<Type> ALL = List.of(
      new Type(Of.CAN, DbcSettings.KEYS, DecoderTypes::dbc),
      new Type(Of.CAN, J1939Settings.KEYS, (types, item) -> types.j1939.add(item)),
      new Type(Of.CAN, J1939Settings.NMEA2000_KEYS, (types, item) -> types.nmea2000.add(item)),
      new Type(Of.ANSWERS, ObdSettings.KEYS, DecoderTypes::obd),
      new Type(Of.TELEGRAMS, List.of(LINE), DecoderTypes::line));

  /** The names of the types. */
  static final List<String> NAMES = ALL.stream().map(Type::name).toList();

  /** The names of those of a kind. */
  static List<String> of(Of kind) {
    return ALL.stream().filter(type -> type.of == kind).map(Type::name).toList();
  }

  /** The file that an item names, as it stands there; empty if it names none. */
  static Optional<String> file(Node item) {
    return ALL.stream()
        .filter(type -> type.isOf(item) && type.keys.get(0).isPath())
        .findFirst()
        .map(type -> item.at(type.keys.get(0)).text());
  }

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

  private void add(Node item) {
    Optional<Type> named = ALL.stream().filter(type -> type.isOf(item)).findFirst();
    if (named.isPresent()) {
      named.get().reading.accept(this, item);
    } else if (item.isMapping()) {
      item.fault("want one of the keys " + String.join(", ", NAMES));
    }
  }

  // a file that is not there is a fault already

  private void dbc(Node item) {
    DbcSettings settings = DbcSettings.from(item);
    if (FileRoom.isFile(settings.file())) {
      dbc.add(settings);
    }
  }

  private void obd(Node item) {
    ObdSettings settings = ObdSettings.from(item);
    if (FileRoom.isFile(settings.file())) {
      obd.add(settings);
    }
  }

  private void line(Node item) {
    Path file = item.get(LINE);
    item.refuseUnknownKeys();
    if (FileRoom.isFile(file)) {
      lines.add(file);
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
          decoders.add(new FastPacketDecoder(source, decoder::isFastPacket, decoder, health));
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
