package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Literal answers, computed by hand from the formulas of SAE J1979 and the layouts of ISO 14229-1. */
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
    assertEquals(2, obd.health.total("decode.undecodable"));
  }

  @Test
  void refusalAndSilenceSayWhyThereIsNoValue() {
    obd.positive(0x7E8, "01 0C", "41 0C 1A F8");
    obd.positive(0x7E9, "01 0C", "41 0C 1A F8");
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.NOT_AVAILABLE),
        qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 12")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.ERROR),
        qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 10")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.UNDECODABLE),
        qualities(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 22 12")));
    assertEquals(
        Map.of("obd0.7E8.EngineSpeed", Quality.STALE, "obd0.7E9.EngineSpeed", Quality.STALE),
        qualities(Obd.reply(-1, "01 0C", Outcome.SILENCE, "")));
    assertEquals(
        Map.of("obd0.7E9.EngineSpeed", Quality.STALE),
        qualities(Obd.reply(0x7E9, "01 0C", Outcome.SILENCE, "")));
    assertEquals(
        Map.of(
            "obd0.7E8.EngineSpeed",
            Quality.UNDECODABLE,
            "obd0.7E9.EngineSpeed",
            Quality.UNDECODABLE),
        qualities(Obd.reply(0x6C1, "01 0C", Outcome.GARBLED, "41 0C 1A F8")));
  }

  private Map<String, Quality> qualities(dev.caravan.agent.source.DiagnosticReply reply) {
    Map<String, Quality> found = new TreeMap<>();
    obd.decode(reply).forEach((path, value) -> {
      found.put(path, value.quality());
      assertEquals(0, value.raw());
    });
    return found;
  }

  @Test
  void responsePendingIsNoAnswer() {
    obd.positive(0x7E8, "01 0C", "41 0C 1A F8");
    assertEquals(Map.of(), obd.decode(Obd.reply(0x7E8, "01 0C", Outcome.NEGATIVE, "7F 01 78")));
    assertTrue(obd.decoder.knewLast());
  }

  @ParameterizedTest
  @CsvSource({
    "7E8, 03, 43 02 01 43 03 01, Dtc.Stored, 'P0143,P0301', 2",
    "7E8, 03, 43 00, Dtc.Stored, '', 0",
    "7E8, 07, 47 01 BD 5C, Dtc.Pending, B3D5C, 1",
    "7E8, 0A, 4A 01 C1 00, Dtc.Permanent, U0100, 1",
    "18DAF110, 03, 43 01 41 23, Dtc.Stored, C0123, 1",
    "10, 03, 43 01 43 00 00 00 00, Dtc.Stored, P0143, 1",
    "10, 03, 43 00 00 00 00 00 00, Dtc.Stored, '', 0",
    "10, 03, 43 01 43 01 96 02 34 02 CD 00 00 00 00, Dtc.Stored, 'P0143,P0196,P0234,P02CD', 4",
    "7E8, 19 02 FF, 59 02 FF 01 43 17 2F C1 00 00 08, Dtc.Uds, 'P0143-17/2F,U0100-00/08', 2",
    "7E8, 19 02 FF, 59 02 FF, Dtc.Uds, '', 0"
  })
  void troubleCodesAreAListAndACount(
      String ecu, String request, String payload, String name, String codes, int count) {
    Map<String, Obd.Value> found = obd.positive(Integer.parseInt(ecu, 16), request, payload);
    assertEquals(codes, Obd.at(found, "obd0." + ecu + "." + name).text());
    assertEquals(count, Obd.at(found, "obd0." + ecu + "." + name + "Count").number());
  }

  @ParameterizedTest
  @CsvSource({
    "7E8, 03, 43", "7E8, 03, 43 02 01 43", "7E8, 03, 43 01 01 43 03 01", "7E8, 03, 47 01 01 43",
    "10, 03, 43 01 43 00", "10, 03, 43", "7E8, 19 02 FF, 59 02 FF 01 43 17",
        "7E8, 19 02 FF, 59 01 FF"
  })
  void listsThatDoNotAddUpAreNotRead(String ecu, String request, String payload) {
    int id = Integer.parseInt(ecu, 16);
    boolean isUds = request.startsWith("19");
    obd.positive(id, request, isUds ? "59 02 FF" : id < 0x100 ? "43 00 00" : "43 00");
    Map<String, Obd.Value> found = obd.positive(id, request, payload);
    assertEquals(2, found.size());
    found.values().forEach(value -> assertEquals(Quality.UNDECODABLE, value.quality()));
  }

  @ParameterizedTest
  @CsvSource({
    "7E8, 09 02, 49 02 01 31 44 34 47 50 30 30 52 35 35 42 31 32 33 34 35 36, Vin, 1D4GP00R55B123456",
    "10, 09 02, 49 02 00 00 00 31 44 34 47 50 30 30 52 35 35 42 31 32 33 34 35 36, Vin, 1D4GP00R55B123456",
    "10, 09 04, 49 04 00 00 33 37 38 30 35 2D 52 42 42 2D 4A 35 33 30, CalibrationId, 37805-RBB-J530",
    "10, 09 04, 49 04 00 00 33 37 38 30 35 2D 52 42 42 2D 4A 35 33 30 00 00 00 00 00 00 54 43 55 2D 42 2D 30 30 34 32, CalibrationId, '37805-RBB-J530,TCU-B-0042'",
    "10, 09 06, 49 06 17 91 BC 82 16 E0 62 BE, CalibrationVerification, '1791BC82,16E062BE'",
    "10, 09 0A, 49 0A 00 00 00 00 00 45 43 4D 00 2D 45 6E 67 69 6E 65 00 00 00 00, UnitName, ECM-Engine",
    "7E8, 09 04, 49 04 02 33 37 38 30 35 2D 52 42 4A 2D 41 30 31 00 00 00 41 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00, CalibrationId, '37805-RBJ-A01,A'",
    "7E8, 09 06, 49 06 02 17 91 BC 82 16 E0 62 BE, CalibrationVerification, '1791BC82,16E062BE'",
    "7E8, 09 0A, 49 0A 01 45 43 4D 00 2D 45 6E 67 69 6E 65 00 00 00 00 00 00 00 00 00, UnitName, ECM-Engine",
    "7E8, 22 F1 90, 62 F1 90 31 44 34 47 50 30 30 52 35 35 42 31 32 33 34 35 36, Uds.Vin, 1D4GP00R55B123456"
  })
  void vehicleInformationIsText(
      String ecu, String request, String payload, String name, String text) {
    Map<String, Obd.Value> found = obd.positive(Integer.parseInt(ecu, 16), request, payload);
    assertEquals(
        Map.of("obd0." + ecu + "." + name, new Obd.Value(Quality.OK, Double.NaN, text, 0, "")),
        found);
  }

  /** Sixteen of twenty counters; before CAN two of them in each of eight messages. SAE J1979, 6.9, info type 08. */
  @ParameterizedTest
  @CsvSource({"7E8, 10", "10, ''"})
  void inUsePerformanceIsAsManyCountersAsTheUnitHas(String ecu, String count) {
    StringBuilder counters = new StringBuilder();
    for (int i = 1; i <= 16; i++) {
      counters.append(String.format("01%02X", i));
    }
    Map<String, Obd.Value> found =
        obd.positive(Integer.parseInt(ecu, 16), "09 08", "4908" + count + counters);
    String prefix = "obd0." + ecu + ".InUseSpark.";
    assertEquals(
        16, found.values().stream().filter(v -> v.quality() == Quality.OK).count());
    assertEquals(0x0101, Obd.at(found, prefix + "Conditions").number());
    assertEquals(0x0102, Obd.at(found, prefix + "IgnitionCycles").number());
    assertEquals(0x0110, Obd.at(found, prefix + "EvaporativeConditions").number());
    assertEquals(
        Quality.UNDECODABLE,
        Obd.at(
                obd.positive(Integer.parseInt(ecu, 16), "09 08", "4908" + count + counters + "01"),
                prefix + "Conditions")
            .quality());
  }

  /** What an adapter gives that shows neither identifiers nor lengths: the table's length says what is unused. */
  @ParameterizedTest
  @CsvSource({
    "01 0C, 41 0C 1A F8 00 00 00, EngineSpeed, 1726.0",
    "01 0C, 41 0C 1A F8 AA AA AA, EngineSpeed, 1726.0",
    "01 0C, 41 0C 1A F8, EngineSpeed, 1726.0",
    "01 05, 41 05 86 55 55 55 55, CoolantTemperature, 94.0",
    "02 0C 00, 42 0C 00 1A F8 00 00, FreezeFrame.EngineSpeed, 1726.0",
    "01 24, 41 24 80 00 20 00 00, O2WR.Sensor1Voltage, 1.0"
  })
  void unusedBytesOfABareFrameAreNoData(String request, String payload, String name, double value) {
    Map<String, Obd.Value> found = bare(obd, request, payload);
    assertEquals(value, Obd.at(found, "obd0.00." + name).number(), 1e-9);
  }

  /** PID 06 has one byte or two. What the first says is the same; whether the second is unused cannot be known. */
  @Test
  void bareFrameOfWhichSeveralLengthsFitHasWhatAllOfThemSay() {
    Map<String, Obd.Value> found = bare(obd, "01 06", "41 06 80 00 00 00 00");
    assertEquals(0.0, Obd.at(found, "obd0.00.ShortTermFuelTrim1").number());
    assertEquals(
        Quality.NOT_AVAILABLE, Obd.at(found, "obd0.00.ShortTermFuelTrim3").quality());
    found = bare(obd, "01 06", "41 06 80 90 00 00 00");
    assertEquals(12.5, Obd.at(found, "obd0.00.ShortTermFuelTrim3").number());
  }

  private static Map<String, Obd.Value> bare(Obd obd, String request, String payload) {
    var reply = Obd.reply(DiagnosticReply.UNTOLD, request, Outcome.POSITIVE, payload);
    return obd.decode(new DiagnosticReply(
        reply.timeNs(), reply.ecu(), reply.request(), reply.outcome(), reply.payload(), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "41 0C 1A F8 00 00", // a byte has got lost
        "41 0C 1A",
        "41 0C 1A F8 00 00 01", // more than the table has
        "41 0C 1A F8 00 00 00 00"
      })
  void bareFrameThatIsNeitherFullNorExactHasNoValue(String payload) {
    bare(obd, "01 0C", "41 0C 1A F8");
    assertEquals(
        Quality.UNDECODABLE,
        Obd.at(bare(obd, "01 0C", payload), "obd0.00.EngineSpeed").quality());
  }

  @ParameterizedTest
  @CsvSource({
    "03, 43 01 01 03, Dtc.Stored, P0103, 1",
    "03, 43 01 01 03 00 00 00, Dtc.Stored, P0103, 1",
    "03, 43 01 01 03 AA AA AA, Dtc.Stored, P0103, 1",
    "07, 47 00 55 55 55 55 55, Dtc.Pending, '', 0",
    "03, 43 03 01 43 03 01 C1 00, Dtc.Stored, 'P0143,P0301,U0100', 3"
  })
  void bareListsOfCodesHaveTheCountOfCan(
      String request, String payload, String name, String codes, int count) {
    Map<String, Obd.Value> found = bare(obd, request, payload);
    assertEquals(codes, Obd.at(found, "obd0.00." + name).text());
    assertEquals(count, Obd.at(found, "obd0.00." + name + "Count").number());
  }

  @Test
  void unitThatIsNotToldIsTheOnlyOneThatIsListed() {
    Obd one = new Obd(List.of(0x7E8), Obd.TABLES.resolve("j1979.yaml"));
    assertEquals(
        1726.0,
        Obd.at(bare(one, "01 0C", "41 0C 1A F8 00 00 00"), "obd0.7E8.EngineSpeed")
            .number());
    assertEquals(
        "P0143",
        Obd.at(
                one.decode(Obd.reply(
                    DiagnosticReply.UNTOLD, "03", Outcome.POSITIVE, "43 01 43 00 00 00 00")),
                "obd0.7E8.Dtc.Stored")
            .text(),
        "no count before CAN");
    Obd two = new Obd(List.of(0x7E8, 0x7E9), Obd.TABLES.resolve("j1979.yaml"));
    assertEquals(
        1726.0, Obd.at(bare(two, "01 0C", "41 0C 1A F8"), "obd0.00.EngineSpeed").number());
  }

  @Test
  void dataByLocalIdentifierIsReadByATable(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("own.yaml"), """
        responses:
          - {request: "21 01", name: Battery, bytes: 3, signals: [
              {name: Battery.Voltage, byte: 0, length: 16, factor: 0.1, unit: V},
              {name: Battery.Level, byte: 2, length: 8, unit: percent}]}
          - {request: "21 81", name: Part, bytes: 4, form: text}
        """);
    Obd own = new Obd(List.of(0x77E), file);
    Map<String, Obd.Value> found = own.positive(0x77E, "21 01", "61 01 0F A0 50");
    assertEquals(400.0, Obd.at(found, "obd0.77E.Battery.Voltage").number());
    assertEquals(80.0, Obd.at(found, "obd0.77E.Battery.Level").number());
    assertEquals(
        "AB12",
        Obd.at(own.positive(0x77E, "21 81", "61 81 41 42 31 32"), "obd0.77E.Part")
            .text());
    for (String wrong : List.of("61 02 0F A0 50", "61 01 0F A0", "61 01 0F A0 50 00", "61")) {
      assertEquals(
          Quality.UNDECODABLE,
          Obd.at(own.positive(0x77E, "21 01", wrong), "obd0.77E.Battery.Level").quality(),
          wrong);
    }
    assertEquals(
        Quality.NOT_AVAILABLE,
        Obd.at(
                own.decode(Obd.reply(0x77E, "21 01", Outcome.NEGATIVE, "7F 21 12")),
                "obd0.77E.Battery.Level")
            .quality());
  }

  @Test
  void freezeFrameHasItsOwnSignals() {
    assertEquals(
        1726.0,
        Obd.at(
                obd.positive(0x7E8, "02 0C 00", "42 0C 00 1A F8"),
                "obd0.7E8.FreezeFrame.EngineSpeed")
            .number());
    assertEquals(
        "P0143",
        Obd.at(obd.positive(0x7E8, "02 02 00", "42 02 00 01 43"), "obd0.7E8.FreezeFrame.FreezeDTC")
            .text());
    assertEquals(
        Map.of("obd0.7E8.FreezeFrame.EngineSpeed", Quality.UNDECODABLE),
        qualities(Obd.reply(0x7E8, "02 0C 00", Outcome.POSITIVE, "42 0C 01 1A F8")));
  }

  @Test
  void monitorTestsAreScaledByWhatTheySay() {
    Map<String, Obd.Value> found =
        obd.positive(0x7E8, "06 01", "46 01 01 0B 0B B0 00 00 13 88 01 85 96 FF 38 80 00 7F FF");
    assertEquals(2992.0, Obd.at(found, "obd0.7E8.Monitor.M01T01.Value").number());
    assertEquals(5000.0, Obd.at(found, "obd0.7E8.Monitor.M01T01.Max").number());
    assertEquals(-20.0, Obd.at(found, "obd0.7E8.Monitor.M01T85.Value").number());
    assertEquals(-3276.8, Obd.at(found, "obd0.7E8.Monitor.M01T85.Min").number());
    assertEquals(
        Map.of(
            "obd0.7E8.Monitor.M01T01.Value", Quality.STALE,
            "obd0.7E8.Monitor.M01T01.Min", Quality.STALE,
            "obd0.7E8.Monitor.M01T01.Max", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Value", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Min", Quality.STALE,
            "obd0.7E8.Monitor.M01T85.Max", Quality.STALE),
        qualities(Obd.reply(0x7E8, "06 01", Outcome.SILENCE, "")));
  }

  /** Raw values by hand with the constants of SAE J1979, appendix E; those of binary fractions as python-OBD rounds them. */
  @ParameterizedTest
  @CsvSource({
    "05, 8000, 1.0, ''",
    "06, 0E6A, 1.12545, ''",
    "0A, 0E6A, 450.18, mV",
    "0C, 0100, 2560.0, mV",
    "0D, 0280, 2.5, mA",
    "16, 0000, -40.0, celsius",
    "18, 0064, 1.17, kPa",
    "19, 0064, 7.9, kPa",
    "1E, C000, 1.5, ratio",
    "1F, 0126, 14.7, ratio",
    "20, 0180, 1.5, ratio",
    "26, 0019, 2.5, mV/ms",
    "2A, 2710, 10.0, kg/h",
    "2B, 000C, 12.0, counts",
    "2C, 0064, 1.0, g/cylinder",
    "2D, 0064, 1.0, mg/stroke",
    "2E, 0001, 1.0, ''",
    "30, 7FFF, 50.002442, percent",
    "32, 8000, 1.0, inch",
    "33, 1000, 1.0, ratio",
    "36, 0064, 1.0, g",
    "37, 0064, 10.0, g",
    "38, 0064, 100.0, g",
    "39, 0000, -327.68, percent",
    "39, 8000, 0.0, percent",
    "3A, 0064, 0.1, g",
    "3B, 0064, 0.01, g",
    "3C, 0064, 10.0, us",
    "3D, 0064, 1.0, mA",
    "3E, 4000, 1.0, mm^2",
    "3F, 0064, 1.0, l",
    "40, 0064, 100.0, ppm",
    "41, 0064, 1.0, uA",
    "85, 8000, -1.0, ''",
    "86, FF9C, -0.0305, ''",
    "87, FFFF, -1.0, ppm",
    "8A, FFFF, -0.122, mV",
    "8D, FF00, -1.0, mA",
    "96, FFFF, -0.1, celsius",
    "99, FF9C, -10.0, kPa",
    "9D, FFFE, -1.0, degrees",
    "AD, FF9C, -1.0, mg/stroke",
    "AE, FF9C, -10.0, mg/stroke",
    "B0, 8001, -100.004884, percent",
    "B1, FFFF, -2.0, mV/s",
    "FC, FF9C, -1.0, kPa",
    "FD, FC18, -1.0, kPa",
    "FE, FFFC, -1.0, Pa"
  })
  void monitorTestHasTheValueAndUnitThatItsScalingSays(
      String scaling, String raw, double value, String unit) {
    String payload = "46 21 80 " + scaling + raw + "0000" + raw;
    Map<String, Obd.Value> found = obd.positive(0x7E8, "06 21", payload);
    for (String part : List.of("Value", "Max")) {
      Obd.Value each = Obd.at(found, "obd0.7E8.Monitor.M21T80." + part);
      assertEquals(Quality.OK, each.quality());
      assertEquals(value, each.number(), Math.abs(value) * 1e-12);
    }
    obd.signals.signals().forEach(signal -> assertEquals(unit, signal.spec().unit()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "50", "7F", "80", "9F", "FA", "FF"})
  void monitorTestOfAnUnknownScalingHasNoValueAndNoLimits(String scaling) {
    String unknown = " 21 80 " + scaling + " 0E 6A 00 00 13 88";
    Map<String, Obd.Value> found =
        obd.positive(0x7E8, "06 21", "46" + unknown + " 21 81 0A 0E 6A 00 00 13 88");
    for (String part : List.of("Value", "Min", "Max")) {
      assertEquals(
          new Obd.Value(Quality.UNDECODABLE, 0, "", 0, ""),
          Obd.at(found, "obd0.7E8.Monitor.M21T80." + part));
    }
    assertEquals(450.18, Obd.at(found, "obd0.7E8.Monitor.M21T81.Value").number(), 1e-9);
    assertEquals(1, obd.health.total("decode.undecodable"));
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
    assertEquals(0, obd.health.total("decode.undecodable"));
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
    assertEquals(96, full.health.total("decode.left_out"));
    assertEquals(Map.of(), full.decode(Obd.reply(0x710, "22 01 05", Outcome.SILENCE, "")));
    assertEquals(0, full.health.total("decode.undecodable"));
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
  void testsBeyondTheRoomAreLeftOut() {
    Obd full =
        new Obd(new SignalTable(spec -> spec, 6), List.of(0x7E8), Obd.TABLES.resolve("j1979.yaml"));
    for (int test = 0; test < 5; test++) {
      String one = String.format(" 21 %02X 0A 0E 6A 00 00 13 88", test);
      assertEquals(test < 2 ? 3 : 0, full.positive(0x7E8, "06 21", "46" + one).size());
    }
    assertEquals(3, full.health.total("decode.left_out"));
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
