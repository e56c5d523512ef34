package dev.caravan.agent.device.gnss;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What a simulated receiver is told.
 *
 * @param name the name of the device
 * @param rateHz fixes a second: 1, 5 or 10
 * @param coldStart whether it begins without time and position, as after weeks in a drawer
 * @param tunnels whether there are stretches of the road without reception
 */
public record GnssReceiverSettings(String name, int rateHz, boolean coldStart, boolean tunnels) {
  private static final Key<String> RATE =
      Key.oneOf("rate", "1", "5", "10").unit("Hz").or("1").says("fixes a second");
  private static final Key<Boolean> COLD_START =
      Key.flag("cold_start", true).says("begin without time and position");
  private static final Key<Boolean> TUNNELS = Key.flag("tunnels", true)
      .says("whether there are two stretches of the road without reception");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(RATE, COLD_START, TUNNELS);

  /** Reads its keys of a device's mapping; who has read the others too refuses unknown ones. */
  public static GnssReceiverSettings from(String name, Node node) {
    return new GnssReceiverSettings(
        name, Integer.parseInt(node.get(RATE)), node.get(COLD_START), node.get(TUNNELS));
  }
}
