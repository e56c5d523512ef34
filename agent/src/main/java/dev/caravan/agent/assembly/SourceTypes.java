package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.DecoderPlan;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.modbus.ModbusDecoder;
import dev.caravan.agent.decode.nmea.NmeaDecoder;
import dev.caravan.agent.decode.obd.VoltageDecoder;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.elm327.Elm327Settings;
import dev.caravan.agent.source.elm327.Elm327Source;
import dev.caravan.agent.source.isotp.IsoTpSettings;
import dev.caravan.agent.source.isotp.IsoTpSource;
import dev.caravan.agent.source.line.LineSettings;
import dev.caravan.agent.source.line.LineSource;
import dev.caravan.agent.source.modbus.ModbusSettings;
import dev.caravan.agent.source.modbus.ModbusSource;
import dev.caravan.agent.source.nmea.NmeaSettings;
import dev.caravan.agent.source.nmea.NmeaSource;
import dev.caravan.agent.source.replay.ReplaySettings;
import dev.caravan.agent.source.replay.ReplaySource;
import dev.caravan.agent.source.serial.SerialSettings;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.source.slcan.SlcanSource;
import dev.caravan.agent.source.socketcan.SocketCanSettings;
import dev.caravan.agent.source.socketcan.SocketCanSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The one list of source types; what is said of them, in the documents too, follows from it. */
final class SourceTypes {
  static final Key<String> NAME = Key.text("name", Plan.NAME, Plan.NAME_WANTED)
      .required()
      .range("1..32 of `A-Z a-z 0-9 _ -`, each name once")
      .says("what the source is called in signals, metrics and logs");
  static final Key<Node> DECODE =
      Key.list("decode").says("list of the decoders of this bus, see below");

  static final Key<Node> DIAGNOSTICS =
      Key.block("diagnostics").says("diagnostic requests over this bus, see below");

  static final Key<Node> RECORDED_DIAGNOSTICS = Key.block("diagnostics")
      .says("diagnostics that were recorded, see below; `listen: true` only");

  /**
   * A type of source.
   *
   * @param name what {@code type} says
   * @param serialKeys those of its serial port; none if it has no such port
   * @param keys its own, beside those of every source
   * @param reads what its items of {@code decode} are to understand; empty if it needs none
   */
  record Type(
      String name,
      List<Key<?>> serialKeys,
      List<Key<?>> keys,
      Optional<DecoderTypes.Of> reads,
      Function<SourceTypes, SourcePlan> reading) {}

  static final List<Type> ALL = List.of(
      new Type(
          "slcan",
          SlcanSettings.SERIAL_KEYS,
          with(SlcanSettings.KEYS, DIAGNOSTICS),
          Optional.of(DecoderTypes.Of.CAN),
          SourceTypes::slcan),
      new Type(
          "socketcan",
          List.of(),
          with(SocketCanSettings.KEYS, DIAGNOSTICS),
          Optional.of(DecoderTypes.Of.CAN),
          SourceTypes::socketCan),
      new Type(
          "elm327",
          List.of(),
          Elm327Settings.KEYS,
          Optional.of(DecoderTypes.Of.ANSWERS),
          SourceTypes::elm327),
      new Type(
          "nmea", NmeaSettings.SERIAL_KEYS, NmeaSettings.KEYS, Optional.empty(), SourceTypes::nmea),
      new Type(
          "modbus",
          ModbusSettings.SERIAL_KEYS,
          ModbusSettings.KEYS,
          Optional.empty(),
          SourceTypes::modbus),
      new Type(
          "line",
          LineSettings.SERIAL_KEYS,
          LineSettings.KEYS,
          Optional.of(DecoderTypes.Of.TELEGRAMS),
          SourceTypes::line),
      new Type(
          "replay",
          List.of(),
          with(ReplaySettings.KEYS, RECORDED_DIAGNOSTICS),
          Optional.of(DecoderTypes.Of.CAN),
          SourceTypes::replay));

  static final Key<String> TYPE = Key.oneOf("type", ALL.stream().map(Type::name).toList())
      .required()
      .says("what it is; each has keys of its own, see below");

  private final Node node;
  private final String name;
  private final String type;
  private final SignalTable signals;
  private final SourcePlan.Decoders listed;

  private SourceTypes(Node node, String name, String type, SignalTable signals) {
    this.node = node;
    this.name = name;
    this.type = type;
    this.signals = signals;
    this.listed = DecoderTypes.read(node.at(DECODE), name);
  }

  /** Reads one item of {@code sources}; empty, with a fault, if there is no such type. */
  static Optional<SourcePlan> read(Node node, SignalTable signals) {
    SourceTypes item = new SourceTypes(node, node.at(NAME).text(), node.get(TYPE), signals);
    Optional<SourcePlan> plan = of(item.type).map(type -> type.reading.apply(item));
    if (plan.isPresent()) {
      node.refuseUnknownKeys();
    }
    return plan;
  }

  /** The type of that name. */
  static Optional<Type> of(String name) {
    return ALL.stream().filter(type -> type.name.equals(name)).findFirst();
  }

  private SourcePlan slcan() {
    SlcanSettings settings = SlcanSettings.from(name, node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(node.at(DIAGNOSTICS), settings.transmittable()::allows);
    return plan(
        settings.serial().port() + ", " + settings.bitrate() + " bit/s, "
            + (settings.listenOnly() ? "listen-only" : "normal"),
        (timeline, health) -> IsoTpSource.over(
            new SlcanSource(settings, timeline, health), wanted, timeline, health));
  }

  private SourcePlan socketCan() {
    SocketCanSettings settings = SocketCanSettings.from(name, node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(node.at(DIAGNOSTICS), settings.transmittable()::allows);
    return plan(
        settings.networkInterface()
            + (settings.transmittable().isEmpty() ? ", sends nothing" : ", sends listed ids"),
        (timeline, health) -> IsoTpSource.over(
            new SocketCanSource(settings, timeline, health), wanted, timeline, health));
  }

  private SourcePlan elm327() {
    Elm327Settings settings = Elm327Settings.from(name, node);
    return plan(
        settings.port().toString(),
        (timeline, health) -> new Elm327Source(settings, timeline, health),
        (table, health) -> new VoltageDecoder(name, table));
  }

  private SourcePlan nmea() {
    NmeaSettings settings = NmeaSettings.from(name, node);
    return plan(
        line(settings.serial()),
        (timeline, health) -> new NmeaSource(settings, timeline, health),
        (table, health) -> new NmeaDecoder(name, settings.tellsTime(), table, health));
  }

  private SourcePlan modbus() {
    if (node.at(DECODE).isPresent()) {
      node.at(DECODE).fault("a modbus source has none; want slaves with a map");
    }
    ModbusParts parts = ModbusParts.read(name, node);
    return plan(
        line(parts.settings().serial()),
        (timeline, health) -> new ModbusSource(parts.settings(), timeline, health),
        (table, health) -> new ModbusDecoder(name, parts.slaves(), table));
  }

  private SourcePlan line() {
    LineSettings settings = LineSettings.from(name, node);
    return plan(
        line(settings.serial()), (timeline, health) -> new LineSource(settings, timeline, health));
  }

  private SourcePlan replay() {
    Optional<IsoTpSettings> overheard =
        IsoTpSettings.from(node.at(RECORDED_DIAGNOSTICS), frame -> false);
    ReplaySettings settings = ReplaySettings.from(node);
    return plan(
        settings.file().toString(),
        true,
        (timeline, health) -> IsoTpSource.overhearing(
            new ReplaySource(name, settings, timeline, health), overheard, health),
        Optional.empty());
  }

  private SourcePlan plan(String description, SourcePlan.Maker maker) {
    return plan(description, false, maker, Optional.empty());
  }

  /** {@code own}: the decoder of what the source itself gives, behind those that are listed. */
  private SourcePlan plan(String description, SourcePlan.Maker maker, DecoderPlan own) {
    return plan(description, false, maker, Optional.of(own));
  }

  private SourcePlan plan(
      String description, boolean waits, SourcePlan.Maker maker, Optional<DecoderPlan> own) {
    SourcePlan.Decoders decoders = (table, health) -> {
      List<Decoder> all = new ArrayList<>(listed.make(table, health));
      own.ifPresent(plan -> all.add(plan.decoder(table, health)));
      return all;
    };
    // made once here, for what they define
    List<PathPattern> mayHear = decoders.make(signals, new Health()).stream()
        .flatMap(decoder -> decoder.mayHear().stream())
        .toList();
    return new SourcePlan(name, type, description, waits, maker, decoders, mayHear);
  }

  private static String line(SerialSettings serial) {
    return serial.port() + ", " + serial.baud() + " bit/s";
  }

  private static List<Key<?>> with(List<Key<?>> keys, Key<?> last) {
    List<Key<?>> all = new ArrayList<>(keys);
    all.add(last);
    return all;
  }
}
