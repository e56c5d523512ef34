package dev.caravan.agent.device.truck;

import static dev.caravan.agent.device.truck.MessageLayout.message;

import java.util.List;

/** What the engine, address 00, sends in single frames. */
final class EngineMessages {
  private EngineMessages() {}

  static List<MessageLayout> all() {
    return List.of(
        message("EEC1", 0x0CF00400, 20, 8)
            .with("EngineTorqueMode", 0, 4, 1, 0, truck -> truck.torqueMode())
            .with("DriversDemandEnginePercentTorque", 8, 8, 1, -125, truck -> truck.demandPercent)
            .with("ActualEnginePercentTorque", 16, 8, 1, -125, truck -> truck.torquePercent)
            .with("EngineSpeed", 24, 16, 0.125, 0, truck -> truck.engineRpm),
        message("EEC2", 0x0CF00300, 50, 8)
            .with(
                "AcceleratorPedalLowIdleSwitch",
                0,
                2,
                1,
                0,
                truck -> truck.pedalPercent > 0 ? 0 : 1)
            .with("AcceleratorPedalPosition1", 8, 8, 0.4, 0, truck -> truck.pedalPercent)
            .with("EnginePercentLoadAtCurrentSpeed", 16, 8, 1, 0, truck -> truck.loadPercent),
        message("CCVS1", 0x18FEF100, 100, 8)
            .with("ParkingBrakeSwitch", 2, 2, 1, 0, truck -> truck.isParked() ? 1 : 0)
            .with("WheelBasedVehicleSpeed", 8, 16, 0.00390625, 0, truck -> truck.speedKmh())
            .with("CruiseControlActive", 24, 2, 1, 0, truck -> truck.isCruising() ? 1 : 0)
            .with("BrakeSwitch", 28, 2, 1, 0, truck -> truck.brakePercent > 0 ? 1 : 0)
            .with("ClutchSwitch", 30, 2, 1, 0, truck -> truck.isEngaged() ? 0 : 1)
            .with("CruiseControlSetSpeed", 40, 8, 1, 0, truck -> truck.wantedKmh()),
        message("LFE1", 0x18FEF200, 100, 8)
            .with("EngineFuelRate", 0, 16, 0.05, 0, truck -> truck.fuelLitresPerH)
            .with(
                "EngineInstantaneousFuelEconomy",
                16,
                16,
                0.001953125,
                0,
                truck -> truck.kmPerLitre())
            .with("EngineThrottleValve1Position", 48, 8, 0.4, 0, truck -> truck.loadPercent),
        message("EFL_P1", 0x18FEEF00, 500, 8)
            .with("EngineFuelDeliveryPressure", 0, 8, 4, 0, truck -> 450 + 0.05 * truck.engineRpm)
            .with("EngineOilLevel", 16, 8, 0.4, 0, truck -> 88)
            .with("EngineOilPressure", 24, 8, 4, 0, truck -> truck.oilPressureKpa())
            .with("EngineCoolantLevel", 56, 8, 0.4, 0, truck -> 96),
        message("IC1", 0x18FEF600, 500, 8)
            .with("EngineIntakeManifold1Pressure", 8, 8, 2, 0, truck -> truck.boostKpa)
            .with("EngineIntakeManifold1Temperature", 16, 8, 1, -40, truck -> truck.intakeC())
            .with("EngineExhaustTemperature", 40, 16, 0.03125, -273, truck -> truck.exhaustC),
        message("ET1", 0x18FEEE00, 1000, 8)
            .with("EngineCoolantTemperature", 0, 8, 1, -40, truck -> truck.coolantC)
            .with("EngineFuelTemperature1", 8, 8, 1, -40, truck -> truck.ambientC() + 12)
            .with("EngineOilTemperature1", 16, 16, 0.03125, -273, truck -> truck.oilC),
        message("AMB", 0x18FEF500, 1000, 8)
            .with("BarometricPressure", 0, 8, 0.5, 0, truck -> truck.barometricKpa())
            .with("AmbientAirTemperature", 24, 16, 0.03125, -273, truck -> truck.ambientC())
            .with("EngineIntakeAirTemperature", 40, 8, 1, -40, truck -> truck.ambientC() + 4),
        message("VEP1", 0x18FEF700, 1000, 8)
            .with("ChargingSystemPotential", 16, 16, 0.05, 0, truck -> 28.2)
            .with("BatteryPotential", 32, 16, 0.05, 0, truck -> 27.9),
        message("LFC", 0x18FEE900, 1000, 8)
            .with("EngineTripFuel", 0, 32, 0.5, 0, truck -> truck.tripFuelLitres)
            .with("EngineTotalFuelUsed", 32, 32, 0.5, 0, truck -> truck.totalFuelLitres()),
        message("HOURS", 0x18FEE500, 1000, 8)
            .with("EngineTotalHours", 0, 32, 0.05, 0, truck -> truck.engineHours())
            .with("EngineTotalRevolutions", 32, 32, 1000, 0, truck -> truck.engineHours() * 66_000),
        message("AT1T1I1", 0x18FE5600, 1000, 8)
            .with("Aftertreatment1DefTankVolume", 0, 8, 0.4, 0, truck -> truck.defPercent())
            .with(
                "Aftertreatment1DefTankTemperature", 8, 8, 1, -40, truck -> truck.ambientC() + 6));
  }
}
