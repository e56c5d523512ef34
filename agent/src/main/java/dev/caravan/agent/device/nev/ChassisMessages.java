package dev.caravan.agent.device.nev;

import static dev.caravan.agent.device.nev.MessageLayout.Builder.little;

import java.util.List;

/** What brakes, steering and stability control send. */
final class ChassisMessages {
  private static final String ESP = "ESP";
  private static final String EHB = "EHB";
  private static final String EPS = "EPS";

  private ChassisMessages() {}

  static List<MessageLayout> all() {
    return List.of(
        brakeSystem(),
        little("WheelSpeedFront", 0x0C4, ESP, 10)
            .withProtection()
            .unsigned("Left", 16, 0.01, 0, 0, 300, "km/h", car -> car.chassis.wheelKmh(0))
            .unsigned("Right", 16, 0.01, 0, 0, 300, "km/h", car -> car.chassis.wheelKmh(1))
            .build(),
        little("WheelSpeedRear", 0x0C5, ESP, 10)
            .withProtection()
            .unsigned("Left", 16, 0.01, 0, 0, 300, "km/h", car -> car.chassis.wheelKmh(2))
            .unsigned("Right", 16, 0.01, 0, 0, 300, "km/h", car -> car.chassis.wheelKmh(3))
            .build(),
        vehicleMotion(),
        little("Inertial", 0x0C8, ESP, 10)
            .withProtection()
            .signed("Longitudinal", 12, 0.01, 20, "m/s^2", car -> car.chassis.longitudinalMps2)
            .signed("Lateral", 12, 0.01, 20, "m/s^2", car -> car.chassis.lateralMps2)
            .signed("YawRate", 14, 0.02, 160, "deg/s", car -> car.chassis.yawRateDegPerS)
            .build(),
        little("SteeringAngle", 0x0D0, EPS, 10)
            .withProtection()
            .signed("Angle", 16, 0.1, 780, "deg", car -> car.chassis.steeringDeg)
            .signed("Rate", 14, 0.5, 2000, "deg/s", car -> car.chassis.steeringDegPerS)
            .build(),
        little("SteeringTorque", 0x0D1, EPS, 10)
            .withProtection()
            .signed("Driver", 12, 0.01, 20, "Nm", car -> car.chassis.driverNm)
            .signed("Assist", 12, 0.05, 100, "Nm", car -> car.chassis.assistNm)
            .flag("HandsOn", car -> car.autopilot.handsOn())
            .build(),
        wheelPulses(),
        brakePressure(),
        little("EspStatus", 0x124, ESP, 20)
            .signed("Grade", 12, 0.05, 100, "%", car -> 100 * car.trip.grade())
            .flag("AbsActive", car -> car.drivetrain.frictionN > 14_000)
            .flag("TorqueReduced", car -> car.drivetrain.derating < 1)
            .withCounter()
            .build(),
        little("BodyMotion", 0x126, ESP, 20)
            .signed("Vertical", 12, 0.01, 20, "m/s^2", car -> car.chassis.verticalMps2)
            .signed("RollRate", 12, 0.05, 100, "deg/s", car -> car.chassis.rollRateDegPerS)
            .signed("PitchRate", 12, 0.05, 100, "deg/s", car -> car.chassis.pitchRateDegPerS)
            .withCounter()
            .build(),
        little("Odometer", 0x300, ESP, 1000)
            .unsigned(
                "Total", 32, 0.001, 0, 0, 4_000_000, "km", car -> car.drivetrain.odometerM / 1000)
            .unsigned("Trip", 24, 0.001, 0, 0, 16_000, "km", car -> car.drivetrain.tripM / 1000)
            .withCounter()
            .build());
  }

  private static MessageLayout brakeSystem() {
    return little("BrakeSystem", 0x0C0, EHB, 10)
        .withProtection()
        .unsigned("MasterPressure", 12, 0.05, 0, 0, 200, "bar", car -> car.chassis.masterBar)
        .unsigned("FrictionForce", 14, 1, 0, 0, 16_000, "N", car -> car.drivetrain.frictionN)
        .flag("BrakeLight", car -> car.body.isBrakeLightOn())
        .build();
  }

  private static MessageLayout vehicleMotion() {
    return little("VehicleMotion", 0x0C6, ESP, 10)
        .withProtection()
        .unsigned("Speed", 16, 0.01, 0, 0, 300, "km/h", car -> car.drivetrain.speedKmh())
        .signed(
            "Acceleration", 12, 0.01, 20, "m/s^2", car -> car.drivetrain.signedAccelerationMps2())
        .choice(
            "Direction",
            2,
            2,
            car -> car.drivetrain.speedMps == 0 ? 0 : car.drivetrain.direction() > 0 ? 1 : 2)
        .flag("Moving", car -> car.drivetrain.speedMps > 0)
        .build();
  }

  private static MessageLayout wheelPulses() {
    return little("WheelPulses", 0x112, ESP, 20)
        .unsigned("FrontLeft", 15, 1, 0, 0, 32_767, "", car -> car.chassis.wheelPulses(0))
        .unsigned("FrontRight", 15, 1, 0, 0, 32_767, "", car -> car.chassis.wheelPulses(1))
        .unsigned("RearLeft", 15, 1, 0, 0, 32_767, "", car -> car.chassis.wheelPulses(2))
        .unsigned("RearRight", 15, 1, 0, 0, 32_767, "", car -> car.chassis.wheelPulses(3))
        .withCounter()
        .build();
  }

  private static MessageLayout brakePressure() {
    return little("BrakePressure", 0x114, EHB, 20)
        .unsigned("FrontLeft", 12, 0.05, 0, 0, 200, "bar", car -> car.chassis.brakeBar[0])
        .unsigned("FrontRight", 12, 0.05, 0, 0, 200, "bar", car -> car.chassis.brakeBar[1])
        .unsigned("RearLeft", 12, 0.05, 0, 0, 200, "bar", car -> car.chassis.brakeBar[2])
        .unsigned("RearRight", 12, 0.05, 0, 0, 200, "bar", car -> car.chassis.brakeBar[3])
        .withCounter()
        .build();
  }
}
