package dev.caravan.agent.device.slcan;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.device.DeviceCounts;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.device.nev.VehicleModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** An adapter at work in a thread of its own. Closing twice is fine. */
final class RunningAdapter implements AutoCloseable {
  static final String THREAD_NAME = "device-can0";

  final SlcanAdapter adapter;
  final Path port;
  private final Stop stop = new Stop();
  private final Thread thread;

  RunningAdapter(int rateHz, long seed) throws IOException {
    this(new VehicleModel(rateHz, seed), new SystemTimeline());
  }

  RunningAdapter(Traffic traffic, Timeline timeline) throws IOException {
    SlcanAdapterSettings settings =
        new SlcanAdapterSettings("can0", "nev", 2000, false, false, false);
    adapter = new SlcanAdapter(settings, traffic, timeline);
    port = adapter.open();
    thread = new Thread(() -> adapter.run(stop), THREAD_NAME);
    thread.start();
  }

  DeviceCounts counts() {
    return adapter.counts();
  }

  @Override
  public void close() {
    stop.request();
    await()
        .atMost(Duration.ofSeconds(5))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !thread.isAlive());
    adapter.close();
  }
}
