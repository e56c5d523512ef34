package dev.caravan.agent.wire;

/**
 * What a device is called. Two fleets on one broker may have devices of the same name.
 *
 * @param fleet a level of its topics
 * @param device the next one
 */
public record DeviceName(String fleet, String device) implements Comparable<DeviceName> {
  /** {@code FLEET/DEVICE}. */
  @Override
  public String toString() {
    return fleet + "/" + device;
  }

  /** By fleet, then by device. */
  @Override
  public int compareTo(DeviceName other) {
    int byFleet = fleet.compareTo(other.fleet);
    return byFleet != 0 ? byFleet : device.compareTo(other.device);
  }
}
