package dev.caravan.agent.device.nev;

import static dev.caravan.agent.device.nev.MessageLayout.Builder.little;

import java.util.List;

/** What motor controller, vehicle controller and the automated driving send. */
final class DriveMessages {
  private static final String MCU = "MCU";
  private static final String VCU = "VCU";
  private static final String ADC = "ADC";

  private DriveMessages() {}

  static List<MessageLayout> all() {
    return List.of(
        little("MotorTorque", 0x0A1, MCU, 10)
            .withProtection()
            .signed("Torque", 16, 0.1, 400, "Nm", car -> car.drivetrain.signedTorqueNm())
            .signed("Request", 16, 0.1, 400, "Nm", car -> car.drivetrain.signedRequestNm())
            .choice("State", 3, 4, car -> car.drivetrain.motorState())
            .unsigned("Derating", 8, 0.5, 0, 0, 100, "%", car -> 100 * car.drivetrain.derating)
            .build(),
        little("MotorSpeed", 0x0A2, MCU, 10)
            .withProtection()
            .signed("Speed", 16, 1, 20_000, "rpm", car -> car.drivetrain.signedMotorRpm())
            .signed("ShaftPower", 16, 0.01, 300, "kW", car -> car.drivetrain.shaftW / 1000)
            .unsigned(
                "TorqueAvailable", 12, 0.1, 0, 0, 400, "Nm", car -> car.drivetrain.mostTorqueNm())
            .build(),
        little("MotorElectric", 0x0A3, MCU, 10)
            .withProtection()
            .unsigned("DcVoltage", 14, 0.05, 0, 0, 800, "V", car -> car.drivetrain.linkV)
            .signed(
                "DcCurrent",
                16,
                0.05,
                1000,
                "A",
                car -> car.drivetrain.electricW / car.battery.voltageV)
            .unsigned("PhaseCurrent", 14, 0.1, 0, 0, 1000, "A", car -> car.drivetrain.phaseA())
            .build(),
        pedalPosition(),
        little("TorqueDemand", 0x0B1, VCU, 10)
            .withProtection()
            .signed("WheelForce", 16, 1, 30_000, "N", car -> car.drivetrain.requestN)
            .unsigned(
                "RegenerationAvailable",
                12,
                0.1,
                0,
                0,
                400,
                "Nm",
                car -> car.drivetrain.mostRegenerationNm())
            .build(),
        autopilotControl(),
        little("ForwardObject", 0x120, ADC, 20)
            .withProtection()
            .unsigned("Gap", 12, 0.1, 0, 0, 400, "m", car -> car.autopilot.gapM)
            .signed("ClosingSpeed", 12, 0.05, 100, "m/s", car -> car.autopilot.closingMps)
            .unsigned("Confidence", 7, 1, 0, 0, 100, "%", car -> car.autopilot.confidencePercent)
            .build(),
        little("LanePosition", 0x121, ADC, 20)
            .withProtection()
            .signed("Offset", 10, 0.01, 5, "m", car -> car.autopilot.laneOffsetM)
            .signed("Curvature", 16, 0.00001, 0.3, "1/m", car -> car.trip.curvature())
            .build(),
        autopilotState(),
        little("HighVoltage", 0x128, VCU, 20)
            .withProtection()
            .unsigned("LinkVoltage", 14, 0.05, 0, 0, 800, "V", car -> car.drivetrain.linkV)
            .signed("MotorPower", 16, 0.01, 300, "kW", car -> car.drivetrain.electricW / 1000)
            .choice("Contactors", 2, 2, car -> car.contactors())
            .flag("InterlockClosed", car -> true)
            .build(),
        little("DriverMonitor", 0x202, ADC, 50)
            .unsigned("Attention", 10, 0.1, 0, 0, 100, "%", car -> car.autopilot.attentionPercent)
            .flag("HandsOn", car -> car.autopilot.handsOn())
            .withCounter()
            .build(),
        alarms(),
        little("VehicleState", 0x1C0, VCU, 500)
            .choice("State", 2, 3, car -> car.isOn() ? 1 : 2)
            .choice("Charging", 3, 4, car -> car.charger.gbtState())
            .choice("Mode", 2, 3, car -> 1)
            .choice("Converter", 2, 2, car -> car.lowVoltage.isConverting ? 1 : 2)
            .withCounter()
            .build(),
        little("Range", 0x330, VCU, 1000)
            .unsigned("Range", 12, 0.1, 0, 0, 400, "km", car -> car.rangeKm())
            .unsigned(
                "ChargingTime",
                12,
                1,
                0,
                0,
                4000,
                "min",
                car -> car.charger.remainingS(car.battery) / 60)
            .unsigned(
                "SessionEnergy", 14, 0.01, 0, 0, 160, "kWh", car -> car.charger.sessionWh / 1000)
            .withCounter()
            .build());
  }

  private static MessageLayout pedalPosition() {
    return little("PedalPosition", 0x0B0, VCU, 10)
        .withProtection()
        .unsigned("Accelerator", 10, 0.1, 0, 0, 100, "%", car -> car.driver.acceleratorPercent)
        .unsigned("Brake", 10, 0.1, 0, 0, 100, "%", car -> car.driver.brakePercent)
        .choice("Gear", 4, 15, car -> car.trip.gear().code)
        .flag("DriveForce", car -> car.drivetrain.torqueNm > 1)
        .flag("BrakeForce", car -> car.drivetrain.torqueNm < -1 || car.drivetrain.frictionN > 50)
        .flag("Ready", car -> car.isOn())
        .build();
  }

  private static MessageLayout autopilotControl() {
    return little("AutopilotControl", 0x0E0, ADC, 10)
        .withProtection()
        .signed("TargetAcceleration", 12, 0.01, 20, "m/s^2", car -> car.autopilot.targetMps2)
        .unsigned("TargetSpeed", 12, 0.1, 0, 0, 300, "km/h", car -> car.autopilot.targetMps * 3.6)
        .signed("TargetAngle", 16, 0.1, 780, "deg", car -> car.chassis.steeringDeg)
        .flag("Engaged", car -> car.autopilot.isDriving())
        .build();
  }

  private static MessageLayout autopilotState() {
    return little("AutopilotState", 0x122, ADC, 20)
        .withProtection()
        .choice("State", 3, 4, car -> car.autopilot.state().code)
        .choice("Reason", 3, 4, car -> car.autopilot.reason().code)
        .unsigned("AnswerWithin", 8, 0.1, 0, 0, 25, "s", car -> car.autopilot.answerWithinS())
        .unsigned("Handovers", 8, 1, 0, 0, 255, "", car -> car.autopilot.handovers % 256)
        .build();
  }

  private static MessageLayout alarms() {
    return little("Alarms", 0x1B0, VCU, 500)
        .choice("Level", 2, 3, car -> car.alarms.level())
        .flag("TemperatureDifference", car -> car.alarms.isRaised(Alarms.TEMPERATURE_DIFFERENCE))
        .flag("BatteryTemperature", car -> car.alarms.isRaised(Alarms.BATTERY_TEMPERATURE))
        .flag("PackUndervoltage", car -> car.alarms.isRaised(Alarms.PACK_UNDERVOLTAGE))
        .flag("ChargeLow", car -> car.alarms.isRaised(Alarms.CHARGE_LOW))
        .flag("CellOvervoltage", car -> car.alarms.isRaised(Alarms.CELL_OVERVOLTAGE))
        .flag("CellUndervoltage", car -> car.alarms.isRaised(Alarms.CELL_UNDERVOLTAGE))
        .flag("CellsInconsistent", car -> car.alarms.isRaised(Alarms.CELLS_INCONSISTENT))
        .flag("Insulation", car -> car.alarms.isRaised(Alarms.INSULATION))
        .flag("ConverterTemperature", car -> car.alarms.isRaised(Alarms.CONVERTER_TEMPERATURE))
        .flag("ConverterState", car -> car.alarms.isRaised(Alarms.CONVERTER_STATE))
        .flag("ControllerTemperature", car -> car.alarms.isRaised(Alarms.CONTROLLER_TEMPERATURE))
        .flag("MotorTemperature", car -> car.alarms.isRaised(Alarms.MOTOR_TEMPERATURE))
        .unsigned("Flags", 32, 1, 0, 0, 4_294_967_295.0, "", car -> car.alarms.flags())
        .withCounter()
        .build();
  }
}
