package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an adapter gives that shows neither identifiers nor lengths. */
class BareAnswersTest {
  private final Obd obd = Obd.shipped();

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
}
