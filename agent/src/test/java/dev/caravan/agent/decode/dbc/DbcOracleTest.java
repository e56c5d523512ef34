package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every payload of the reference data, and the structure of every file, as an independent decoder has them. */
class DbcOracleTest {
  private record Case(String name, Path dbc, Path payloads, Path schema) {}

  private static List<Case> cases() throws IOException {
    Path oracle = ReferenceData.require("oracle");
    Path dbc = ReferenceData.require("dbc");
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(oracle)) {
      files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".jsonl"))
          .sorted()
          .forEach(name -> {
            String base = name.substring(0, name.length() - ".jsonl".length());
            String[] parts = base.split("__", 2);
            cases.add(new Case(
                base,
                dbc.resolve(parts[0]).resolve(parts[1]),
                oracle.resolve(name),
                oracle.resolve(base + ".schema.json")));
          });
    }
    return cases;
  }

  @Test
  void everyPayloadGivesTheReferenceValuesToTheLastBit() throws IOException {
    List<String> differences = new ArrayList<>();
    int payloads = 0;
    int values = 0;
    for (Case one : cases()) {
      Faults faults = new Faults();
      DbcFile file = DbcFile.read(one.dbc(), DbcOptions.TOLERANT, faults);
      assertEquals(List.of(), faults.found(), one.name());
      DbcPlan plan = DbcPlan.of(List.of(file), faults);
      DbcReading reading = plan.newReading();
      for (String line : Files.readAllLines(one.payloads())) {
        Map<String, @Nullable Object> wanted = Json.object(line);
        if (!wanted.containsKey("s")) {
          continue;
        }
        payloads++;
        Map<String, String> expected = expected(wanted);
        values += expected.size();
        Map<String, String> found = new TreeMap<>();
        if (plan.read(frame(wanted), reading)) {
          assertEquals(wanted.get("m"), reading.message().name(), one.name());
          for (int i = 0; i < reading.size(); i++) {
            // Lines of cut payloads and those of the bit walk carry no labels.
            boolean labels = !"truncated".equals(wanted.get("kind")) && !wanted.containsKey("ref");
            found.put(reading.signal(i).name(), found(reading, i, labels));
          }
        }
        if (!expected.equals(found)) {
          differences.add(
              one.name() + "\n  " + line + "\n  want " + expected + "\n  got  " + found);
        }
      }
    }
    assertEquals(
        List.of(), differences.stream().limit(20).toList(), differences.size() + " differ");
    assertTrue(payloads > 4_000 && values > 19_000, payloads + " payloads, " + values + " values");
  }

  private static CanFrame frame(Map<String, @Nullable Object> wanted) {
    Bytes data = Bytes.ofHex(String.valueOf(wanted.get("data")));
    int flags = Boolean.TRUE.equals(wanted.get("ext")) ? CanFrame.EXTENDED : 0;
    int id = ((Number) java.util.Objects.requireNonNull(wanted.get("id"))).intValue();
    return new CanFrame().set(0, id, flags, data.toArray(), 0, data.length());
  }

  private static Map<String, String> expected(Map<String, @Nullable Object> wanted) {
    Map<String, String> expected = new TreeMap<>();
    Json.object(wanted.get("s")).forEach((name, value) -> {
      List<@Nullable Object> parts = Json.array(value);
      expected.put(
          name,
          exact(parts.get(0)) + " " + number(parts.get(1))
              + (parts.size() > 2 ? " " + parts.get(2) : ""));
    });
    return expected;
  }

  private static String found(DbcReading reading, int i, boolean labels) {
    DbcSignal signal = reading.signal(i);
    String label = labels ? reading.label(i) : null;
    String raw = switch (signal.kind()) {
      case UNSIGNED -> Long.toUnsignedString(reading.rawBits(i));
      case SIGNED -> Long.toString(reading.rawBits(i));
      default -> String.valueOf(Double.longBitsToDouble(reading.rawBits(i)) + 0.0);
    };
    return raw + " " + (reading.value(i) + 0.0) + (label == null ? "" : " " + label);
  }

  /** A raw value: whole numbers in full, floating-point ones as Java prints them. */
  private static String exact(@Nullable Object value) {
    return value instanceof Long || value instanceof java.math.BigInteger
        ? value.toString()
        : number(value);
  }

  private static String number(@Nullable Object value) {
    return String.valueOf(Double.parseDouble(String.valueOf(value)) + 0.0);
  }

  // structure

  @Test
  void everyFileHasTheReferenceStructure() throws IOException {
    Map<String, Object> wanted = new LinkedHashMap<>();
    Map<String, Object> found = new LinkedHashMap<>();
    for (Case one : cases()) {
      // The reference reads every file as Windows-1252.
      DbcOptions options = new DbcOptions(DbcOptions.Encoding.CP1252, false, DbcOptions.J1939.AUTO);
      DbcFile file = DbcFile.read(one.dbc(), options, new Faults());
      Map<String, @Nullable Object> schema = Json.object(Files.readString(one.schema()));
      for (Object message : Json.array(schema.get("messages"))) {
        want(one.name(), Json.object(message), wanted);
      }
      for (DbcMessage message : file.messages()) {
        have(one.name(), message, found);
      }
      wanted.put(one.name() + " nodes", Set.copyOf(Json.array(schema.get("nodes"))));
      found.put(one.name() + " nodes", Set.copyOf(file.nodes()));
      wanted.put(one.name() + " version", text(schema.get("version")));
      found.put(one.name() + " version", file.version());
    }
    assertTrue(wanted.size() > 3_000, wanted.size() + " facts");
    List<String> differences = new ArrayList<>();
    Set<String> keys = new java.util.TreeSet<>(wanted.keySet());
    keys.addAll(found.keySet());
    for (String key : keys) {
      if (!String.valueOf(wanted.get(key)).equals(String.valueOf(found.get(key)))) {
        differences.add(key + "\n  want " + wanted.get(key) + "\n  got  " + found.get(key));
      }
    }
    assertEquals(
        List.of(), differences.stream().limit(30).toList(), differences.size() + " differ");
  }

  private static void want(
      String file, Map<String, @Nullable Object> message, Map<String, Object> into) {
    String path = file + " " + message.get("name");
    Object cycle = message.get("cycleTime");
    into.put(
        path,
        List.of(
            String.valueOf(message.get("id")),
            String.valueOf(message.get("ext")),
            String.valueOf(message.get("length")),
            String.valueOf(message.get("fd")),
            String.valueOf("j1939".equals(message.get("protocol"))),
            Set.copyOf(Json.array(message.get("senders"))),
            cycle == null ? "0" : cycle.toString(),
            text(message.get("comment"))));
    for (Object each : Json.array(message.get("signals"))) {
      Map<String, @Nullable Object> signal = Json.object(each);
      Map<String, String> choices = new TreeMap<>();
      if (signal.get("choices") != null) {
        Json.object(signal.get("choices")).forEach((raw, label) -> choices.put(raw, text(label)));
      }
      into.put(
          path + "." + signal.get("name"),
          List.of(
              signal.get("start") + "|" + signal.get("length"),
              "big_endian".equals(signal.get("byteOrder")),
              Boolean.TRUE.equals(signal.get("float")) ? "float" : signal.get("signed") + "",
              number(signal.get("scale")),
              number(signal.get("offset")),
              text(signal.get("unit")),
              choices,
              Boolean.TRUE.equals(signal.get("isMultiplexer")),
              signal.get("multiplexerSignal") + "",
              ids(signal.get("multiplexerIds")),
              signal.get("spn") == null ? "0" : signal.get("spn") + "",
              text(signal.get("comment")),
              Set.copyOf(Json.array(signal.get("receivers")))));
    }
  }

  private static void have(String file, DbcMessage message, Map<String, Object> into) {
    String path = file + " " + message.name();
    into.put(
        path,
        List.of(
            String.valueOf(message.id()),
            String.valueOf(message.extended()),
            String.valueOf(message.lengthBytes()),
            String.valueOf(message.fd()),
            String.valueOf(message.j1939()),
            Set.copyOf(message.senders()),
            String.valueOf(message.cycleTimeMs()),
            message.comment()));
    for (DbcSignal signal : message.signals()) {
      Map<String, String> choices = new TreeMap<>();
      signal.labels().forEach((raw, label) -> choices.put(raw.toString(), label));
      into.put(
          path + "." + signal.name(),
          List.of(
              signal.startBit() + "|" + signal.lengthBits(),
              signal.bigEndian(),
              signal.kind().isInteger()
                  ? (signal.kind() == dev.caravan.agent.signal.Kind.SIGNED) + ""
                  : "float",
              number(signal.factor()),
              number(signal.offset()),
              signal.unit(),
              choices,
              signal.multiplexor(),
              signal.branch().map(DbcBranch::multiplexor).orElse("null"),
              signal.branch().map(DbcOracleTest::ids).orElse(""),
              signal.spn() + "",
              signal.comment(),
              Set.copyOf(signal.receivers())));
    }
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String ids(@Nullable Object value) {
    StringBuilder ids = new StringBuilder();
    Json.array(value).stream()
        .map(id -> new BigDecimal(String.valueOf(id)))
        .sorted()
        .forEach(id -> ids.append(id).append(' '));
    return ids.toString();
  }

  private static String ids(DbcBranch branch) {
    List<@Nullable Object> ids = new ArrayList<>();
    for (DbcBranch.Range range : branch.ranges()) {
      for (long id = range.first(); id <= range.last(); id++) {
        if (!ids.contains(id)) {
          ids.add(id);
        }
      }
    }
    return ids((Object) ids);
  }
}
