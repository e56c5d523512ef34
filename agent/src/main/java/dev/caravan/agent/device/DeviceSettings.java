package dev.caravan.agent.device;

import dev.caravan.agent.config.Node;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One entry of {@code devices}.
 *
 * @param name letters, digits, dot, underscore, hyphen; the name of the link to the port
 * @param type what the device is: {@code slcan}
 * @param model what is behind it: {@code nev}, the bus of a new-energy vehicle
 * @param rateHz frames a second on the simulated bus
 * @param timestamps whether an adapter appends time stamps until it is told otherwise by {@code Z0}
 * @param seed of everything that is random in the model; equal seeds give equal frames
 */
public record DeviceSettings(
    String name, String type, String model, int rateHz, boolean timestamps, long seed) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  /** Reads one entry; what is wrong goes to the faults of the node. */
  public static DeviceSettings from(Node node) {
    DeviceSettings settings = new DeviceSettings(
        node.at("name").text(NAME, "1..64 of A-Z a-z 0-9 . _ - and no dot first"),
        node.at("type").oneOf(List.of("slcan")),
        node.at("model").oneOf(List.of("nev"), "nev"),
        (int) node.at("rate").rate("1", "10k", "300"),
        node.at("timestamps").flag(false),
        node.at("seed").whole(0, Long.MAX_VALUE, 1));
    node.refuseUnknownKeys();
    return settings;
  }

  /** The same device with another seed. */
  public DeviceSettings withSeed(long other) {
    return new DeviceSettings(name, type, model, rateHz, timestamps, other);
  }
}
