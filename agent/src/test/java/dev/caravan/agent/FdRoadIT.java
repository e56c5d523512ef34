package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcBus;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.device.nev.FdVehicleModel;
import dev.caravan.agent.device.slcan.SlcanAdapter;
import dev.caravan.agent.device.slcan.SlcanAdapterSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.source.slcan.SlcanSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CAN FD from the simulated adapter over a pseudo terminal to samples. */
class FdRoadIT {
  private static final Path DBC =
      Path.of(System.getProperty("caravan.root", ".."), "config", "dbc", "nev-fd.dbc");

  private final Health health = new Health();
  private final Map<String, Double> latest = new TreeMap<>();

  private double latest(String path) {
    return Objects.requireNonNull(latest.get(path), path);
  }

  private void read(SlcanSource source, DbcDecoder decoder) throws Exception {
    FrameChunk chunk = new FrameChunk("can0", 64);
    source.read(chunk);
    for (int i = 0; i < chunk.size(); i++) {
      if (chunk.frame(i) instanceof CanFrame frame && frame.is(CanFrame.FD)) {
        assertEquals(
            frame.id() == 0x510 ? CanFrame.BIT_RATE_SWITCH : 0,
            frame.flags() & CanFrame.BIT_RATE_SWITCH);
        decoder.accept(
            frame, Groups.each(sample -> latest.put(sample.signal().path(), sample.value())));
      }
    }
  }

  private SlcanSettings settings(Path folder, Path port, String more) throws Exception {
    Path file = Files.writeString(
        folder.resolve("a.yaml"),
        "sources:\n  - {name: can0, type: slcan, port: " + port
            + ", bitrate: 500k, dialect: canable" + more + "}\n");
    Faults faults = new Faults();
    SlcanSettings settings = SlcanSettings.from(
        "can0", YamlFile.read(file, faults).at("sources").items().get(0));
    faults.throwIfAny();
    return settings;
  }

  private Thread running(SlcanAdapter adapter, Stop stop) {
    Thread thread = new Thread(() -> adapter.run(stop), "device-can0");
    thread.start();
    return thread;
  }

  @Test
  void sixtyFourByteFramesBecomeSamples(@TempDir Path folder) throws Exception {
    SystemTimeline timeline = new SystemTimeline();
    Stop stop = new Stop();
    try (SlcanAdapter adapter = new SlcanAdapter(
        new SlcanAdapterSettings("can0", "nev-fd", 300, false, true, false),
        new FdVehicleModel(300, 1),
        timeline)) {
      SlcanSettings settings = settings(folder, adapter.open(), ", fd_bitrate: 2M");
      Thread thread = running(adapter, stop);
      Faults faults = new Faults();
      DbcDecoder decoder = DbcDecoder.of(
          "can0",
          List.of(new DbcSettings(DBC, DbcOptions.STRICT, Optional.empty())),
          DbcBus.USUAL,
          new SignalTable(Naming.AS_DECODED),
          health,
          faults);
      assertEquals(List.of(), faults.warnings());
      try (SlcanSource source = new SlcanSource(settings, timeline, health)) {
        source.open();
        await()
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(1))
            .until(() -> {
              read(source, decoder);
              return latest.size() == 106;
            });
      } finally {
        stop.request();
        thread.join();
      }
    }
    assertEquals(106, latest.size(), latest.toString());
    assertEquals(0, health.counter(Declared.count("source.malformed"), "can0").value());
    double sumV = 0;
    for (int cell = 1; cell <= 96; cell++) {
      double cellV = latest(String.format("can0.CellBlock.Cell%02d", cell));
      assertTrue(cellV > 2.5 && cellV < 4.3, cell + ": " + cellV);
      sumV += cellV;
    }
    assertEquals(latest("can0.CellBlock.Voltage"), sumV, 2);
    assertEquals(12_345, latest("can0.MotionBlock.Odometer"), 1);
    assertEquals(9.81, latest("can0.MotionBlock.Vertical"), 3);
  }

  @Test
  void adapterWithoutFasterRateReadsNoFdFrame(@TempDir Path folder) throws Exception {
    SystemTimeline timeline = new SystemTimeline();
    Stop stop = new Stop();
    try (SlcanAdapter adapter = new SlcanAdapter(
        new SlcanAdapterSettings("can0", "nev-fd", 300, false, true, false),
        new FdVehicleModel(300, 1),
        timeline)) {
      SlcanSettings settings = settings(folder, adapter.open(), "");
      Thread thread = running(adapter, stop);
      try (SlcanSource source = new SlcanSource(settings, timeline, health)) {
        source.open();
        FrameChunk chunk = new FrameChunk("can0", 1000);
        AtomicInteger frames = new AtomicInteger();
        await()
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(1))
            .until(() -> {
              chunk.clear();
              source.read(chunk);
              for (int i = 0; i < chunk.size(); i++) {
                assertEquals(0, ((CanFrame) chunk.frame(i)).flags() & CanFrame.FD);
              }
              return frames.addAndGet(chunk.size()) >= 200;
            });
      } finally {
        stop.request();
        thread.join();
      }
    }
  }
}
