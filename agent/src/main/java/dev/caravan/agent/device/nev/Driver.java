package dev.caravan.agent.device.nev;

/** The person at the wheel: follows the traffic with two pedals, at the pace of a foot, and never with both. */
final class Driver {
  private static final double ACCELERATOR_PER_S = 120;
  private static final double RELEASE_PER_S = 250;
  private static final double BRAKE_PER_S = 140;
  private static final double HOLDING_PERCENT = 18;

  /** 0..100 %. */
  double acceleratorPercent;
  /** 0..100 %. */
  double brakePercent;

  void step(Car car) {
    double accelerator = 0;
    double brake = 0;
    if (!car.autopilot.isDriving()) {
      double wanted = wantedMps2(car.trip.trafficMps(), car.drivetrain.speedMps);
      boolean isMoving = car.drivetrain.speedMps > 0.05 || car.trip.trafficMps() > 0;
      if (car.trip.gear() == Gear.P) {
        brake = car.trip.phase() == Trip.Phase.PARKED ? HOLDING_PERCENT : 0;
      } else if (isMoving) {
        double forceN = car.drivetrain.forceForN(wanted);
        double liftN = car.drivetrain.liftOffN();
        if (forceN >= liftN) {
          accelerator = 100 * (forceN - liftN) / (car.drivetrain.mostForceN() - liftN);
        } else {
          brake = 100 * (liftN - forceN) / Drivetrain.MOST_BRAKE_N;
        }
      } else {
        brake = HOLDING_PERCENT;
      }
    }
    if (brakePercent > 0.5) {
      accelerator = 0;
    } else if (acceleratorPercent > 0.5) {
      brake = 0;
    }
    acceleratorPercent =
        towards(acceleratorPercent, Math.min(100, accelerator), ACCELERATOR_PER_S, RELEASE_PER_S);
    brakePercent = towards(brakePercent, Math.min(100, brake), BRAKE_PER_S, RELEASE_PER_S);
  }

  /** What keeps up with the traffic without haste. */
  static double wantedMps2(double trafficMps, double speedMps) {
    double most = speedMps > 18 ? 1.0 : 1.7;
    return Math.max(
        -2.2, Math.min(most, (trafficMps - speedMps) * 0.45 - (trafficMps == 0 ? 0.15 : 0)));
  }

  private static double towards(double now, double wanted, double upPerS, double downPerS) {
    return Math.max(now - downPerS * Car.STEP_S, Math.min(now + upPerS * Car.STEP_S, wanted));
  }
}
