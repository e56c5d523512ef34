package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Literal answers of services 02, 03, 07, 09 and 0A, of 19, and of KWP 21: codes, texts, counters, freeze frames. */
class CodesAndInformationTest {
  private final Obd obd = Obd.shipped();

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
        obd.qualities(Obd.reply(0x7E8, "02 0C 00", Outcome.POSITIVE, "42 0C 01 1A F8")));
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
}
