package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Literal answers of services 01 and 22, computed by hand from the formulas of SAE J1979 and the layouts of ISO 14229-1, and what holds for all. */
class ObdDecoderTest {
  private final Obd obd = Obd.shipped();

  @ParameterizedTest
  @CsvSource({
    "01 0C, 41 0C 1A F8, EngineSpeed, 1726.0",
    "01 0D, 41 0D 3C, Speed, 60.0",
    "01 05, 41 05 7B, CoolantTemperature, 83.0",
    "01 04, 41 04 FF, EngineLoad, 100.0",
    "01 32, 41 32 FF FC, EVAPVaporPressure, -1.0",
    "01 54, 41 54 80 00, EVAPVaporPressureAlternate, -32768.0",
    "01 24, 41 24 80 00 20 00, O2WR.Sensor1Voltage, 1.0",
    "01 34, 41 34 80 00 80 40, O2WR.Sensor1Current, 0.25",
    "01 A6, 41 A6 00 12 D6 87, Odometer, 123456.7",
    "01 64, 41 64 7D 7E 7C 00 FF, TorqueMap.Point4, 130.0",
    "01 01, 41 01 83 07 65 04, Status.DTCCount, 3.0",
    "01 01, 41 01 83 07 65 04, Status.IsMILOn, 1.0",
    "22 01 05, 62 01 05 96 FF 38 70 98 F6, Battery.StateOfCharge, 75.0",
    "22 01 05, 62 01 05 96 FF 38 70 98 F6, Battery.Current, -20.0",
    "22 01 05, 62 01 05 96 FF 38 70 98 F6, Battery.HighestCellVoltage, 3.602",
    "22 01 05, 62 01 05 96 FF 38 70 98 F6, Battery.IsCharging, 1.0",
    "22 01 05, 62 01 05 96 FF 38 70 98 F6, Battery.Temperature, -10.0"
  })
  void valueIsRawTimesFactorPlusOffset(String request, String payload, String name, double value) {
    Obd.Value found = Obd.at(obd.positive(0x7E8, request, payload), "obd0.7E8." + name);
    assertEquals(Quality.OK, found.quality());
    assertEquals(value, found.number(), Math.abs(value) * 1e-12);
    assertTrue(obd.decoder.knewLast());
  }

  @Test
  void unitsNeverMix() {
    assertEquals(
        List.of("obd0.7E8.Speed"),
        List.copyOf(obd.positive(0x7E8, "01 0D", "41 0D 3C").keySet()));
    assertEquals(
        List.of("obd0.18DAF110.Speed"),
        List.copyOf(obd.positive(0x18DAF110, "01 0D", "41 0D 3D").keySet()));
    assertEquals(
        List.of("obd0.10.Speed"),
        List.copyOf(obd.positive(0x10, "01 0D", "41 0D 3E").keySet()));
  }

  @Test
  void severalPidsOfOneAnswerAreCutByTheTable() {
    Map<String, Obd.Value> found = obd.positive(0x7E8, "01 0C 0D 05", "41 0D 3C 0C 1A F8 05 7B");
    assertEquals(60.0, Obd.at(found, "obd0.7E8.Speed").number());
    assertEquals(1726.0, Obd.at(found, "obd0.7E8.EngineSpeed").number());
    assertEquals(83.0, Obd.at(found, "obd0.7E8.CoolantTemperature").number());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "41", // no parameter
        "41 0C", // no data
        "41 0C 1A", // too short
        "41 0C 1A F8 00", // padding
        "41 0C 1A F8 00 00 00", // padding
        "41 0C 1A F8 0C 1A F8", // twice
        "41 0C 1A F8 0D 3C", // another, not asked for
        "41 0D 3C", // another alone
        "42 0C 00 1A F8", // of another service
        "01 0C", // an echo
        "7F 01 12" // a refusal given out as an answer
      })
  void whatIsNotTheAnswerHasNoValue(String payload) {
    assertEquals(
        Map.of(), obd.positive(0x7E8, "01 0C", payload), "no unit has ever answered so far");
    assertEquals(
        1726.0,
        Obd.at(obd.positive(0x7E8, "01 0C", "41 0C 1A F8"), "obd0.7E8.EngineSpeed")
            .number());
    Map<String, Obd.Value> found = obd.positive(0x7E8, "01 0C", payload);
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", new Obd.Value(Quality.UNDECODABLE, 0, "", 0, "")), found);
    assertEquals(2, obd.health.total(Declared.count("decode.undecodable")));
  }

  @Test
  void refusalAndSilenceSayWhyThereIsNoValue() {
    obd.positive(0x7E8, "01 0C", "41 0C 1A F8");
    obd.positive(0x7E9, "01 0C", "41 0C 1A F8");
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.NOT_AVAILABLE),
        obd.qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 12")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.ERROR),
        obd.qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 10")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.UNDECODABLE),
        obd.qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 22 12")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.STALE, "obd0.7E9.EngineSpeed", Quality.STALE),
        obd.qualities(Obd.reply(-1, "01 0C", Outcome.SILENCE, "")));
    assertEquals(
        Map.of("obd0.7E9.EngineSpeed", Quality.STALE),
        obd.qualities(Obd.reply(0x7E9, "01 0C", Outcome.SILENCE, "")));
    assertEquals(
        Map.of(
            "obd0.7E8.EngineSpeed",
            Quality.UNDECODABLE,
            "obd0.7E9.EngineSpeed",
            Quality.UNDECODABLE),
        obd.qualities(Obd.reply(0x6C1, "01 0C", Outcome.GARBLED, "41 0C 1A F8")));
  }

  @Test
  void responsePendingIsNoAnswer() {
    obd.positive(0x7E8, "01 0C", "41 0C 1A F8");
    assertEquals(Map.of(), obd.decode(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 78")));
    assertTrue(obd.decoder.knewLast());
  }

  @Test
  void valueThatMeansNoneAndValueOutOfItsRangeAreMarked() {
    assertEquals(
        Quality.NOT_AVAILABLE,
        Obd.at(obd.positive(0x7E8, "01 14", "41 14 5A FF"), "obd0.7E8.O2.Sensor1Trim")
            .quality());
    assertEquals(
        Quality.OUT_OF_RANGE,
        Obd.at(
                obd.positive(0x7E8, "22 01 05", "62 01 05 C9 00 00 00 00 00"),
                "obd0.7E8.Battery.StateOfCharge")
            .quality());
  }

  @Test
  void unknownParameterPasses() {
    assertEquals(Map.of(), obd.positive(0x7E8, "01 C5", "41 C5 01"));
    assertFalse(obd.decoder.knewLast());
    assertEquals(0, obd.health.total(Declared.count("decode.undecodable")));
  }

  @Test
  void unitsBeyondTheRoomAreLeftOutCountedAndToldOnce() {
    Path table = Obd.TABLES.resolve("uds-example.yaml");
    int perUnit = new Obd(List.of(0x7E8), table).signals.signals().size();
    SignalTable room = new SignalTable(spec -> spec, 3 * perUnit);
    Obd full = new Obd(room, List.of(0x7E8), table);
    String answer = "62 01 05 64 00 00 00 00 00";
    for (int i = 0; i < 100; i++) {
      Map<String, Obd.Value> found = full.positive(0x7E8 + i, "22 01 05", answer);
      assertEquals(i < 4, full.decoder.knewLast());
      assertEquals(i >= 4, found.isEmpty(), "nothing is said of the other units either");
    }
    assertEquals(96, full.health.total(Declared.count("decode.left_out")));
    assertEquals(Map.of(), full.decode(Obd.reply(0x710, "22 01 05", Outcome.SILENCE, "")));
    assertEquals(0, full.health.total(Declared.count("decode.undecodable")));
    assertEquals(
        "no room for more signals that are only heard, most=" + 3 * perUnit
            + ": what others send is left out, first that of unit 7EC; want a larger heap (-Xmx), or"
            + " fewer senders",
        remark(full));
  }

  private static String remark(Obd of) {
    Part part = of.health.part("source", "obd0");
    part.set(Part.State.OK, "");
    assertEquals(Part.State.DEGRADED, part.state());
    return part.why();
  }

  @Test
  void signalsOfNamedUnitsAreKnownFromTheStart() {
    Obd named = new Obd(List.of(0x7E8), Obd.TABLES.resolve("j1979.yaml"));
    assertTrue(named.signals.signals().stream().anyMatch(s -> s.path().equals("obd0.7E8.Speed")));
    assertEquals(
        Quality.STALE,
        Obd.at(named.decode(Obd.reply(-1, "01 0D", Outcome.SILENCE, "")), "obd0.7E8.Speed")
            .quality());
  }
}
