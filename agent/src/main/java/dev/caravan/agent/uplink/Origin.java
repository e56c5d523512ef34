package dev.caravan.agent.uplink;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;

/**
 * Whose messages leave by an uplink.
 *
 * @param topics on which
 * @param bearsStatus whether it makes the device's status known; one of several routes to one far side does
 */
public record Origin(DeviceName device, Topics topics, String route, boolean bearsStatus) {
  /** On the usual topics. */
  public Origin(DeviceName device, String route, boolean bearsStatus) {
    this(device, Topics.USUAL, route, bearsStatus);
  }
}
