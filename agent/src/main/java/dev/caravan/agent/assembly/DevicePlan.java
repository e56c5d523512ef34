package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.device.Device;

/**
 * One simulated device of a configuration.
 *
 * @param name unique in the configuration; the name of the link to its port
 * @param type the word of the configuration, {@code slcan}
 * @param seed of everything that is random in it; equal seeds give equal devices
 * @param talks whether it talks by itself over a sound cable, so that each unit it says is one frame read
 * @param isRepeatable whether it says the same each time: a receiver's time of day begins at a fixed moment, and the
 *     time of a device that only answers hangs on what it is asked
 * @param maker makes the device
 */
public record DevicePlan(
    String name, String type, long seed, boolean talks, boolean isRepeatable, Maker maker) {

  /** Makes a device that has no port yet. */
  public interface Maker {
    /** A new device. */
    Device make(long seed, boolean isRepeatable, Timeline timeline);
  }

  /** The same device with another seed, and saying the same each time. */
  public DevicePlan repeatable(long other) {
    return new DevicePlan(name, type, other, talks, true, maker);
  }
}
