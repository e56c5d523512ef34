package dev.caravan.agent.device.truck;

import static dev.caravan.agent.device.truck.MessageLayout.message;

/** EC1, the torque curve that the engine tells the transmission: 39 bytes, so it goes in packets. */
final class EngineConfiguration {
  static final MessageLayout LAYOUT = message("EC1", 0x18FEE300, 5000, 39)
      .with("EngineSpeedAtIdlePoint1", 0, 16, 0.125, 0, truck -> 600)
      .with("EnginePercentTorqueAtIdlePoint1", 16, 8, 1, -125, truck -> 45)
      .with("EngineSpeedAtPoint2", 24, 16, 0.125, 0, truck -> 900)
      .with("EnginePercentTorqueAtPoint2", 40, 8, 1, -125, truck -> 92)
      .with("EngineSpeedAtPoint3", 48, 16, 0.125, 0, truck -> 1100)
      .with("EnginePercentTorqueAtPoint3", 64, 8, 1, -125, truck -> 100)
      .with("EngineSpeedAtPoint4", 72, 16, 0.125, 0, truck -> 1400)
      .with("EnginePercentTorqueAtPoint4", 88, 8, 1, -125, truck -> 100)
      .with("EngineSpeedAtPoint5", 96, 16, 0.125, 0, truck -> 1900)
      .with("EnginePercentTorqueAtPoint5", 112, 8, 1, -125, truck -> 78)
      .with("EngineSpeedAtHighIdlePoint6", 120, 16, 0.125, 0, truck -> 2150)
      .with("EngineGainOfEndspeedGovernor", 136, 16, 0.0007813, 0, truck -> 0.5)
      .with("EngineReferenceTorque", 152, 16, 1, 0, truck -> Truck.REFERENCE_NM);

  private EngineConfiguration() {}
}
