package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.KeySchema;
import dev.caravan.agent.config.KeySchema.Section;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.decode.dbc.QualityTable;
import dev.caravan.agent.decode.j1939.J1939Settings;
import dev.caravan.agent.decode.modbus.RegisterMap;
import dev.caravan.agent.decode.obd.ObdSettings;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.device.elm327.Elm327AdapterSettings;
import dev.caravan.agent.device.gnss.GnssReceiverSettings;
import dev.caravan.agent.device.modbus.ModbusSlavesSettings;
import dev.caravan.agent.device.slcan.SlcanAdapterSettings;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.elm327.Elm327Settings;
import dev.caravan.agent.source.isotp.IsoTpSettings;
import dev.caravan.agent.source.line.LineSettings;
import dev.caravan.agent.source.modbus.ModbusSettings;
import dev.caravan.agent.source.nmea.NmeaSettings;
import dev.caravan.agent.source.replay.ReplaySettings;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.source.socketcan.SocketCanSettings;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.uplink.file.FileSettings;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.web.WebSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which declared keys stand where in the configuration: what its rooms do not know of each other. */
final class ConfigTree {
  private ConfigTree() {}

  /** The headings of {@code config/README.md} and the keys of their tables; a heading of the third level behind its section. */
  static Map<String, List<Key<?>>> tables() {
    Map<String, List<Key<?>>> tables = new LinkedHashMap<>();
    tables.put("Configuration", Plan.KEYS);
    tables.put("device", Plan.DEVICE_KEYS);
    tables.put("sources", List.of(SourceTypes.NAME, SourceTypes.TYPE, SourceTypes.DECODE));
    tables.put("sources/serial port", SlcanSettings.SERIAL_KEYS);
    tables.put("sources/slcan", with(SlcanSettings.KEYS, SourceTypes.DIAGNOSTICS));
    tables.put("sources/socketcan", with(SocketCanSettings.KEYS, SourceTypes.DIAGNOSTICS));
    tables.put("sources/elm327", Elm327Settings.KEYS);
    tables.put("sources/nmea", NmeaSettings.KEYS);
    tables.put("sources/modbus", ModbusSettings.KEYS);
    tables.put("sources/modbus slaves", ModbusSettings.SLAVE_KEYS);
    tables.put("sources/modbus poll", ModbusSettings.POLL_KEYS);
    tables.put("sources/line", LineSettings.KEYS);
    tables.put("sources/replay", with(ReplaySettings.KEYS, SourceTypes.RECORDED_DIAGNOSTICS));
    tables.put("sources/diagnostics", IsoTpSettings.KEYS);
    tables.put("sources/units", UnitIds.KEYS);
    tables.put("sources/poll", PollSettings.KEYS);
    tables.put("sources/poll/pids", PollSettings.PID_KEYS);
    tables.put("decode/dbc", DbcSettings.KEYS);
    tables.put("decode/dbc qualities", QualityTable.KEYS);
    tables.put("decode/dbc qualities signals", QualityTable.SIGNAL_KEYS);
    tables.put("decode/j1939", J1939Settings.KEYS);
    tables.put("decode/nmea2000", J1939Settings.NMEA2000_KEYS);
    tables.put("decode/obd", ObdSettings.KEYS);
    tables.put("decode/line", DecoderTypes.LINE_KEYS);
    tables.put("decode/modbus map", RegisterMap.KEYS);
    tables.put("decode/modbus map signals", RegisterMap.SIGNAL_KEYS);
    tables.put("vss", VssMapping.KEYS);
    tables.put("vss/vss signals", VssMapping.SIGNAL_KEYS);
    tables.put("routes", RoutePlan.KEYS);
    tables.put("routes/shape", ShapeSettings.KEYS);
    tables.put("routes/batch", TelemetrySettings.KEYS);
    tables.put("routes/store", StoreSettings.KEYS);
    tables.put("routes/events", EventPlan.KEYS);
    tables.put("routes/events triggers", TriggerSettings.TRIGGER_KEYS);
    tables.put("routes/uplink: mqtt", MqttSettings.KEYS);
    tables.put("routes/uplink: file", FileSettings.KEYS);
    tables.put("commands", CommandPlan.KEYS);
    tables.put("power", PowerPlan.KEYS);
    tables.put("web", WebSettings.KEYS);
    tables.put("log", Plan.LOG_KEYS);
    tables.put("devices", List.of(DeviceTypes.NAME, DeviceTypes.TYPE));
    tables.put("devices/slcan", with(SlcanAdapterSettings.KEYS, DeviceTypes.SEED));
    tables.put("devices/elm327", with(Elm327AdapterSettings.KEYS, DeviceTypes.SEED));
    tables.put("devices/gnss", with(GnssReceiverSettings.KEYS, DeviceTypes.SEED));
    tables.put("devices/modbus", with(ModbusSlavesSettings.KEYS, DeviceTypes.SEED));
    tables.put("devices/radar", List.of(DeviceTypes.SEED));
    tables.put("devices/rough cable", List.of(DeviceTypes.ROUGH));
    return tables;
  }

  /** What stands below the keys of {@code agent.yaml}. */
  static KeySchema schema() {
    KeySchema schema = new KeySchema();
    schema.hang(Plan.DEVICE, section("device", Plan.DEVICE_KEYS));
    schema.hang(
        Plan.SOURCES,
        source(
            "slcan", SlcanSettings.SERIAL_KEYS, with(SlcanSettings.KEYS, SourceTypes.DIAGNOSTICS)),
        source("socketcan", with(SocketCanSettings.KEYS, SourceTypes.DIAGNOSTICS)),
        source("elm327", Elm327Settings.KEYS),
        source("nmea", NmeaSettings.SERIAL_KEYS, NmeaSettings.KEYS),
        source("modbus", ModbusSettings.SERIAL_KEYS, ModbusSettings.KEYS),
        source("line", LineSettings.SERIAL_KEYS, LineSettings.KEYS),
        source("replay", with(ReplaySettings.KEYS, SourceTypes.RECORDED_DIAGNOSTICS)));
    schema.hang(
        SourceTypes.DECODE,
        section("dbc", DbcSettings.KEYS),
        section("j1939", J1939Settings.KEYS),
        section("nmea2000", J1939Settings.NMEA2000_KEYS),
        section("obd", ObdSettings.KEYS),
        section("line_table", DecoderTypes.LINE_KEYS));
    Section diagnostics = section("diagnostics", IsoTpSettings.KEYS);
    schema.hang(SourceTypes.DIAGNOSTICS, diagnostics);
    schema.hang(SourceTypes.RECORDED_DIAGNOSTICS, diagnostics);
    Section units = section("unit", UnitIds.KEYS);
    schema.hang(IsoTpSettings.UNITS, units);
    schema.hang(Elm327Settings.UNITS, units);
    Section poll = section("poll", PollSettings.KEYS);
    schema.hang(IsoTpSettings.POLL, poll);
    schema.hang(Elm327Settings.POLL, poll);
    schema.hang(PollSettings.PIDS, section("polled", PollSettings.PID_KEYS));
    schema.hang(ModbusSettings.SLAVES, section("modbus_slave", ModbusSettings.SLAVE_KEYS));
    schema.hang(ModbusSettings.POLL, section("modbus_poll", ModbusSettings.POLL_KEYS));
    schema.hang(Plan.ROUTES, section("route", RoutePlan.KEYS));
    schema.hang(RoutePlan.SHAPE, section("rule", ShapeSettings.KEYS));
    schema.hang(TelemetrySettings.BATCH, section("batch", TelemetrySettings.KEYS));
    schema.hang(RoutePlan.STORE, section("store", StoreSettings.KEYS));
    schema.hang(
        RoutePlan.UPLINK, section("mqtt", MqttSettings.KEYS), section("file", FileSettings.KEYS));
    schema.hang(RoutePlan.EVENTS, section("events", EventPlan.KEYS));
    schema.hang(TriggerSettings.TRIGGERS, section("trigger", TriggerSettings.TRIGGER_KEYS));
    schema.hang(EventPlan.STORE, section("event_store", EventPlan.storeKeys()));
    schema.hang(Plan.COMMANDS, section("commands", CommandPlan.KEYS));
    schema.hang(Plan.POWER, section("power", PowerPlan.KEYS));
    schema.hang(Plan.WEB, section("web", WebSettings.KEYS));
    schema.hang(Plan.LOG, section("log", Plan.LOG_KEYS));
    schema.hang(
        Plan.DEVICES,
        device("slcan", SlcanAdapterSettings.KEYS),
        device("elm327", with(Elm327AdapterSettings.KEYS, DeviceTypes.ROUGH)),
        device("gnss", with(GnssReceiverSettings.KEYS, DeviceTypes.ROUGH)),
        device("modbus", with(ModbusSlavesSettings.KEYS, DeviceTypes.ROUGH)),
        device("radar", List.of(DeviceTypes.ROUGH)));
    return schema;
  }

  private static Section section(String name, List<Key<?>> keys) {
    return new Section(name, "", keys);
  }

  @SafeVarargs
  private static Section source(String type, List<Key<?>>... own) {
    List<Key<?>> keys = new ArrayList<>(List.of(SourceTypes.NAME, SourceTypes.TYPE));
    for (List<Key<?>> some : own) {
      keys.addAll(some);
    }
    keys.add(SourceTypes.DECODE);
    return new Section(type, type, keys);
  }

  private static Section device(String type, List<Key<?>> own) {
    List<Key<?>> keys = new ArrayList<>(List.of(DeviceTypes.NAME, DeviceTypes.TYPE));
    keys.addAll(own);
    keys.add(DeviceTypes.SEED);
    return new Section("simulated_" + type, type, keys);
  }

  private static List<Key<?>> with(List<Key<?>> keys, Key<?> last) {
    List<Key<?>> all = new ArrayList<>(keys);
    all.add(last);
    return all;
  }
}
