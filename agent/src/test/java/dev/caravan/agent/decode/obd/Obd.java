package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A decoder with the tables that are shipped, and what it makes of replies. */
final class Obd {
  /** What a test looks at of a sample. */
  record Value(Quality quality, double number, String text, long raw, String label) {}

  static final Path TABLES = Path.of(System.getProperty("caravan.root", ".."), "config", "obd");

  final SignalTable signals;
  final Health health = new Health();
  final ObdDecoder decoder;

  Obd(List<Integer> ecus, Path... files) {
    this(new SignalTable(spec -> spec), ecus, files);
  }

  Obd(SignalTable signals, List<Integer> ecus, Path... files) {
    this.signals = signals;
    Faults faults = new Faults();
    List<ObdSettings> settings = new ArrayList<>();
    for (Path file : files) {
      settings.add(new ObdSettings(file, ecus));
    }
    decoder = (ObdDecoder) ObdDecoder.of("obd0", settings, faults).decoder(signals, health);
    assertEquals(List.of(), faults.found());
  }

  static Obd shipped() {
    return new Obd(List.of(), TABLES.resolve("j1979.yaml"), TABLES.resolve("uds-example.yaml"));
  }

  static DiagnosticReply reply(int ecu, String request, Outcome outcome, String payload) {
    return new DiagnosticReply(
        1_700_000_000_000_000_000L,
        ecu,
        Bytes.ofHex(request.replace(" ", "")),
        outcome,
        Bytes.ofHex(payload.replace(" ", "")));
  }

  /** The samples of a reply, by path. */
  Map<String, Value> decode(DiagnosticReply reply) {
    Map<String, Value> values = new LinkedHashMap<>();
    decoder.accept(reply, Groups.each(sample -> values.put(sample.signal().path(), value(sample))));
    return values;
  }

  Map<String, Value> positive(int ecu, String request, String payload) {
    return decode(reply(ecu, request, Outcome.POSITIVE, payload));
  }

  /** The value of a path, which must be there. */
  static Value at(Map<String, Value> values, String path) {
    Value value = values.get(path);
    if (value == null) {
      throw new AssertionError("no sample of " + path + " among " + values.keySet());
    }
    return value;
  }

  private static Value value(Sample sample) {
    boolean isText = sample.signal().kind() == Kind.TEXT;
    return new Value(
        sample.quality(),
        sample.value(),
        sample.text(),
        sample.rawBits(),
        isText ? "" : sample.signal().spec().labels().getOrDefault(sample.rawBits(), ""));
  }

  /** The quality of each signal of a reply. */
  Map<String, Quality> qualities(DiagnosticReply reply) {
    Map<String, Quality> found = new TreeMap<>();
    decode(reply).forEach((path, value) -> {
      found.put(path, value.quality());
      assertEquals(0, value.raw());
    });
    return found;
  }
}
