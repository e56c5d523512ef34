package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.device.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The simulated devices of a configuration, each on a pty with a thread of its own. */
public final class Devices implements AutoCloseable {
  private final List<Device> devices = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Path> links = new LinkedHashMap<>();
  private final Stop stop = new Stop();

  /** Makes and links all devices, and starts them; they work until they are stopped. */
  public Devices(List<DevicePlan> plans, Path folder, Timeline timeline) throws IOException {
    this(plans, folder, Long.MAX_VALUE, timeline);
  }

  /**
   * Makes and links all devices, and starts them.
   *
   * @param mostUnits each ends when it has said so many frames, sentences or answers
   * @throws IOException if a pty or a link cannot be made
   */
  public Devices(List<DevicePlan> plans, Path folder, long mostUnits, Timeline timeline)
      throws IOException {
    boolean open = false;
    try {
      for (DevicePlan plan : plans) {
        Device device = plan.maker().make(plan.seed(), plan.isRepeatable(), timeline);
        devices.add(device);
        device.endAfter(mostUnits);
        device.open();
        links.put(device.name(), device.linkIn(folder));
        threads.add(new Thread(() -> device.run(stop), "device-" + device.name()));
      }
      open = true;
    } finally {
      if (!open) {
        devices.forEach(Device::close);
      }
    }
    threads.forEach(Thread::start);
  }

  /** Device name to link. */
  public Map<String, Path> links() {
    return Map.copyOf(links);
  }

  /** The devices, for their counts. */
  public List<Device> all() {
    return List.copyOf(devices);
  }

  /** Whether any device works still. */
  public boolean isAtWork() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  /** Stops the traffic of all devices; their ports stay until {@link #close}. Waits for their threads. */
  public void silence() {
    stop.request();
    for (Thread thread : threads) {
      try {
        thread.join(2_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes the ports away; the counts are then final. */
  public void closePorts() {
    devices.forEach(Device::close);
  }

  @Override
  public void close() {
    silence();
    closePorts();
  }
}
