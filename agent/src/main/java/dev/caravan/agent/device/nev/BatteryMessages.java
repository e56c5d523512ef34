package dev.caravan.agent.device.nev;

import static dev.caravan.agent.device.nev.MessageLayout.Builder.big;
import static dev.caravan.agent.device.nev.MessageLayout.Builder.little;

import java.util.List;
import java.util.Locale;

/** What battery management, charger, 12 V converter, thermal management and the body send. */
final class BatteryMessages {
  private static final String BMS = "BMS";
  private static final String CHG = "CHG";
  private static final String DCDC = "DCDC";
  private static final String TMS = "TMS";
  private static final String BCM = "BCM";
  private static final int CELLS_A_PAGE = 4;
  private static final int PROBES_A_PAGE = 6;

  private BatteryMessages() {}

  static List<MessageLayout> all() {
    return List.of(
        big("BmsPack", 0x0F0, BMS, 10)
            .withProtection()
            .unsigned("Voltage", 14, 0.05, 0, 0, 800, "V", car -> car.battery.voltageV)
            .unsigned("Current", 16, 0.05, -1600, -1000, 1000, "A", car -> -car.battery.currentA)
            .signed("Power", 16, 0.01, 300, "kW", car -> -car.battery.powerW() / 1000)
            .build(),
        big("BmsLimits", 0x110, BMS, 20)
            .withProtection()
            .unsigned(
                "DischargePower",
                12,
                0.1,
                0,
                0,
                400,
                "kW",
                car -> car.battery.mostDischargeW() / 1000)
            .unsigned(
                "ChargePower", 12, 0.1, 0, 0, 400, "kW", car -> car.battery.mostChargeW() / 1000)
            .unsigned("ChargeCurrent", 12, 0.1, 0, 0, 400, "A", car -> car.battery.mostChargeA())
            .build(),
        cellVoltages(),
        probeTemperatures(),
        big("BmsState", 0x230, BMS, 100)
            .unsigned("Charge", 14, 0.01, 0, 0, 100, "%", car -> car.battery.chargePercent())
            .unsigned("Energy", 16, 0.01, 0, 0, 200, "kWh", car -> car.battery.remainingWh() / 1000)
            .unsigned("Health", 10, 0.1, 0, 0, 100, "%", car -> 97.4)
            .withCounter()
            .build(),
        extremes(),
        big("Insulation", 0x310, BMS, 1000)
            .unsigned("Resistance", 16, 1, 0, 0, 60_000, "kOhm", car -> car.insulationKohm())
            .withCounter()
            .build(),
        big("Energy", 0x320, BMS, 1000)
            .unsigned(
                "Discharged",
                24,
                0.01,
                0,
                0,
                160_000,
                "kWh",
                car -> car.battery.dischargedWh / 1000)
            .unsigned(
                "Charged", 24, 0.01, 0, 0, 160_000, "kWh", car -> car.battery.chargedWh / 1000)
            .withCounter()
            .build(),
        chargerStatus(),
        little("ConverterStatus", 0x210, DCDC, 50)
            .unsigned("InputPower", 12, 1, 0, 0, 4000, "W", car -> car.lowVoltage.powerW())
            .unsigned("Voltage", 12, 0.01, 0, 0, 40, "V", car -> car.lowVoltage.voltageV)
            .unsigned("Current", 12, 0.1, 0, 0, 400, "A", car -> car.lowVoltage.converterA)
            .unsigned("Temperature", 8, 1, -40, -40, 210, "degC", car -> car.lowVoltage.converterC)
            .flag("Converting", car -> car.lowVoltage.isConverting)
            .withCounter()
            .build(),
        temperatures(),
        little("Climate", 0x250, TMS, 100)
            .unsigned("Power", 12, 1, 0, 0, 4000, "W", car -> car.thermal.climateW)
            .unsigned("Cabin", 10, 0.1, -40, -40, 60, "degC", car -> car.thermal.cabinC)
            .unsigned("Ambient", 10, 0.1, -40, -40, 60, "degC", car -> car.thermal.ambientC())
            .withCounter()
            .build(),
        lights(),
        little("WiperRain", 0x252, BCM, 100)
            .choice("WiperSpeed", 2, 3, car -> car.body.wiperSpeed())
            .unsigned("Rain", 7, 1, 0, 0, 100, "%", car -> car.body.rainPercent())
            .withCounter()
            .build(),
        little("Doors", 0x260, BCM, 200)
            .flag("DriverDoorOpen", car -> car.body.isDriverDoorOpen())
            .flag("DriverBelted", car -> car.body.isBelted())
            .flag("Locked", car -> car.body.isLocked())
            .withCounter()
            .build());
  }

  private static MessageLayout cellVoltages() {
    MessageLayout.Builder message =
        big("CellVoltages", 0x180, BMS, 50).multiplexer("CellPage", Battery.CELLS / CELLS_A_PAGE);
    for (int cell = 0; cell < Battery.CELLS; cell++) {
      if (cell % CELLS_A_PAGE == 0) {
        message.page(cell / CELLS_A_PAGE);
      }
      int index = cell;
      message.unsigned(
          numbered("Cell", cell), 13, 0.001, 0, 0, 5, "V", car -> car.battery.cellV(index));
    }
    return message.withCounter().build();
  }

  private static MessageLayout probeTemperatures() {
    MessageLayout.Builder message = big("ProbeTemperatures", 0x190, BMS, 200)
        .multiplexer("ProbePage", Thermal.PROBES / PROBES_A_PAGE);
    for (int probe = 0; probe < Thermal.PROBES; probe++) {
      if (probe % PROBES_A_PAGE == 0) {
        message.page(probe / PROBES_A_PAGE);
      }
      int index = probe;
      message.unsigned(
          numbered("Probe", probe), 8, 1, -40, -40, 210, "degC", car -> car.thermal.probeC(index));
    }
    return message.withCounter().build();
  }

  private static String numbered(String what, int index) {
    return String.format(Locale.ROOT, "%s%02d", what, index + 1);
  }

  private static MessageLayout extremes() {
    return big("BmsExtremes", 0x1A0, BMS, 500)
        .unsigned(
            "HighestVoltage",
            13,
            0.001,
            0,
            0,
            5,
            "V",
            car -> car.battery.cellV(car.battery.highestCell))
        .unsigned("HighestCell", 7, 1, 0, 1, 96, "", car -> car.battery.highestCell + 1)
        .unsigned(
            "LowestVoltage",
            13,
            0.001,
            0,
            0,
            5,
            "V",
            car -> car.battery.cellV(car.battery.lowestCell))
        .unsigned("LowestCell", 7, 1, 0, 1, 96, "", car -> car.battery.lowestCell + 1)
        .unsigned(
            "HighestTemperature",
            8,
            1,
            -40,
            -40,
            210,
            "degC",
            car -> car.thermal.probeC(car.thermal.hottestProbe()))
        .unsigned(
            "LowestTemperature",
            8,
            1,
            -40,
            -40,
            210,
            "degC",
            car -> car.thermal.probeC(car.thermal.coldestProbe()))
        .withCounter()
        .build();
  }

  private static MessageLayout chargerStatus() {
    return little("ChargerStatus", 0x240, CHG, 100)
        .choice("State", 3, 5, car -> car.charger.state().code)
        .unsigned("InletVoltage", 14, 0.05, 0, 0, 800, "V", car -> car.charger.inletV)
        .unsigned("DeliveredCurrent", 14, 0.05, 0, 0, 800, "A", car -> car.charger.deliveredA)
        .unsigned("RequestedCurrent", 14, 0.05, 0, 0, 800, "A", car -> car.charger.requestedA)
        .unsigned("InletTemperature", 8, 1, -40, -40, 210, "degC", car -> car.charger.inletC)
        .flag("Charging", car -> car.charger.state() == Charger.State.CHARGING)
        .flag("Connected", car -> !car.charger.isDisconnected())
        .withCounter()
        .build();
  }

  private static MessageLayout temperatures() {
    return little("DriveTemperatures", 0x220, TMS, 100)
        .unsigned("Motor", 12, 0.1, -40, -40, 300, "degC", car -> car.thermal.motorC)
        .unsigned("Controller", 12, 0.1, -40, -40, 300, "degC", car -> car.thermal.controllerC)
        .unsigned("Coolant", 12, 0.1, -40, -40, 300, "degC", car -> car.thermal.coolantC)
        .unsigned("Pump", 8, 0.5, 0, 0, 100, "%", car -> car.thermal.pumpPercent)
        .unsigned("Fan", 8, 0.5, 0, 0, 100, "%", car -> car.thermal.fanPercent)
        .withCounter()
        .build();
  }

  private static MessageLayout lights() {
    return little("Lights", 0x200, BCM, 50)
        .flag("LowBeam", car -> car.body.hasLowBeam())
        .flag("BrakeLamp", car -> car.body.isBrakeLightOn())
        .flag("LeftLamp", car -> car.body.isLeftLampOn())
        .flag("RightLamp", car -> car.body.isRightLampOn())
        .flag("Hazard", car -> car.body.isHazardOn())
        .unsigned("Daylight", 7, 1, 0, 0, 100, "%", car -> 100 * car.body.daylight())
        .withCounter()
        .build();
  }
}
