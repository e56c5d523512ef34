package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every decode call of an independent decoder's own tests, with what it gave. */
class DbcVectorsTest {
  @Test
  void everyDecodeCallGivesTheSameValues() throws IOException {
    Path folder = ReferenceData.require("dbc/cantools");
    List<String> differences = new ArrayList<>();
    int calls = 0;
    for (String line : Files.readAllLines(ReferenceData.require("cantools_test_vectors.jsonl"))) {
      Map<String, @Nullable Object> call = Json.object(line);
      if ("decode".equals(call.get("op")) && call.containsKey("values")) {
        calls++;
        Path path = folder.resolve(String.valueOf(call.get("dbc")));
        Faults faults = new Faults();
        DbcFile file = DbcFile.read(path, DbcOptions.TOLERANT, faults);
        Map<String, String> wanted = new TreeMap<>();
        Json.object(call.get("values")).forEach((name, value) -> wanted.put(name, shown(value)));
        Map<String, String> found = found(call, DbcPlan.of(List.of(file), faults), wanted);
        if (!wanted.equals(found)) {
          differences.add(line + "\n  got " + found);
        }
      }
    }
    assertTrue(calls > 30, calls + " calls");
    assertEquals(List.of(), differences);
  }

  private static Map<String, String> found(
      Map<String, @Nullable Object> call, DbcPlan plan, Map<String, String> wanted) {
    Bytes data = Bytes.ofHex(String.valueOf(call.get("data")));
    int flags = Boolean.TRUE.equals(call.get("ext")) ? CanFrame.EXTENDED : 0;
    int id = ((Number) Objects.requireNonNull(call.get("id"))).intValue();
    CanFrame frame = new CanFrame().set(0, id, flags, data.toArray(), 0, data.length());
    DbcReading reading = plan.newReading();
    assertTrue(plan.read(frame, reading), call.toString());
    boolean scaled = !Boolean.FALSE.equals(Json.object(call.get("args")).get("scaling"));
    Map<String, String> found = new TreeMap<>();
    for (int i = 0; i < reading.size(); i++) {
      DbcSignal signal = reading.signal(i);
      String label = reading.label(i);
      // A call that asks for labels gets them in place of numbers.
      boolean labelled = label != null && label.equals(wanted.get(signal.name()));
      double raw = signal.kind().isInteger()
          ? (double) reading.rawBits(i)
          : Double.longBitsToDouble(reading.rawBits(i));
      found.put(signal.name(), labelled ? label : Double.toString(scaled ? reading.value(i) : raw));
    }
    return found;
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof Map) {
      return String.valueOf(Json.object(value).get("label"));
    }
    return value instanceof Number number
        ? Double.toString(number.doubleValue())
        : String.valueOf(value);
  }
}
