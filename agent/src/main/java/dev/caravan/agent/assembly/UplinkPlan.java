package dev.caravan.agent.assembly;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.uplink.Uplink;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The way out of one route.
 *
 * @param type one of {@link UplinkTypes}
 * @param places where it may lead, in the order they are tried, for a person
 * @param dir the directory that it writes to, if it does
 * @param clientId how its connection is called, if that is set
 * @param backlogRate how much of a backlog may leave, bytes per second; 0 for as much as the link takes
 * @param keepUnheardNs how long an entry that nobody listens to is kept; 0 takes it as delivered
 * @param budget what may be used of a metered link
 * @param hasDownward whether something may come down by it
 * @param hasProperties whether properties travel beside the messages in any case
 * @param isCompat whether it serves readers of before
 * @param requests whether schemas may be asked for by it; nothing where it is as with commands
 * @param maker makes it
 */
record UplinkPlan(
    String type,
    List<String> places,
    Optional<Path> dir,
    Optional<String> clientId,
    long backlogRate,
    long keepUnheardNs,
    Budget.Limits budget,
    boolean hasDownward,
    boolean hasProperties,
    boolean isCompat,
    Optional<Boolean> requests,
    Maker maker) {
  /** Copies the list. */
  UplinkPlan {
    places = List.copyOf(places);
  }

  /** Where it leads, for a person; routes that lead to the same place have the same, and one status there. */
  String where() {
    return places.toString();
  }

  /** Whether both may lead to the same place. */
  boolean sharesPlace(UplinkPlan other) {
    return !Collections.disjoint(places, other.places);
  }

  /** Makes an uplink that is not open. */
  interface Maker {
    /** For what leaves from there. */
    Uplink make(Origin origin, StatusSource status, Timeline timeline, Health health, Stop stop);
  }
}
