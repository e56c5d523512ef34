package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.device.Instrument;
import dev.caravan.agent.device.RoughCable;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.device.ecu.Ecu;
import dev.caravan.agent.device.ecu.EcuBus;
import dev.caravan.agent.device.elm327.Elm327Adapter;
import dev.caravan.agent.device.elm327.Elm327AdapterSettings;
import dev.caravan.agent.device.gnss.GnssReceiver;
import dev.caravan.agent.device.gnss.GnssReceiverSettings;
import dev.caravan.agent.device.modbus.ModbusSlaves;
import dev.caravan.agent.device.modbus.ModbusSlavesSettings;
import dev.caravan.agent.device.nev.FdVehicleModel;
import dev.caravan.agent.device.nev.VehicleModel;
import dev.caravan.agent.device.radar.TrafficRadar;
import dev.caravan.agent.device.slcan.SlcanAdapter;
import dev.caravan.agent.device.slcan.SlcanAdapterSettings;
import dev.caravan.agent.device.truck.TruckModel;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one list of types of simulated devices. */
final class DeviceTypes {
  private static final List<String> TYPES = List.of("slcan", "elm327", "gnss", "modbus", "radar");
  private static final List<String> TALKING = List.of("slcan", "gnss", "radar");
  /** Where the time of day of a receiver begins that says the same each time: 2026-06-01 08:00:00 UTC. */
  private static final long REPEATABLE_NS = 1_780_300_800L * 1_000_000_000L;

  private static final String VIN = "LCRVNE12345678901";
  private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  static final Key<String> NAME = Key.text(
          "name", NAME_FORM, "1..64 of A-Z a-z 0-9 . _ - and no dot first")
      .required()
      .range("1..64 of `A-Z a-z 0-9 . _ -`, no dot first")
      .says("name of the device; its port is linked under it");
  static final Key<String> TYPE = Key.oneOf("type", TYPES).required().says("what it is");

  static final Key<Long> SEED = Key.large("seed", 0, Long.MAX_VALUE)
      .or(1)
      .says("of everything random; with equal seeds it says the same, a satellite receiver if it "
          + "is opened at the same time");

  static final Key<Double> ROUGH = Key.number("rough", 0, 1)
      .or(0)
      .says("share of what goes over its cable that is spoiled: noise, flipped bits, cuts, "
          + "repeats, delays, losses");

  private DeviceTypes() {}

  /** Makes what stands at the end of a simulated cable. */
  private interface InstrumentMaker {
    Instrument make(long seed, long startUtcNs);
  }

  /** Reads one item of {@code devices}; empty, with a fault, if there is no such type. */
  static Optional<DevicePlan> read(Node node) {
    String name = node.get(NAME);
    String type = node.get(TYPE);
    long seed = node.get(SEED);
    if (type.equals("slcan")) {
      SlcanAdapterSettings settings = SlcanAdapterSettings.from(node);
      return Optional.of(new DevicePlan(
          name,
          type,
          seed,
          true,
          false,
          (chosen, isRepeatable, timeline) ->
              new SlcanAdapter(settings, bus(settings, chosen), timeline)));
    }
    double rough = node.get(ROUGH);
    boolean talks = rough == 0 && TALKING.contains(type);
    return instrument(type, node)
        .map(maker -> new DevicePlan(
            name,
            type,
            seed,
            talks,
            false,
            (chosen, isRepeatable, timeline) -> new SerialDevice(
                name,
                () -> cable(
                    maker.make(chosen, isRepeatable ? REPEATABLE_NS : timeline.nowNs()),
                    rough,
                    chosen),
                isRepeatable && !TALKING.contains(type),
                timeline)));
  }

  private static Optional<InstrumentMaker> instrument(String type, Node node) {
    return switch (type) {
      case "elm327" -> {
        Elm327AdapterSettings settings = Elm327AdapterSettings.from(node);
        yield Optional.of((seed, startUtcNs) -> new Elm327Adapter(settings, seed));
      }
      case "gnss" -> {
        GnssReceiverSettings settings = GnssReceiverSettings.from(node);
        yield Optional.of((seed, startUtcNs) -> new GnssReceiver(settings, seed, startUtcNs));
      }
      case "modbus" -> {
        ModbusSlavesSettings settings = ModbusSlavesSettings.from(node);
        yield Optional.of((seed, startUtcNs) -> new ModbusSlaves(settings, seed));
      }
      case "radar" -> {
        node.refuseUnknownKeys();
        yield Optional.of((seed, startUtcNs) -> new TrafficRadar(seed));
      }
      default -> Optional.empty();
    };
  }

  private static Instrument cable(Instrument instrument, double rough, long seed) {
    return rough > 0 ? new RoughCable(instrument, rough, seed) : instrument;
  }

  private static Traffic bus(SlcanAdapterSettings settings, long seed) {
    Traffic model = switch (settings.model()) {
      case "nev" -> new VehicleModel(settings.rateHz(), seed);
      case "nev-fd" -> new FdVehicleModel(settings.rateHz(), seed);
      case "truck" -> new TruckModel(settings.rateHz(), seed);
      default -> throw new IllegalArgumentException("device: model=" + settings.model());
    };
    return settings.ecus()
        ? new EcuBus(model, List.of(new Ecu(0x7E8, VIN, seed), new Ecu(0x7E9, VIN, seed)))
        : model;
  }
}
