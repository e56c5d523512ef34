package dev.caravan.agent.device.nev;

/** The 12 V side: lead-acid battery, loads, and the converter that feeds them from the traction battery. */
final class LowVoltage {
  private static final double REGULATED_V = 14.2;
  private static final double EFFICIENCY = 0.92;

  private double restingV = 12.65;
  double voltageV = 12.6;
  /** Into the loads. */
  double loadA = 20;
  /** Out of the converter. */
  double converterA;

  double converterC = 25;
  boolean isConverting;
  /** Extra heat of an injected fault. */
  double faultW;

  void step(Car car) {
    boolean isOn = car.isOn();
    double loadW = (isOn ? 260 : 35)
        + (car.body.hasLowBeam() ? 75 : 0)
        + (car.body.isBrakeLightOn() ? 18 : 0)
        + (isOn ? car.thermal.fanPercent * 3.5 + car.thermal.pumpPercent * 0.8 : 0)
        + Math.abs(car.chassis.assistNm) * 12;
    isConverting = isOn || car.charger.state() == Charger.State.CHARGING;
    loadA += (loadW / voltageV - loadA) * Car.STEP_S / 0.2;
    double chargingA = isConverting ? Math.max(0, (12.85 - restingV) * 25) : 0;
    converterA += ((isConverting ? loadA + chargingA : 0) - converterA) * Car.STEP_S / 0.1;
    double wantedV = isConverting ? REGULATED_V - 0.004 * converterA : restingV - 0.008 * loadA;
    voltageV += (wantedV - voltageV) * Car.STEP_S / 0.4;
    double balanceA = converterA - loadA;
    restingV = Math.max(11.5, Math.min(12.85, restingV + balanceA * Car.STEP_S * 4e-6));
    double heatW = powerW() * (1 - EFFICIENCY) + faultW;
    double coolantC = car.thermal.coolantC;
    converterC += (heatW - 2.2 * (converterC - coolantC)) * Car.STEP_S / 150;
  }

  /** Out of the traction battery. */
  double powerW() {
    return converterA * voltageV / EFFICIENCY;
  }
}
