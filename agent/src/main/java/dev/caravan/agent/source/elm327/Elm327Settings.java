package dev.caravan.agent.source.elm327;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.serial.PortAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a source of type {@code elm327} is told.
 *
 * @param name the source's name
 * @param port where the chip is found
 * @param bauds bit/s of the serial line, tried in this order
 * @param protocol digit of the bus, 1..9; 0 if the chip is to find it
 * @param timeoutNs how long a control unit may take to answer
 * @param sleepAfterNs after so long without an answer the vehicle is left alone; 0 never
 * @param sleepBelowV at a battery voltage below this it is left alone, unless its engine runs; 0 never
 * @param wakePeriodNs how often the battery of a vehicle left alone is looked at
 * @param batteryPeriodNs how often the battery voltage is read; 0 never
 * @param poll what the vehicle is asked
 */
public record Elm327Settings(
    String name,
    PortAddress port,
    List<Integer> bauds,
    char protocol,
    long timeoutNs,
    long sleepAfterNs,
    double sleepBelowV,
    long wakePeriodNs,
    long batteryPeriodNs,
    PollSettings poll) {

  /** As often met; a chip on Bluetooth or USB takes any. */
  private static final List<Integer> USUAL_BAUDS =
      List.of(38_400, 9_600, 230_400, 115_200, 57_600, 19_200);

  private static final List<String> PROTOCOLS =
      List.of("auto", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** Copies the list. */
  public Elm327Settings {
    bauds = List.copyOf(bauds);
  }

  /** Reads a source's mapping, all keys but those of its {@code decode} list. */
  public static Elm327Settings from(Node node) {
    node.at("type");
    node.at("decode");
    Elm327Settings settings = new Elm327Settings(
        node.at("name").text(Pattern.compile("[A-Za-z0-9_-]{1,64}"), "letters, digits, - and _"),
        PortAddress.from(node.at("port")),
        bauds(node.at("baud")),
        protocol(node.at("protocol")),
        node.at("timeout").durationNs("4ms", "1020ms", "200ms"),
        node.at("sleep_after").durationNs("0s", "1d", "60s"),
        node.at("sleep_below").number(0, 30, 11.8),
        node.at("wake_period").durationNs("1s", "1d", "30s"),
        node.at("battery_period").durationNs("0s", "1d", "10s"),
        PollSettings.from(node.at("poll"), UnitIds.from(node.at("units"))));
    node.refuseUnknownKeys();
    return settings;
  }

  private static List<Integer> bauds(Node node) {
    if (!node.isPresent() || node.text().equals("auto")) {
      return USUAL_BAUDS;
    }
    return List.of((int) node.whole(1200, 3_000_000));
  }

  private static char protocol(Node node) {
    String word = node.oneOf(PROTOCOLS, "auto");
    return word.equals("auto") ? '0' : word.charAt(0);
  }
}
