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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** The one list of types of simulated devices; what is said of them, in the documents too, follows from it. */
final class DeviceTypes {
  /** Where the time of day of a receiver begins that says the same each time: 2026-06-01 08:00:00 UTC. */
  private static final long REPEATABLE_NS = 1_780_300_800L * 1_000_000_000L;

  private static final String VIN = "LCRVNE12345678901";
  private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  static final Key<String> NAME = Key.text(
          "name", NAME_FORM, "1..64 of A-Z a-z 0-9 . _ - and no dot first")
      .required()
      .range("1..64 of `A-Z a-z 0-9 . _ -`, no dot first")
      .says("name of the device; its port is linked under it");
  static final Key<Long> SEED = Key.large("seed", 0, Long.MAX_VALUE)
      .or(1)
      .says("of everything random; with equal seeds it says the same, a satellite receiver if it "
          + "is opened at the same time");

  static final Key<Double> ROUGH = Key.number("rough", 0, 1)
      .or(0)
      .says("share of what goes over its cable that is spoiled: noise, flipped bits, cuts, "
          + "repeats, delays, losses");

  /**
   * A type of device.
   *
   * @param name what {@code type} says
   * @param keys its own, beside those of every device
   * @param reading what makes a plan of its name, its seed and its mapping
   */
  record Type(String name, List<Key<?>> keys, Reading reading) {}

  private interface Reading {
    DevicePlan read(String name, long seed, Node node);
  }

  /** Makes what stands at the end of a simulated cable. */
  private interface InstrumentMaker {
    Instrument make(long seed, long startUtcNs);
  }

  static final List<Type> ALL = List.of(
      new Type("slcan", SlcanAdapterSettings.KEYS, DeviceTypes::slcan),
      instrument("elm327", Elm327AdapterSettings.KEYS, false, (name, node) -> {
        Elm327AdapterSettings settings = Elm327AdapterSettings.from(name, node);
        return (seed, startUtcNs) -> new Elm327Adapter(settings, seed);
      }),
      instrument("gnss", GnssReceiverSettings.KEYS, true, (name, node) -> {
        GnssReceiverSettings settings = GnssReceiverSettings.from(name, node);
        return (seed, startUtcNs) -> new GnssReceiver(settings, seed, startUtcNs);
      }),
      instrument("modbus", ModbusSlavesSettings.KEYS, false, (name, node) -> {
        ModbusSlavesSettings settings = ModbusSlavesSettings.from(node);
        return (seed, startUtcNs) -> new ModbusSlaves(settings, seed);
      }),
      instrument(
          "radar", List.of(), true, (name, node) -> (seed, startUtcNs) -> new TrafficRadar(seed)));

  static final Key<String> TYPE =
      Key.oneOf("type", ALL.stream().map(Type::name).toList()).required().says("what it is");

  private DeviceTypes() {}

  /** Reads one item of {@code devices}; empty, with a fault, if there is no such type. */
  static Optional<DevicePlan> read(Node node) {
    String name = node.at(NAME).text();
    String word = node.get(TYPE);
    long seed = node.get(SEED);
    Optional<DevicePlan> plan = ALL.stream()
        .filter(type -> type.name.equals(word))
        .findFirst()
        .map(type -> type.reading.read(name, seed, node));
    if (plan.isPresent()) {
      node.refuseUnknownKeys();
    }
    return plan;
  }

  private static DevicePlan slcan(String name, long seed, Node node) {
    SlcanAdapterSettings settings = SlcanAdapterSettings.from(name, node);
    return new DevicePlan(
        name,
        "slcan",
        seed,
        true,
        false,
        (chosen, isRepeatable, timeline) ->
            new SlcanAdapter(settings, bus(settings, chosen), timeline));
  }

  /** A type at the end of a cable that may be rough; {@code talks} without being asked. */
  private static Type instrument(
      String type,
      List<Key<?>> own,
      boolean talks,
      BiFunction<String, Node, InstrumentMaker> reading) {
    List<Key<?>> keys = new ArrayList<>(own);
    keys.add(ROUGH);
    return new Type(type, keys, (name, seed, node) -> {
      double rough = node.get(ROUGH);
      InstrumentMaker maker = reading.apply(name, node);
      return new DevicePlan(
          name,
          type,
          seed,
          rough == 0 && talks,
          false,
          (chosen, isRepeatable, timeline) -> new SerialDevice(
              name,
              () -> cable(
                  maker.make(chosen, isRepeatable ? REPEATABLE_NS : timeline.nowNs()),
                  rough,
                  chosen),
              isRepeatable && !talks,
              timeline));
    });
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
