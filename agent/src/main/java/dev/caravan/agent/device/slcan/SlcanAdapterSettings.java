package dev.caravan.agent.device.slcan;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What a simulated adapter is told.
 *
 * @param name the name of the device
 * @param model what is behind it: {@code nev}, the bus of a new-energy vehicle, {@code nev-fd}, the same with CAN FD
 *     messages, or {@code truck}, the J1939 bus of a truck
 * @param rateHz frames a second on the simulated bus
 * @param timestamps whether time stamps are appended until it is told otherwise by {@code Z0}
 * @param fd whether it is an adapter of the CANable kind, with CAN FD
 * @param ecus whether control units on the bus answer diagnostic requests
 */
public record SlcanAdapterSettings(
    String name, String model, int rateHz, boolean timestamps, boolean fd, boolean ecus) {
  private static final Key<String> MODEL = Key.oneOf("model", "nev", "nev-fd", "truck")
      .or("nev")
      .says("what is on the bus: `nev`, an electric car, described by `dbc/nev.dbc`; `nev-fd`, "
          + "the same with two CAN FD messages more, 10 and 50 a second, described by "
          + "`dbc/nev-fd.dbc`, which needs `fd: true`; or `truck`, J1939 with trouble codes and "
          + "messages in packets, described by `dbc/truck.dbc`");
  private static final Key<Long> RATE = Key.rate("rate", "1", "10k")
      .unit("frames/s")
      .or("300")
      .says("frames on the bus; of `truck` those that are no packets. At full rate (2000 of "
          + "`nev`, 263 of `truck`) every message has its own cycle time; below, fast messages "
          + "are thinned out first and slow ones keep theirs; above, all are sped up alike, more "
          + "than a real bus could carry");
  private static final Key<Boolean> FD = Key.flag("fd", false)
      .says("an adapter of the CANable kind, with CAN FD: `M1` for silence, `Y` for the faster "
          + "rate, lines `d D b B`. CAN FD frames come only after a `Y` (`fd_bitrate` of the "
          + "source)");
  private static final Key<Boolean> TIMESTAMPS = Key.flag("timestamps", false)
      .says("whether lines carry time stamps until the host says `Z0`");
  private static final Key<Boolean> ECUS = Key.flag("ecus", false)
      .says("whether two control units, 7E8 and 7E9, answer diagnostic requests (OBD, UDS "
          + "services 19 and 22) on the bus");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(MODEL, RATE, FD, TIMESTAMPS, ECUS);

  /** Reads its keys of a device's mapping; who has read the others too refuses unknown ones. */
  public static SlcanAdapterSettings from(String name, Node node) {
    SlcanAdapterSettings settings = new SlcanAdapterSettings(
        name,
        node.get(MODEL),
        Math.toIntExact(node.get(RATE)),
        node.get(TIMESTAMPS),
        node.get(FD),
        node.get(ECUS));
    if (settings.model().equals("nev-fd") && !settings.fd()) {
      node.at(MODEL).fault("model nev-fd needs an adapter with CAN FD; want fd: true");
    }
    return settings;
  }
}
