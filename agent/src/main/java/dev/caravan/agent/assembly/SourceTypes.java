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
  private final SignalTable signals;
  private final SourcePlan.Decoders listed;

  private SourceTypes(String name, SignalTable signals, SourcePlan.Decoders listed) {
    this.name = name;
    this.signals = signals;
    this.listed = listed;
  }

  /**
   * Reads one item of {@code sources}; empty, with a fault, if there is no such type.
   *
   * @param signals gets those that its decoders will have
   */
  static Optional<SourcePlan> read(Node node, SignalTable signals) {
    String name = node.at(NAME).text();
    String type = node.get(TYPE);
    SourceTypes types = new SourceTypes(name, signals, DecoderTypes.read(node.at(DECODE), name));
    return switch (type) {
      case "slcan" -> Optional.of(types.slcan(node));
      case "socketcan" -> Optional.of(types.socketCan(node));
      case "elm327" -> {
        Elm327Settings settings = Elm327Settings.from(node);
        yield Optional.of(types.plan(
            type,
            settings.port().toString(),
            (timeline, health) -> new Elm327Source(settings, timeline, health),
            Optional.of((table, health) -> new VoltageDecoder(name, table))));
      }
      case "nmea" -> {
        NmeaSettings settings = NmeaSettings.from(node);
        yield Optional.of(types.plan(
            type,
            line(settings.serial()),
            (timeline, health) -> new NmeaSource(settings, timeline, health),
            Optional.of(
                (table, health) -> new NmeaDecoder(name, settings.tellsTime(), table, health))));
      }
      case "modbus" -> {
        ModbusParts parts = ModbusParts.read(node);
        yield Optional.of(types.plan(
            type,
            line(parts.settings().serial()),
            (timeline, health) -> new ModbusSource(parts.settings(), timeline, health),
            Optional.of((table, health) -> new ModbusDecoder(name, parts.slaves(), table))));
      }
      case "line" -> {
        LineSettings settings = LineSettings.from(node);
        yield Optional.of(types.plan(
            type,
            line(settings.serial()),
            (timeline, health) -> new LineSource(settings, timeline, health),
            Optional.empty()));
      }
      case "replay" -> Optional.of(types.replay(node));
      default -> Optional.empty();
    };
  }

  private SourcePlan slcan(Node node) {
    Node diagnostics = node.at(DIAGNOSTICS);
    SlcanSettings settings = SlcanSettings.from(node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(diagnostics, settings.transmittable()::allows);
    return plan(
        "slcan",
        settings.serial().port() + ", " + settings.bitrate() + " bit/s, "
            + (settings.listenOnly() ? "listen-only" : "normal"),
        (timeline, health) ->
            IsoTpSource.over(new SlcanSource(settings, timeline, health), wanted, timeline, health),
        Optional.empty());
  }

  private SourcePlan socketCan(Node node) {
    Node diagnostics = node.at(DIAGNOSTICS);
    SocketCanSettings settings = SocketCanSettings.from(node);
    Optional<IsoTpSettings> wanted =
        IsoTpSettings.from(diagnostics, settings.transmittable()::allows);
    return plan(
        "socketcan",
        settings.networkInterface()
            + (settings.transmittable().isEmpty() ? ", sends nothing" : ", sends listed ids"),
        (timeline, health) -> IsoTpSource.over(
            new SocketCanSource(settings, timeline, health), wanted, timeline, health),
        Optional.empty());
  }

  private SourcePlan replay(Node node) {
    Optional<IsoTpSettings> overheard =
        IsoTpSettings.from(node.at(RECORDED_DIAGNOSTICS), frame -> false);
    ReplaySettings settings = ReplaySettings.from(node);
    return plan(
        "replay",
        settings.file().toString(),
        true,
        (timeline, health) -> IsoTpSource.overhearing(
            new ReplaySource(name, settings, timeline, health), overheard, health),
        Optional.empty());
  }

  private SourcePlan plan(
      String type, String description, SourcePlan.Maker maker, Optional<DecoderPlan> own) {
    return plan(type, description, false, maker, own);
  }

  /** {@code own}: the decoder of what the source itself gives, behind those that are listed. */
  private SourcePlan plan(
      String type,
      String description,
      boolean waits,
      SourcePlan.Maker maker,
      Optional<DecoderPlan> own) {
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
}
