package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.signal.Quality;
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

/** Which signals an answer has, where it says so itself. Values by hand from SAE J1979-DA. */
class PresenceTest {
  private final Path folder;
  private final Obd obd = Obd.shipped();

  PresenceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Map<String, Quality> qualities(Map<String, Obd.Value> values) {
    Map<String, Quality> found = new TreeMap<>();
    values.forEach((path, value) -> found.put(path.replace("obd0.7E8.", ""), value.quality()));
    return found;
  }

  private Map<String, Quality> qualities(String request, String payload) {
    return qualities(obd.positive(0x7E8, request, payload));
  }

  @ParameterizedTest
  @CsvSource({
    "01 65, 41 65 1F 5F, AuxiliaryIO.RecommendedGear, 5.0",
    "01 65, 41 65 02 02, AuxiliaryIO.IsInDriveGear, 1.0",
    "01 66, 41 66 01 0C 80 FF FF, MassAirFlow.SensorA, 100.0",
    "01 66, 41 66 02 FF FF 0C 80, MassAirFlow.SensorB, 100.0",
    "01 67, 41 67 01 7B 00, Coolant.Temperature1, 83.0",
    "01 67, 41 67 02 00 7B, Coolant.Temperature2, 83.0",
    "01 68, 41 68 01 46 00, IntakeAir.Bank1Sensor1, 30.0",
    "01 68, 41 68 20 00 00 00 00 00 46, IntakeAir.Bank2Sensor3, 30.0",
    "01 69, 41 69 07 FF 00 80 00 00 00, EGR.CommandedA, 100.0",
    "01 69, 41 69 07 FF 00 40 00 00 00, EGR.ErrorA, -50.0",
    "01 69, 41 69 20 00 00 00 00 00 C0, EGR.ErrorB, 50.0",
    "01 6A, 41 6A 08 00 00 00 33, IntakeAirFlow.RelativeB, 20.0",
    "01 6B, 41 6B 02 00 8C 00 00, EGRTemperature.Bank1Sensor2, 100.0",
    "01 6B, 41 6B 10 64 00 00 00, EGRTemperature.Bank1Sensor1Wide, 360.0",
    "01 6C, 41 6C 01 33 00 00 00, Throttle.CommandedA, 20.0",
    "01 6D, 41 6D 07 0B B8 0B B9 50, FuelRail.PressureA, 30010.0",
    "01 6D, 41 6D 07 0B B8 0B B9 50, FuelRail.TemperatureA, 40.0",
    "01 6D, 41 6D 3F 00 01 00 02 29 00 03 00 04 2A, FuelRail.TemperatureB, 2.0",
    "01 6E, 41 6E 08 00 00 00 00 00 00 00 0A, InjectionControl.PressureB, 100.0",
    "01 6F, 41 6F 01 65 00, CompressorInlet.PressureA, 101.0",
    "01 6F, 41 6F 08 00 0D, CompressorInlet.PressureBWide, 104.0",
    "01 70, 41 70 3F 0C 80 0C A0 00 20 00 40 06, Boost.PressureA, 101.0",
    "01 70, 41 70 3F 0C 80 0C A0 00 20 00 40 06, Boost.PressureB, 2.0",
    "01 70, 41 70 3F 0C 80 0C A0 00 20 00 40 06, Boost.ControlA, 2.0",
    "01 70, 41 70 3F 0C 80 0C A0 00 20 00 40 06, Boost.ControlB, 1.0",
    "01 71, 41 71 02 00 33 00 00 00, VGT.PositionA, 20.0",
    "01 72, 41 72 04 00 00 33 00, Wastegate.CommandedB, 20.0",
    "01 73, 41 73 01 27 74 00 00, ExhaustPressure.Bank1, 101.0",
    "01 74, 41 74 01 27 10 00 00, TurboSpeed.A, 100000.0",
    "01 75, 41 75 0F 41 5A 17 70 13 88, TurboA.CompressorOutletTemperature, 50.0",
    "01 75, 41 75 0F 41 5A 17 70 13 88, TurboA.TurbineInletTemperature, 560.0",
    "01 76, 41 76 08 00 00 00 00 13 88, TurboB.TurbineOutletTemperature, 460.0",
    "01 77, 41 77 04 00 00 50 00, ChargeAir.Bank2Sensor1, 40.0",
    "01 78, 41 78 05 13 88 00 00 17 70 00 00, ExhaustGas.Bank1Sensor3, 560.0",
    "01 79, 41 79 08 00 00 00 00 00 00 13 88, ExhaustGas.Bank2Sensor4, 460.0",
    "01 7A, 41 7A 07 FF 9C 27 74 27 10, DPF1.DeltaPressure, -1.0",
    "01 7A, 41 7A 07 FF 9C 27 74 27 10, DPF1.InletPressure, 101.0",
    "01 7B, 41 7B 04 00 00 00 00 27 10, DPF2.OutletPressure, 100.0",
    "01 7C, 41 7C 08 00 00 00 00 00 00 13 88, DPF2.OutletTemperature, 460.0",
    "01 7D, 41 7D 02, NOxNTE.IsOutside, 1.0",
    "01 7F, 41 7F 03 00 01 51 80 00 00 0E 10 00 00 00 00, EngineRunTime.Idle, 3600.0",
    "01 81, 41 81 02 00000000 00000000 0000003C 00000078 00000000 00000000 00000000 00000000 00000000 00000000, EIAECD.Device2Time2, 120.0",
    "01 83, 41 83 05 00 64 00 00 00 C8 00 00, NOx.Bank2Sensor1, 200.0",
    "01 84, 41 84 50, ManifoldSurfaceTemperature, 40.0",
    "01 85, 41 85 04 00 00 00 00 80 00 00 00 00, Reagent.TankLevel, 50.19607843137255",
    "01 85, 41 85 08 00 00 00 00 00 00 00 00 3C, Reagent.NOxWarningTime, 60.0",
    "01 86, 41 86 01 00 50 00 00, ParticulateMatter.Bank1, 1.0",
    "01 87, 41 87 02 00 00 0C A0, IntakePressure.B, 101.0",
    "01 88, 41 88 81 00 00 00 0A 00 14 00 00 00 00 00 00, SCRInducement.IsReagentLow, 1.0",
    "01 88, 41 88 81 00 00 00 0A 00 14 00 00 00 00 00 00, SCRInducement.Distance, 20.0",
    "01 8B, 41 8B 71 01 33 00 78 01 F4, Aftertreatment.DPFRegenerationTrigger, 20.0",
    "01 8B, 41 8B 71 01 33 00 78 01 F4, Aftertreatment.DPFRegenerationDistance, 500.0",
    "01 8C, 41 8C 10 0000 0000 0000 0000 2000 0000 0000 0000, O2Wide.Bank1Sensor1Lambda, 1.0",
    "01 8C, 41 8C 01 0000 0000 0000 0000 2000 0000 0000 0000, O2Wide.Bank1Sensor1Oxygen, 0.0",
    "01 8D, 41 8D 33, ThrottlePositionG, 20.0",
    "01 8F, 41 8F 02 00 FF 9C 00 00 00, PMSensor.Bank1Output, -1.0",
    "01 91, 41 91 03 00 0A 00 14, WWHUnit.B1Time, 20.0",
    "01 92, 41 92 FF 40, FuelControl.IsTiming2ClosedLoop, 1.0",
    "01 94, 41 94 21 05 00 00 00 00 00 00 00 00 00 07, NOxInducement.Level1, 2.0",
    "01 94, 41 94 21 05 00 00 00 00 00 00 00 00 00 07, NOxInducement.MonitoringTime, 7.0",
    "01 98, 41 98 01 13 88 00 00 00 00 00 00, ExhaustGas.Bank1Sensor5, 460.0",
    "01 9A, 41 9A 06 00 64 00 FF 9C, HybridBattery.Voltage, 400.0",
    "01 9A, 41 9A 06 00 64 00 FF 9C, HybridBattery.Current, -10.0",
    "01 9D, 41 9D 00 64 00 C8, FuelMass.VehicleRate, 4.0",
    "01 9E, 41 9E 01 F4, ExhaustFlow, 100.0",
    "01 A2, 41 A2 03 20, CylinderFuelRate, 25.0",
    "01 A4, 41 A4 02 00 0F A0, Transmission.ActualRatio, 4.0",
    "01 A5, 41 A5 01 64 00 00, ExhaustFluid.CommandedDosing, 50.0"
  })
  void valueIsReadWhereItsBitIsSet(String request, String payload, String name, double value) {
    Obd.Value found = Obd.at(obd.positive(0x7E8, request, payload), "obd0.7E8." + name);
    assertEquals(Quality.OK, found.quality());
    assertEquals(value, found.number(), Math.abs(value) * 1e-12);
  }

  @Test
  void valueThatTheUnitSaysItDoesNotHaveIsNotAvailableOnceAndThenLeftOut() {
    Map<String, Quality> both =
        Map.of("MassAirFlow.SensorA", Quality.OK, "MassAirFlow.SensorB", Quality.NOT_AVAILABLE);
    assertEquals(both, qualities("01 66", "41 66 01 0C 80 FF FF"));
    Map<String, Quality> one = Map.of("MassAirFlow.SensorA", Quality.OK);
    assertEquals(one, qualities("01 66", "41 66 01 0C 80 FF FF"));
    assertEquals(
        Map.of("MassAirFlow.SensorA", Quality.STALE),
        qualities(obd.decode(Obd.reply(0x7E8, "01 66", Outcome.SILENCE, ""))));
    assertEquals(
        Map.of("MassAirFlow.SensorA", Quality.NOT_AVAILABLE, "MassAirFlow.SensorB", Quality.OK),
        qualities("01 66", "41 66 02 FF FF 0C 80"));
    assertEquals(both, qualities("01 66", "41 66 01 0C 80 FF FF"));
  }

  @Test
  void freezeFramesSayItForThemselves() {
    qualities("01 67", "41 67 01 7B 00");
    assertEquals(
        Map.of(
            "FreezeFrame.Coolant.Temperature1", Quality.OK,
            "FreezeFrame.Coolant.Temperature2", Quality.NOT_AVAILABLE),
        qualities("02 67 00", "42 67 00 01 7B 00"));
  }

  @Test
  void concentrationThatItsSensorDoesNotGiveNowIsNotAvailable() {
    assertEquals(
        Quality.NOT_AVAILABLE,
        qualities("01 83", "41 83 11 FF FF 00 00 00 00 00 00").get("NOx.Bank1Sensor1"));
  }

  @ParameterizedTest
  @CsvSource({
    "01 06, 41 06 90, ShortTermFuelTrim1, 12.5, ShortTermFuelTrim3",
    "01 09, 41 09 70, LongTermFuelTrim2, -12.5, LongTermFuelTrim4",
    "01 55, 41 55 90, ShortTermO2Trim1, 12.5, ShortTermO2Trim3"
  })
  void shorterDataOfAnEngineOfTwoBanksIsRead(
      String request, String payload, String name, double value, String absent) {
    Map<String, Obd.Value> found = obd.positive(0x7E8, request, payload);
    assertEquals(value, Obd.at(found, "obd0.7E8." + name).number());
    assertEquals(Quality.NOT_AVAILABLE, Obd.at(found, "obd0.7E8." + absent).quality());
    Map<String, Obd.Value> four = obd.positive(0x7E8, request, payload + " 80");
    assertEquals(0.0, Obd.at(four, "obd0.7E8." + absent).number());
  }

  @Test
  void dataOfSeveralLengthsIsCutInTheOneWayThatFits() {
    assertEquals(
        Map.of(
            "ShortTermFuelTrim1", Quality.OK,
            "ShortTermFuelTrim3", Quality.NOT_AVAILABLE,
            "LongTermFuelTrim1", Quality.OK,
            "LongTermFuelTrim3", Quality.OK,
            "EngineSpeed", Quality.OK),
        qualities("01 06 07 0C", "41 06 80 07 80 90 0C 1A F8"));
    // the first 07 may be a parameter, or the trim of bank 3 and the second one the parameter
    assertEquals(
        Map.of(
            "ShortTermFuelTrim1", Quality.UNDECODABLE,
            "LongTermFuelTrim1", Quality.UNDECODABLE,
            "LongTermFuelTrim3", Quality.UNDECODABLE),
        qualities("01 06 07", "41 06 80 07 07 90"));
  }

  @ParameterizedTest
  @CsvSource({"41 6D 07 0B B8 0B B9", "41 6D 07 0B B8 0B B9 50 00", "41 66 01 0C 80"})
  void anyOtherLengthIsNoAnswer(String payload) {
    String request = "01" + payload.substring(3, 5);
    qualities(request, request.equals("0166") ? "41 66 01 0C 80 00 00" : "41 6D 07 0B B8 0B B9 50");
    qualities(request, payload).values().forEach(each -> assertEquals(Quality.UNDECODABLE, each));
  }

  @ParameterizedTest
  @CsvSource({
    "01 1C, 41 1C 07, OBDStandards, OK",
    "01 1C, 41 1C 10, OBDStandards, OUT_OF_RANGE",
    "01 1C, 41 1C FE, OBDStandards, OUT_OF_RANGE",
    "01 51, 41 51 63, FuelType, OUT_OF_RANGE",
    "01 51, 41 51 00, FuelType, NOT_AVAILABLE",
    "01 03, 41 03 02 00, FuelStatus2, OK",
    "01 03, 41 03 03 00, FuelStatus1, OUT_OF_RANGE",
    "01 12, 41 12 10, AirStatus, OUT_OF_RANGE",
    "01 5F, 41 5F 01, EmissionRequirements, OUT_OF_RANGE",
    "01 71, 41 71 04 00 00 00 00 00, VGT.ControlA, OUT_OF_RANGE",
    "22 F1 86, 62 F1 86 01, Uds.ActiveSession, OK",
    "22 F1 86, 62 F1 86 40, Uds.ActiveSession, OUT_OF_RANGE",
    "01 4F, 41 4F 00 00 00 00, Highest.MAP, NOT_AVAILABLE",
    "01 4F, 41 4F 00 00 00 33, Highest.MAP, OK"
  })
  void numberThatIsNoneOfAnEnumerationIsMarked(
      String request, String payload, String name, Quality quality) {
    Obd.Value found = Obd.at(obd.positive(0x7E8, request, payload), "obd0.7E8." + name);
    assertEquals(quality, found.quality());
  }

  @Test
  void notAvailableOfASignedSignalIsItsBitPattern() throws IOException {
    Path table =
        table("{request: '22 0001', name: T, bytes: 2, signed: true, not_available: 0x8000}");
    Obd own = new Obd(List.of(), table);
    assertEquals(
        Quality.NOT_AVAILABLE,
        Obd.at(own.positive(0x7E8, "22 00 01", "62 00 01 80 00"), "obd0.7E8.T").quality());
  }

  @Test
  void conditionsOfATableMayNameAnyByte() throws IOException {
    Path table = table("""
        {request: '22 0001', name: T, bytes: 28, signals: [
            {name: T.Last, if: AB7, byte: 0, length: 8}, {name: T.Spark, unless: B3, byte: 0, length: 8}]}""");
    Obd own = new Obd(List.of(), table);
    String data = "62 00 01 05 08" + " 00".repeat(25);
    assertEquals(
        Map.of("T.Last", Quality.OK, "T.Spark", Quality.NOT_AVAILABLE),
        qualities(own.positive(0x7E8, "22 00 01", data + " 80")));
    assertEquals(
        Map.of("T.Last", Quality.NOT_AVAILABLE, "T.Spark", Quality.OK),
        qualities(own.positive(0x7E8, "22 00 01", data.replace("05 08", "05 F7") + " 7F")));
  }

  private Path table(String row) throws IOException {
    return Files.writeString(folder.resolve("own.yaml"), "responses:\n  - " + row + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bytes: 2, if: A8; responses[0].if: want a byte from A on and a bit 0..7 of it, as A0, got 'A8'",
        "bytes: 2, if: a0; want a byte from A on",
        "bytes: 2, unless: C0; responses[0].unless: want a bit of the 2 bytes, got 'C0'",
        "bytes: []; responses[0].bytes: want at least one",
        "bytes: [2, 0]; responses[0].bytes[1]: want 1..4095, got 0",
        "bytes: 1, not_available: 0x100; responses[0].not_available: want 0..255, got 0x100"
      })
  void wrongConditionsAndLengthsAreRefused(String keys, String fault) throws IOException {
    Faults faults = new Faults();
    ObdDecoder.of(
        "obd0",
        List.of(new ObdSettings(table("{request: '22 0001', name: T, " + keys + "}"), List.of())),
        faults);
    String all = faults.found().toString();
    assertTrue(all.contains(fault), all);
    assertTrue(all.contains("own.yaml:2:"), all);
  }
}
