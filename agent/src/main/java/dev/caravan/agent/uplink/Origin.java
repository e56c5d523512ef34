package dev.caravan.agent.uplink;

import dev.caravan.agent.wire.DeviceName;

/**
 * Whose messages leave by an uplink.
 *
 * @param bearsStatus whether it makes the device's status known; one of several routes to one far side does
 */
public record Origin(DeviceName device, String route, boolean bearsStatus) {}
