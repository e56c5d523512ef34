package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.KeySchema;
import dev.caravan.agent.config.KeySchema.Section;
import dev.caravan.agent.decode.dbc.QualityTable;
import dev.caravan.agent.decode.line.LineDecoder;
import dev.caravan.agent.decode.modbus.RegisterMap;
import dev.caravan.agent.decode.obd.ObdSettings;
import dev.caravan.agent.decode.vss.VssMapping;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.encode.json.JsonFormat;
import dev.caravan.agent.encode.records.RecordsFormat;
import dev.caravan.agent.encode.sparkplug.SparkplugFormat;
import dev.caravan.agent.shape.deadband.ShapeSettings;
import dev.caravan.agent.shape.privacy.PrivacySettings;
import dev.caravan.agent.shape.trigger.TriggerSettings;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.elm327.Elm327Settings;
import dev.caravan.agent.source.isotp.IsoTpSettings;
import dev.caravan.agent.source.modbus.ModbusSettings;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.web.WebSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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
    SourceTypes.ALL.forEach(type -> tables.put("sources/" + type.name(), type.keys()));
    tables.put("sources/modbus slaves", ModbusSettings.SLAVE_KEYS);
    tables.put("sources/modbus poll", ModbusSettings.POLL_KEYS);
    tables.put("sources/diagnostics", IsoTpSettings.KEYS);
    tables.put("sources/units", UnitIds.KEYS);
    tables.put("sources/poll", PollSettings.KEYS);
    tables.put("sources/poll/pids", PollSettings.PID_KEYS);
    DecoderTypes.ALL.forEach(type -> tables.put("decode/" + type.name(), type.keys()));
    tables.put("decode/dbc qualities", QualityTable.KEYS);
    tables.put("decode/dbc qualities signals", QualityTable.SIGNAL_KEYS);
    tables.put("decode/obd table", ObdSettings.TABLE_KEYS);
    tables.put("decode/obd table responses", ObdSettings.RESPONSE_KEYS);
    tables.put("decode/obd table signals", ObdSettings.SIGNAL_KEYS);
    tables.put("decode/obd table scalings", ObdSettings.SCALING_KEYS);
    tables.put("decode/line table", LineDecoder.TABLE_KEYS);
    tables.put("decode/line table fields", LineDecoder.FIELD_KEYS);
    tables.put("decode/modbus map", RegisterMap.KEYS);
    tables.put("decode/modbus map signals", RegisterMap.SIGNAL_KEYS);
    tables.put("vss", VssMapping.KEYS);
    tables.put("vss/vss signals", VssMapping.SIGNAL_KEYS);
    tables.put("routes", RoutePlan.KEYS);
    tables.put("routes/shape", ShapeSettings.KEYS);
    tables.put("routes/privacy", PrivacySettings.KEYS);
    tables.put("routes/batch", TelemetrySettings.KEYS);
    tables.put("routes/json", JsonFormat.JSON_KEYS);
    tables.put("routes/json layout file", JsonFormat.LAYOUT_KEYS);
    tables.put("routes/records", RecordsFormat.RECORDS_KEYS);
    tables.put("routes/sparkplug", SparkplugFormat.SPARKPLUG_KEYS);
    tables.put("routes/store", StoreSettings.KEYS);
    tables.put("routes/events", EventPlan.KEYS);
    tables.put("routes/events triggers", TriggerSettings.TRIGGER_KEYS);
    UplinkTypes.ALL.forEach(type -> tables.put("routes/uplink: " + type.name(), type.keys()));
    tables.put("commands", CommandPlan.KEYS);
    tables.put("power", PowerPlan.KEYS);
    tables.put("web", WebSettings.KEYS);
    tables.put("log", Plan.LOG_KEYS);
    tables.put("devices", List.of(DeviceTypes.NAME, DeviceTypes.TYPE));
    DeviceTypes.ALL.forEach(type -> tables.put("devices/" + type.name(), deviceKeys(type)));
    tables.put("devices/rough cable", List.of(DeviceTypes.ROUGH));
    return tables;
  }

  /** What stands below the keys of {@code agent.yaml}. */
  static KeySchema schema() {
    KeySchema schema = new KeySchema();
    schema.hang(Plan.DEVICE, section("device", Plan.DEVICE_KEYS));
    hang(schema, Plan.SOURCES, SourceTypes.ALL.stream().map(ConfigTree::source));
    hang(
        schema,
        SourceTypes.DECODE,
        DecoderTypes.ALL.stream().map(type -> section("decode_" + type.name(), type.keys())));
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
    schema.hang(RoutePlan.PRIVACY, section("privacy", PrivacySettings.KEYS));
    schema.hang(TelemetrySettings.BATCH, section("batch", TelemetrySettings.KEYS));
    schema.hang(JsonFormat.KEYS.get(0), section("json", JsonFormat.JSON_KEYS));
    schema.hang(RecordsFormat.KEYS.get(0), section("records", RecordsFormat.RECORDS_KEYS));
    schema.hang(SparkplugFormat.KEYS.get(0), section("sparkplug", SparkplugFormat.SPARKPLUG_KEYS));
    schema.hang(RoutePlan.STORE, section("store", StoreSettings.KEYS));
    hang(
        schema,
        RoutePlan.UPLINK,
        UplinkTypes.ALL.stream().map(type -> new Section(type.name(), type.name(), type.keys())));
    schema.hang(RoutePlan.EVENTS, section("events", EventPlan.KEYS));
    schema.hang(TriggerSettings.TRIGGERS, section("trigger", TriggerSettings.TRIGGER_KEYS));
    schema.hang(EventPlan.STORE, section("event_store", EventPlan.storeKeys()));
    schema.hang(Plan.COMMANDS, section("commands", CommandPlan.KEYS));
    schema.hang(Plan.POWER, section("power", PowerPlan.KEYS));
    schema.hang(Plan.WEB, section("web", WebSettings.KEYS));
    schema.hang(Plan.LOG, section("log", Plan.LOG_KEYS));
    hang(schema, Plan.DEVICES, DeviceTypes.ALL.stream().map(ConfigTree::device));
    return schema;
  }

  /** The schemas of {@code config/schema}, by the beginning of their names. */
  static Map<String, Map<String, Object>> schemas() {
    Map<String, Map<String, Object>> schemas = new LinkedHashMap<>();
    schemas.put("agent", schema().of("Configuration of Caravan", Plan.KEYS));

    schemas.put(
        "json-layout",
        new KeySchema().of("Layout file of JSON of Caravan", JsonFormat.LAYOUT_KEYS));

    KeySchema line = new KeySchema();
    hang(line, LineDecoder.TABLE_KEYS, "fields", section("field", LineDecoder.FIELD_KEYS));
    schemas.put("line", line.of("What the messages of a sensor say", LineDecoder.TABLE_KEYS));

    KeySchema modbus = new KeySchema();
    hang(modbus, RegisterMap.KEYS, "signals", section("signal", RegisterMap.SIGNAL_KEYS));
    schemas.put("modbus", modbus.of("What the registers of a device mean", RegisterMap.KEYS));

    KeySchema obd = new KeySchema();
    Set<Key<?>> response = new LinkedHashSet<>(ObdSettings.RESPONSE_KEYS);
    response.addAll(ObdSettings.SIGNAL_KEYS); // those of its only signal
    hang(obd, ObdSettings.TABLE_KEYS, "responses", section("response", List.copyOf(response)));
    hang(obd, ObdSettings.RESPONSE_KEYS, "signals", section("signal", ObdSettings.SIGNAL_KEYS));
    hang(obd, ObdSettings.TABLE_KEYS, "scalings", section("scaling", ObdSettings.SCALING_KEYS));
    schemas.put("obd", obd.of("What answers of control units mean", ObdSettings.TABLE_KEYS));

    KeySchema qualities = new KeySchema();
    hang(qualities, QualityTable.KEYS, "signals", section("signal", QualityTable.SIGNAL_KEYS));
    schemas.put(
        "qualities", qualities.of("Which values of signals are no values", QualityTable.KEYS));

    KeySchema vss = new KeySchema();
    hang(vss, VssMapping.KEYS, "signals", section("signal", VssMapping.SIGNAL_KEYS));
    schemas.put("vss", vss.of("VSS paths and units of signals", VssMapping.KEYS));
    return schemas;
  }

  /** The example of {@code README.md} that begins with a line. */
  static String example(Path config, String begin) throws IOException {
    String text = Files.readString(config.resolve("README.md"));
    int from = text.indexOf("```yaml\n" + begin) + 8;
    return text.substring(from, text.indexOf("```", from));
  }

  private static void hang(KeySchema schema, List<Key<?>> keys, String name, Section section) {
    keys.stream().filter(key -> key.name().equals(name)).forEach(key -> schema.hang(key, section));
  }

  private static Section section(String name, List<Key<?>> keys) {
    return new Section(name, "", keys);
  }

  private static void hang(KeySchema schema, Key<?> key, Stream<Section> sections) {
    schema.hang(key, sections.toArray(Section[]::new));
  }

  private static Section source(SourceTypes.Type type) {
    List<Key<?>> keys = new ArrayList<>(List.of(SourceTypes.NAME, SourceTypes.TYPE));
    keys.addAll(type.serialKeys());
    keys.addAll(type.keys());
    keys.add(SourceTypes.DECODE);
    return new Section(type.name(), type.name(), keys);
  }

  private static Section device(DeviceTypes.Type type) {
    List<Key<?>> keys = new ArrayList<>(List.of(DeviceTypes.NAME, DeviceTypes.TYPE));
    keys.addAll(type.keys());
    keys.add(DeviceTypes.SEED);
    return new Section("simulated_" + type.name(), type.name(), keys);
  }

  /** That of a rough cable has a table of its own. */
  private static List<Key<?>> deviceKeys(DeviceTypes.Type type) {
    List<Key<?>> keys = new ArrayList<>(type.keys());
    keys.remove(DeviceTypes.ROUGH);
    keys.add(DeviceTypes.SEED);
    return keys;
  }
}
