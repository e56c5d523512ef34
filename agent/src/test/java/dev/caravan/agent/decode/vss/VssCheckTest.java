package dev.caravan.agent.decode.vss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mappings held against VSS; what is right of a leaf is from the published 4.2. */
class VssCheckTest {
  private final Path folder;
  private final Faults faults = new Faults();

  VssCheckTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private VssMapping mapping(String head, String line) throws IOException {
    Path file = folder.resolve("vss.yaml");
    Files.writeString(file, head + "signals: [{from: M.S, " + line + "}]\n");
    return VssMapping.read(file, faults);
  }

  private String warned() {
    assertEquals(List.of(), faults.found());
    return String.join(
        "|",
        faults.warnings().stream()
            .map(Fault::toString)
            .map(each -> each.replace(folder + "/", ""))
            .toList());
  }

  private static SignalSpec spec(Kind kind, String unit, double factor, double max) {
    return new SignalSpec("can0.M.S", "can0.M", unit, kind, factor, 0, 0, max, Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Vehicle.Sped | Vehicle.Sped is not in VSS 4.2; did you mean Vehicle.Speed?",
        "Vehicle.Cabin.Door.Row1.DriverSide.IsOpened |"
            + " Vehicle.Cabin.Door.Row1.DriverSide.IsOpened is not in VSS 4.2; did you mean Vehicle.Cabin.Door.Row1.DriverSide.IsOpen?",
        "Vehicle.Chassis | Vehicle.Chassis is a branch of VSS 4.2; want one of its leaves",
        "Vehicle.Frobnication.Of.The.Sprockets |"
            + " Vehicle.Frobnication.Of.The.Sprockets is not in VSS 4.2; if it is meant, name its branch in own",
      })
  void aPathThatIsNotInTheCatalogueIsWarnedOf(String path, String told) throws IOException {
    VssMapping unused = mapping("", "to: " + path);
    assertEquals("vss.yaml:1:27: signals[0].to: " + told, warned());
  }

  @ParameterizedTest
  @CsvSource({
    "Vehicle.Speed",
    "Road.Surface.State",
    "Vehicle.Private.Pump.Speed",
    "Vehicle.Fleet.Door"
  })
  void pathsOfTheCatalogueAndOnesOwnAreNot(String path) throws IOException {
    VssMapping unused = mapping("own: [Vehicle.Fleet]\n", "to: " + path);
    assertEquals("", warned());
  }

  /** Vehicle.Speed is float in km/h, IsMoving boolean, CurrentGear int8, Brand a string, in 4.2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Vehicle.Speed | UNSIGNED | m/s | 1 | 200 | Vehicle.Speed is in km/h in VSS 4.2, and M.S is in 'm/s'; want unit: km/h",
        "Vehicle.Speed | UNSIGNED | '' | 1 | 200 | Vehicle.Speed is in km/h in VSS 4.2, and M.S has no unit; want unit: km/h",
        "Vehicle.Speed | UNSIGNED | kph | 1 | 200 | ''",
        "Vehicle.Speed | TEXT | km/h | 1 | NaN | Vehicle.Speed is a number in VSS 4.2, and M.S is a text",
        "Vehicle.IsMoving | UNSIGNED | '' | 1 | 1 | ''",
        "Vehicle.IsMoving | UNSIGNED | '' | 0.5 | 100 | Vehicle.IsMoving is true or false in VSS 4.2, and M.S is a number with a scale",
        "Vehicle.Powertrain.Transmission.CurrentGear | UNSIGNED | '' | 1 | 255 |"
            + " Vehicle.Powertrain.Transmission.CurrentGear is int8 in VSS 4.2, and M.S is from 0.0 to 255.0",
        "Vehicle.Powertrain.Transmission.CurrentGear | UNSIGNED | '' | 1 | 100 | ''",
        "Vehicle.VehicleIdentification.Brand | UNSIGNED | '' | 1 | 9 |"
            + " Vehicle.VehicleIdentification.Brand is a text in VSS 4.2, and M.S is a number; want labels",
        "Vehicle.VehicleIdentification.Brand | TEXT | '' | 1 | NaN | ''",
      })
  void typesAndUnitsThatDoNotFitAreWarnedOf(
      String path, Kind kind, String unit, double factor, double max, String told)
      throws IOException {
    SignalSpec unused = mapping("", "to: " + path).named(spec(kind, unit, factor, max));
    assertEquals(told.isEmpty() ? "" : "vss.yaml:1:11: signals[0]: " + told, warned());
  }

  @Test
  void convertedUnitsFit() throws IOException {
    SignalSpec unused =
        mapping("", "to: Vehicle.Speed, unit: km/h").named(spec(Kind.FLOAT, "m/s", 1, 60));
    assertEquals("", warned());
  }

  /** As `vspec export json`, `yaml` and `csv` of vss-tools write them. */
  @ParameterizedTest
  @CsvSource({"v.json", "v.yaml", "v.csv", "folded.json"})
  void anotherReleaseIsRead(String name) throws IOException {
    Files.writeString(folder.resolve("v.json"), """
        {
          "Vehicle": {
            "children": {
              "Pump": {
                "children": {
                  "Left": {"children": {"Flow": {"datatype": "float", "type": "sensor", "unit": "l/h"}}, "type": "branch"}
                },
                "type": "branch"
              }
            },
            "description": "High-level, \\"vehicle\\".",
            "type": "branch"
          }
        }
        """);
    Files.writeString(folder.resolve("folded.json"), """
        {"Vehicle": {"children": {"Pump": {"instances": ["Left", "Right"], "type": "branch",
          "children": {"Flow": {"datatype": "float", "type": "sensor", "unit": "l/h"}}}}, "type": "branch"}}
        """);
    Files.writeString(folder.resolve("v.yaml"), """
        Vehicle:
          type: branch
        Vehicle.Pump:
          type: branch
        Vehicle.Pump.Left:
          type: branch
        Vehicle.Pump.Left.Flow:
          datatype: float
          type: sensor
          unit: l/h
        """);
    Files.writeString(folder.resolve("v.csv"), """
        "Signal","Type","DataType","Deprecated","Unit","Min","Max","Desc","Comment","Allowed","Default","Id"
        "Vehicle","branch","","","","","","High-level, ""vehicle""
        data.","","","",""
        "Vehicle.Pump","branch","","","","","","","","","",""
        "Vehicle.Pump.Left","branch","","","","","","","","","",""
        "Vehicle.Pump.Left.Flow","sensor","float","","l/h","","","","","","",""
        """);
    String head = "catalogue: " + name + "\n";
    SignalSpec named =
        mapping(head, "to: Vehicle.Pump.Left.Flow").named(spec(Kind.FLOAT, "l/h", 1, 60));
    assertEquals("Vehicle.Pump.Left.Flow", named.path());
    assertEquals("", warned());
    VssMapping unused = mapping(head, "to: Vehicle.Speed");
    assertTrue(
        warned().startsWith("vss.yaml:2:27: signals[0].to: Vehicle.Speed is not in " + name),
        warned());
  }

  @ParameterizedTest
  @CsvSource({"'a: b\n', x.yaml", "'a,b\n', x.csv", "'', x.csv"})
  void aFileThatIsNoReleaseIsAFault(String content, String name) throws IOException {
    Files.writeString(folder.resolve(name), content.replace("\\n", "\n"));
    VssMapping unused = mapping("catalogue: " + name + "\n", "to: Vehicle.Speed");
    assertTrue(
        faults.found().toString().contains(name + ": no leaf of VSS in it; want JSON, YAML or CSV"),
        faults.found().toString());
  }
}
