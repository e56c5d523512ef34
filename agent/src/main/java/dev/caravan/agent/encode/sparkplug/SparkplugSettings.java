package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Closing;
import dev.caravan.agent.wire.DeviceName;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Who a route is to Sparkplug hosts.
 *
 * @param primaryHost without which nothing is sent; empty for none
 */
record SparkplugSettings(
    String group, String node, String device, String primaryHost, Closing closing) {
  /** A key of the route. */
  static final Key<Node> SPARKPLUG = Key.block("sparkplug")
      .absent("its defaults")
      .says("of `format: sparkplug`: who it is to hosts, see below");

  private static final String WANTED = "1..64 characters without `+`, `/`, `#` and control ones";
  private static final Pattern ID = Pattern.compile("[^+/#\\p{Cc}\\p{Cs}\\p{Cn}]{1,64}");

  private static final Key<String> GROUP =
      Key.text("group", ID, WANTED).absent("the fleet").range(WANTED).says("group id");
  private static final Key<String> NODE = Key.text("node", ID, WANTED)
      .absent("the device")
      .range(WANTED)
      .says("edge node id; with its group unique on the broker, so two routes to one broker "
          + "need different ones");
  private static final Key<String> DEVICE = Key.text("device", ID, WANTED)
      .absent("the route")
      .range(WANTED)
      .says("device id, of the device that has all signals of the route");
  private static final Key<String> PRIMARY_HOST = Key.text("primary_host", ID, WANTED)
      .absent("none")
      .range(WANTED)
      .says(
          "host id: while that host is not online, by its STATE, nothing is sent and all is kept");

  static final List<Key<?>> KEYS = Stream.concat(
          Stream.<Key<?>>of(GROUP, NODE, DEVICE, PRIMARY_HOST), Closing.KEYS.stream())
      .toList();

  /** Reads {@link #SPARKPLUG} of a route. */
  static SparkplugSettings from(Node sparkplug, DeviceName device, String route) {
    SparkplugSettings settings = new SparkplugSettings(
        sparkplug.find(GROUP).orElse(device.fleet()),
        sparkplug.find(NODE).orElse(device.device()),
        sparkplug.find(DEVICE).orElse(route),
        sparkplug.find(PRIMARY_HOST).orElse(""),
        Closing.from(sparkplug));
    sparkplug.refuseUnknownKeys();
    return settings;
  }
}
