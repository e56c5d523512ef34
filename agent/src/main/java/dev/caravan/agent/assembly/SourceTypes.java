package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Decoder;
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

/** The one list of source types. */
final class SourceTypes {
  private static final List<String> TYPES =
      List.of("slcan", "socketcan", "elm327", "nmea", "modbus", "line", "replay");

  static final Key<String> NAME = Key.text("name", Plan.NAME, Plan.NAME_WANTED)
      .required()
      .range("1..32 of `A-Z a-z 0-9 _ -`, each name once")
      .says("what the source is called in signals, metrics and logs");
  static final Key<String> TYPE = Key.oneOf("type", TYPES)
      .required()
      .says("what it is: a serial CAN adapter, a CAN interface of the kernel, a diagnostic "
          + "adapter, a satellite receiver, Modbus slaves, a sensor with messages of its own, or "
          + "a recorded log");
  static final Key<Node> DECODE =
      Key.list("decode").says("list of the decoders of this bus, see below");

  static final Key<Node> DIAGNOSTICS =
      Key.block("diagnostics").says("diagnostic requests over this bus, see below");

  static final Key<Node> RECORDED_DIAGNOSTICS = Key.block("diagnostics")
      .says("diagnostics that were recorded, see below; `listen: true` only");

  private final String name;
  private final Health health;

  private SourceTypes(String name, Health health) {
    this.name = name;
    this.health = health;
  }

  /** Reads one item of {@code sources}; empty, with a fault, if there is no such type. */
  static Optional<SourcePlan> read(Node node, SignalTable signals, Health health) {
    String name = node.at(NAME).text();
    SourceTypes types = new SourceTypes(name, health);
    String type = node.get(TYPE);
    List<Decoder> decoders =
        new ArrayList<>(DecoderTypes.read(node.at(DECODE), name, signals, health));
    return switch (type) {
      case "slcan" -> Optional.of(types.slcan(node, decoders));
      case "socketcan" -> Optional.of(types.socketCan(node, decoders));
      case "elm327" -> {
        Elm327Settings settings = Elm327Settings.from(node);
        decoders.add(new VoltageDecoder(name, signals));
        yield Optional.of(types.plan(
            type,
            settings.port().toString(),
            timeline -> new Elm327Source(settings, timeline, health),
            decoders));
      }
      case "nmea" -> {
        NmeaSettings settings = NmeaSettings.from(node);
        decoders.add(new NmeaDecoder(name, settings.tellsTime(), signals, health));
        yield Optional.of(types.plan(
            type,
            line(settings.serial()),
            timeline -> new NmeaSource(settings, timeline, health),
            decoders));
      }
      case "modbus" -> {
        ModbusParts parts = ModbusParts.read(node);
        decoders.add(new ModbusDecoder(name, parts.slaves(), signals));
        yield Optional.of(types.plan(
            type,
            line(parts.settings().serial()),
            timeline -> new ModbusSource(parts.settings(), timeline, health),
            decoders));
      }
      case "line" -> {
        LineSettings settings = LineSettings.from(node);
        yield Optional.of(types.plan(
            type,
            line(settings.serial()),
            timeline -> new LineSource(settings, timeline, health),
            decoders));
      }
      case "replay" -> Optional.of(types.replay(node, decoders));
      default -> Optional.empty();
    };
  }

  private SourcePlan slcan(Node node, List<Decoder> decoders) {
    Node diagnostics = node.at(DIAGNOSTICS);
    SlcanSettings settings = SlcanSettings.from(node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(diagnostics, settings.transmittable()::allows);
    return plan(
        "slcan",
        settings.serial().port() + ", " + settings.bitrate() + " bit/s, "
            + (settings.listenOnly() ? "listen-only" : "normal"),
        timeline ->
            IsoTpSource.over(new SlcanSource(settings, timeline, health), wanted, timeline, health),
        decoders);
  }

  private SourcePlan socketCan(Node node, List<Decoder> decoders) {
    Node diagnostics = node.at(DIAGNOSTICS);
    SocketCanSettings settings = SocketCanSettings.from(node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(diagnostics, settings.transmittable()::allows);
    return plan(
        "socketcan",
        settings.networkInterface()
            + (settings.transmittable().isEmpty() ? ", sends nothing" : ", sends listed ids"),
        timeline -> IsoTpSource.over(
            new SocketCanSource(settings, timeline, health), wanted, timeline, health),
        decoders);
  }

  private SourcePlan replay(Node node, List<Decoder> decoders) {
    Optional<IsoTpSettings> overheard =
        IsoTpSettings.from(node.at(RECORDED_DIAGNOSTICS), frame -> false);
    ReplaySettings settings = ReplaySettings.from(node);
    return new SourcePlan(
        name,
        "replay",
        settings.file().toString(),
        true,
        timeline -> IsoTpSource.overhearing(
            new ReplaySource(name, settings, timeline, health), overheard, health),
        decoders);
  }

  private SourcePlan plan(
      String type, String description, SourcePlan.Maker maker, List<Decoder> decoders) {
    return new SourcePlan(name, type, description, false, maker, decoders);
  }

  private static String line(SerialSettings serial) {
    return serial.port() + ", " + serial.baud() + " bit/s";
  }
}
