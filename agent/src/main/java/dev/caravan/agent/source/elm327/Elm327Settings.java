package dev.caravan.agent.source.elm327;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.serial.PortAddress;
import java.util.List;

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

  private static final Key<String> PORT =
      Key.text("port").required().says("as of every serial port, see above");
  private static final Key<Integer> BAUD = Key.whole("baud", 1200, 3_000_000)
      .orWord("auto")
      .unit("bit/s")
      .or("auto")
      .range("`auto`, 1200..3000000")
      .says("speed of the serial line; `auto` tries 38400, 9600, 230400, 115200, 57600 and "
          + "19200; adapters on Bluetooth and USB take any");
  private static final Key<String> PROTOCOL = Key.oneOf("protocol", PROTOCOLS)
      .or("auto")
      .range("`auto`, 1..9")
      .says("the vehicle's bus by the chip's number: 1 J1850 PWM, 2 J1850 VPW, 3 ISO 9141-2, 4 "
          + "and 5 ISO 14230-4 with slow and fast start, 6 CAN 11 bit 500k, 7 CAN 29 bit 500k, 8 "
          + "and 9 the same at 250k; `auto` lets the chip search, then tries each");
  private static final Key<Long> TIMEOUT = Key.duration("timeout", "4ms", "1020ms")
      .or("200ms")
      .says("how long the chip waits for a control unit. One that says \"response pending\" is "
          + "waited for 5 s");
  private static final Key<Long> SLEEP_AFTER = Key.duration("sleep_after", "0s", "1d")
      .or("60s")
      .says("the vehicle is left alone when nothing has answered for so long; `0s` never");
  private static final Key<Double> SLEEP_BELOW = Key.number("sleep_below", 0, 30)
      .unit("V")
      .or(11.8)
      .says("it is left alone when the battery is below this three times in a row and the engine "
          + "was not heard to run; `0` never");
  private static final Key<Long> WAKE_PERIOD = Key.duration("wake_period", "1s", "1d")
      .or("30s")
      .says("how often the battery of a vehicle left alone is looked at");
  private static final Key<Long> BATTERY_PERIOD = Key.duration("battery_period", "0s", "1d")
      .or("10s")
      .says("how often the battery voltage is read otherwise; `0s` never");
  /** A list of the pairs that {@link UnitIds} declares. */
  public static final Key<Node> UNITS = Key.list("units")
      .says("control units that do not answer under the identifier expected, see below");
  /** The mapping that {@link PollSettings} declares. */
  public static final Key<Node> POLL = Key.block("poll")
      .absent("trouble codes and vehicle information only")
      .says("what is asked, see below");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(
      PORT,
      BAUD,
      PROTOCOL,
      TIMEOUT,
      SLEEP_AFTER,
      SLEEP_BELOW,
      WAKE_PERIOD,
      BATTERY_PERIOD,
      UNITS,
      POLL);

  /** Copies the list. */
  public Elm327Settings {
    bauds = List.copyOf(bauds);
  }

  /** Reads its keys of a source's mapping; who has read the others too refuses unknown ones. */
  public static Elm327Settings from(String name, Node node) {
    return new Elm327Settings(
        name,
        PortAddress.from(node.at(PORT)),
        node.says(BAUD, "auto") ? USUAL_BAUDS : List.of(node.get(BAUD)),
        node.says(PROTOCOL, "auto") ? '0' : node.get(PROTOCOL).charAt(0),
        node.get(TIMEOUT),
        node.get(SLEEP_AFTER),
        node.get(SLEEP_BELOW),
        node.get(WAKE_PERIOD),
        node.get(BATTERY_PERIOD),
        PollSettings.from(node.at(POLL), UnitIds.from(node.at(UNITS))));
  }
}
