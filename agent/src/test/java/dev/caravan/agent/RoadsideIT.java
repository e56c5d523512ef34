package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The roadside cabinet of the configuration folder, from simulated sensors to printed samples, in one command. */
class RoadsideIT {
  private static final String CONFIG = Path.of(System.getProperty("caravan.root", ".."))
      .resolve("config/roadside.yaml")
      .toAbsolutePath()
      .toString();

  private static double value(List<String> lines, String path) {
    Pattern form = Pattern.compile(Pattern.quote("  " + path) + " +(-?[0-9.]+)( .*)?");
    for (String line : lines) {
      Matcher match = form.matcher(line);
      if (match.find()) {
        return Double.parseDouble(match.group(1));
      }
    }
    throw new AssertionError("no value of " + path + " in\n" + String.join("\n", lines));
  }

  private static void assertBetween(double least, double most, double value) {
    assertTrue(value >= least && value <= most, least + " <= " + value + " <= " + most);
  }

  @Test
  void everySensorOfTheCabinetIsHeard() throws IOException {
    try (Program demo = Program.caravan(Map.of(), "demo", "-c", CONFIG, "--duration", "12s")) {
      int code = demo.exitCode(60);
      List<String> lines = demo.lines();
      assertEquals(0, code, () -> String.join("\n", lines) + String.join("\n", demo.errors()));
      assertTrue(lines.contains("lost 0, duplicated 0"), () -> String.join("\n", lines));
      // what the simulated sensors can say, which is less than what their maps allow
      assertBetween(0, 40, value(lines, "Road.Weather.Wind.Speed"));
      assertBetween(-30, 45, value(lines, "Road.Weather.AirTemperature"));
      assertBetween(10, 50_000, value(lines, "Road.Visibility.Range"));
      assertBetween(0, 5, value(lines, "Road.Surface.State"));
      assertBetween(-40, 70, value(lines, "Road.Surface.Temperature"));
      assertBetween(225, 235, value(lines, "Road.Cabinet.Power.OutputVoltage"));
      assertBetween(1, 2, value(lines, "Road.Traffic.Target.Lane"));
      assertBetween(0, 100, value(lines, "Road.Traffic.Occupancy"));
      assertBetween(34, 35, value(lines, "Vehicle.CurrentLocation.Latitude"));
      assertBetween(108, 110, value(lines, "Vehicle.CurrentLocation.Longitude"));
    }
  }
}
