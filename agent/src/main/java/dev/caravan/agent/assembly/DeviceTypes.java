package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.device.Instrument;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.device.nev.VehicleModel;
import dev.caravan.agent.device.radar.TrafficRadar;
import dev.caravan.agent.device.slcan.SlcanAdapter;
import dev.caravan.agent.device.slcan.SlcanAdapterSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/** The one list of types of simulated devices. */
final class DeviceTypes {
  private static final List<String> TYPES = List.of("slcan", "radar");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private DeviceTypes() {}

  /** Reads one item of {@code devices}; empty, with a fault, if there is no such type. */
  static Optional<DevicePlan> read(Node node) {
    String name = node.at("name").text(NAME, "1..64 of A-Z a-z 0-9 . _ - and no dot first");
    String type = node.at("type").oneOf(TYPES);
    long seed = node.at("seed").whole(0, Long.MAX_VALUE, 1);
    return switch (type) {
      case "slcan" -> {
        SlcanAdapterSettings settings = SlcanAdapterSettings.from(node);
        yield Optional.of(new DevicePlan(
            name,
            type,
            seed,
            (chosen, timeline) -> new SlcanAdapter(settings, bus(settings, chosen), timeline)));
      }
      case "radar" -> {
        node.refuseUnknownKeys();
        yield Optional.of(serial(name, type, seed, TrafficRadar::new));
      }
      default -> Optional.empty();
    };
  }

  private static DevicePlan serial(
      String name, String type, long seed, LongFunction<Instrument> maker) {
    return new DevicePlan(
        name,
        type,
        seed,
        (chosen, timeline) -> new SerialDevice(name, maker.apply(chosen), timeline));
  }

  private static Traffic bus(SlcanAdapterSettings settings, long seed) {
    return switch (settings.model()) {
      case "nev" -> new VehicleModel(settings.rateHz(), seed);
      default -> throw new IllegalArgumentException("device: model=" + settings.model());
    };
  }
}
