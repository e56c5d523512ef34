package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.WireContractTest;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.serial.PortAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A chip that finds one control unit at once, and has the speed for whoever asks; the first read looks for the vehicle. */
class Elm327SourceContractTest extends WireContractTest {
  private static final long MS = 1_000_000;

  @Override
  protected Rig rig() throws IOException {
    TranscriptAdapter chip =
        new TranscriptAdapter("6").says("0100", "7E8064100BE3FA813").says("010D", "7E803410D32");
    SerialDevice device = new SerialDevice("obd0", chip, new SystemTimeline());
    Path port = device.open();
    Stop stop = new Stop();
    Thread thread = new Thread(() -> device.run(stop), "device-obd0");
    thread.start();
    Health health = new Health();
    PollSettings.Asked speed = new PollSettings.Asked(
        new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex("010d")), 50 * MS);
    Elm327Settings settings = new Elm327Settings(
        "obd0",
        new PortAddress.DeviceFile(port),
        List.of(38_400),
        '6',
        100 * MS,
        60_000 * MS,
        11.8,
        200 * MS,
        0,
        new PollSettings(List.of(speed), false, false, 0, 0, false, 0));
    return new Rig(
        new Elm327Source(settings, new SystemTimeline(), health), health, () -> {}, () -> {
          stop.request();
          join(thread);
          device.close();
        });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected List<String> frames() {
    return List.of(
        "DiagnosticReply[ecu=2024, request=010d, outcome=POSITIVE, payload=410d32, isBare=false]");
  }
}
