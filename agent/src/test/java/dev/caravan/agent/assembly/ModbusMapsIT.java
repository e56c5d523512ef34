package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example maps of the configuration against the simulated slaves, which know nothing of them. */
@Timeout(120)
class ModbusMapsIT {
  private static final String CONFIG = """
      device: {id: cabinet-1, fleet: demo}
      sources:
        - name: road
          type: modbus
          port: "${LINKS}/road"
          slaves:
            - {unit: 1, map: "${MAPS}/weather-station.yaml", name: weather}
            - {unit: 2, map: "${MAPS}/visibility-meter.yaml", name: visibility}
            - {unit: 3, map: "${MAPS}/road-surface.yaml", name: surface}
            - {unit: 4, map: "${MAPS}/ups.yaml"}
          poll: [{name: raw, unit: 3, function: 3, address: 109, count: 2}]
      devices: [{name: road, type: modbus, seed: 3}]
      """;

  /** Values that do not change from one seed or moment to the next. */
  private static final Map<String, String> FIXED = Map.of(
      "road.surface.SecondGroundTemperature", "3276.7000000000003 NOT_AVAILABLE",
      "road.surface.SnowDepth", "0.0 OK",
      "road.ups.OutputVoltage", "230.0 OK",
      "road.ups.Cells", "12.0 OK",
      "road.ups.Model", "CABINET-UPS 1000 OK",
      "road.ups.Energy", "1234567.0 OK",
      "road.ups.IsOnBypass", "0.0 OK",
      "road.raw.R109", "32767.0 OK",
      "road.raw.R110", "0.0 OK");

  @Test
  void everySignalOfTheExampleMapsIsReadAndInItsRange(@TempDir Path folder) throws Exception {
    Path maps = Path.of(System.getProperty("caravan.root", "..")).resolve("config/modbus");
    String config = CONFIG
        .replace("${LINKS}", folder.toString())
        .replace("${MAPS}", maps.toAbsolutePath().toString());
    Plan plan = Plan.read(Files.writeString(folder.resolve("agent.yaml"), config), new Faults());
    SourcePlan road = plan.sources().get(0);
    Map<String, String> found = new TreeMap<>();
    try (Devices far = new Devices(plan.devices(), folder, new SystemTimeline());
        Source source = road.maker().make(new SystemTimeline(), new Health())) {
      assertEquals(Map.of("road", folder.resolve("road")), far.links());
      source.open();
      Decoder decoder = road.decoders().make(plan.newSignals(), new Health()).get(0);
      FrameChunk chunk = new FrameChunk("road", 8);
      while (found.size() < plan.signals().signals().size()) {
        chunk.clear();
        source.read(chunk);
        for (int i = 0; i < chunk.size(); i++) {
          decoder.accept(
              chunk.frame(i),
              Groups.each(sample -> found.put(
                  sample.signal().path(),
                  (sample.signal().kind().isNumber() ? sample.value() : sample.text()) + " "
                      + sample.quality())));
        }
      }
    }
    assertEquals(49, found.size());
    FIXED.forEach((path, value) -> assertEquals(value, found.get(path), path));
    found.forEach((path, value) -> assertTrue(
        value.endsWith(" " + Quality.OK) || FIXED.containsKey(path), path + "=" + value));
    double celsius = number(found, "road.weather.Temperature");
    assertTrue(celsius >= -8.1 && celsius <= 24.1, "celsius=" + celsius);
    double coarse = number(found, "road.weather.IlluminanceCoarse");
    assertEquals(coarse, number(found, "road.weather.Illuminance"), 200);
    double metres = number(found, "road.visibility.Visibility");
    assertEquals(Math.min(metres, 20_000), number(found, "road.visibility.VisibilityMean"), 200);
    double freezing = number(found, "road.surface.FreezingTemperature");
    assertTrue(freezing >= -4 && freezing <= 0, "freezing=" + freezing);
  }

  private static double number(Map<String, String> found, String path) {
    String value = found.getOrDefault(path, "NaN ");
    return Double.parseDouble(value.substring(0, value.indexOf(' ')));
  }
}
