package dev.caravan.agent.device.truck;

import static dev.caravan.agent.device.truck.MessageLayout.message;

import java.util.List;

/** What transmission (03), brakes (0B), instrument cluster (17) and tachograph (EE) send. */
final class ChassisMessages {
  private ChassisMessages() {}

  static List<MessageLayout> all() {
    return List.of(
        message("ETC1", 0x0CF00203, 20, 8)
            .with("TransmissionDrivelineEngaged", 0, 2, 1, 0, truck -> truck.isEngaged() ? 1 : 0)
            .with("TransmissionShiftInProcess", 4, 2, 1, 0, truck -> truck.isShifting() ? 1 : 0)
            .with("TransmissionOutputShaftSpeed", 8, 16, 0.125, 0, truck -> truck.outputShaftRpm())
            .with("TransmissionInputShaftSpeed", 40, 16, 0.125, 0, truck -> truck.inputShaftRpm()),
        message("ETC2", 0x18F00503, 100, 8)
            .with("TransmissionSelectedGear", 0, 8, 1, -125, truck -> truck.selectedGear())
            .with("TransmissionActualGearRatio", 8, 16, 0.001, 0, truck -> truck.gearRatio())
            .with("TransmissionCurrentGear", 24, 8, 1, -125, truck -> truck.currentGear()),
        message("EBC1", 0x18F0010B, 100, 8)
            .with("AntiLockBrakingActive", 4, 2, 1, 0, truck -> truck.isSlipping() ? 1 : 0)
            .with("BrakePedalPosition", 8, 8, 0.4, 0, truck -> truck.brakePercent),
        message("EBC2", 0x18FEBF0B, 50, 8)
            .with("FrontAxleSpeed", 0, 16, 0.00390625, 0, truck -> truck.speedKmh())
            .with(
                "RelativeSpeedFrontAxleLeftWheel",
                16,
                8,
                0.0625,
                -7.8125,
                truck -> -truck.cornering())
            .with(
                "RelativeSpeedFrontAxleRightWheel",
                24,
                8,
                0.0625,
                -7.8125,
                truck -> truck.cornering())
            .with(
                "RelativeSpeedRearAxle1LeftWheel",
                32,
                8,
                0.0625,
                -7.8125,
                truck -> truck.slipKmh - truck.cornering())
            .with(
                "RelativeSpeedRearAxle1RightWheel",
                40,
                8,
                0.0625,
                -7.8125,
                truck -> truck.slipKmh + truck.cornering()),
        message("VDC2", 0x18F0090B, 20, 8)
            .with("SteeringWheelAngle", 0, 16, 0.0009765625, -31.374, truck -> truck.steeringRad)
            .with("YawRate", 24, 16, 0.0001220703125, -3.92, truck -> truck.yawRadPerS())
            .with(
                "LateralAcceleration", 40, 16, 0.00048828125, -15.687, truck -> truck.lateralMps2())
            .with("LongitudinalAcceleration", 56, 8, 0.1, -12.5, truck -> truck.accelerationMps2),
        message("TCO1", 0x0CFE6CEE, 50, 8)
            .with("TachographOutputShaftSpeed", 32, 16, 0.125, 0, truck -> truck.outputShaftRpm())
            .with("TachographVehicleSpeed", 48, 16, 0.00390625, 0, truck -> truck.speedKmh()),
        message("AIR1", 0x18FEAE0B, 1000, 8)
            .with("PneumaticSupplyPressure", 0, 8, 8, 0, truck -> truck.airKpa)
            .with("ServiceBrakeCircuit1AirPressure", 16, 8, 8, 0, truck -> truck.airKpa - 20)
            .with("ServiceBrakeCircuit2AirPressure", 24, 8, 8, 0, truck -> truck.airKpa - 28),
        message("VDHR", 0x18FEC117, 1000, 8)
            .with("HighResolutionTotalVehicleDistance", 0, 32, 5, 0, truck -> truck.totalM())
            .with("HighResolutionTripDistance", 32, 32, 5, 0, truck -> truck.tripM),
        message("DD1", 0x18FEFC17, 1000, 8)
            .with("WasherFluidLevel", 0, 8, 0.4, 0, truck -> Double.NaN)
            .with("FuelLevel1", 8, 8, 0.4, 0, truck -> truck.fuelPercent()));
  }
}
