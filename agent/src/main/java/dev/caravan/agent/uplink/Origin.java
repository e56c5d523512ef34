package dev.caravan.agent.uplink;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Session;
import dev.caravan.agent.wire.Topics;
import java.util.Optional;

/**
 * Whose messages leave by an uplink.
 *
 * @param topics on which
 * @param bearsStatus whether it makes the device's status known; one of several routes to one far side does
 * @param session what is told beside the messages on each connection, if anything is
 */
public record Origin(
    DeviceName device,
    Topics topics,
    String route,
    boolean bearsStatus,
    Optional<Session> session) {
  /** On the usual topics. */
  public Origin(DeviceName device, String route, boolean bearsStatus) {
    this(device, Topics.USUAL, route, bearsStatus);
  }

  /** With nothing beside the messages. */
  public Origin(DeviceName device, Topics topics, String route, boolean bearsStatus) {
    this(device, topics, route, bearsStatus, Optional.empty());
  }
}
