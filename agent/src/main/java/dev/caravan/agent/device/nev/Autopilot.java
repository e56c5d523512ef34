package dev.caravan.agent.device.nev;

import java.util.Random;

/**
 * Automated driving of level 3 on the expressway: offered when its conditions hold, switched on by the driver, and
 * handed back on request. A driver who does not answer within 10 s is brought to a halt, as UN Regulation 157, 5.4 and
 * 5.5 want it.
 */
final class Autopilot {
  enum State {
    OFF(0),
    AVAILABLE(1),
    ACTIVE(2),
    HANDOVER_REQUEST(3),
    MINIMUM_RISK(4);

    final int code;

    State(int code) {
      this.code = code;
    }
  }

  enum Reason {
    NONE(0),
    ROUTE_END(1),
    SENSOR_DEGRADED(2),
    LANE_UNCERTAIN(3),
    WEATHER(4);

    final int code;

    Reason(int code) {
      this.code = code;
    }
  }

  private static final double LOWEST_MPS = 60 / 3.6;
  private static final double ANSWER_WITHIN_S = 10;
  private static final double MINIMUM_RISK_MPS2 = -2.4;
  private static final double STAYS_HALTED_S = 6;
  private static final double MEAN_BETWEEN_REQUESTS_S = 150;

  private final Random random;
  private State state = State.OFF;
  private Reason reason = Reason.NONE;
  private double inStateS;
  private double answersAfterS;

  /** What the automation wants, while it drives. */
  double targetMps2;

  double targetMps;
  /** 0..100 % of the last seconds that the driver looked ahead. */
  double attentionPercent = 96;
  /** Distance to the middle of the lane, to the left positive. */
  double laneOffsetM;
  /** To the vehicle in front. */
  double gapM = 7;

  double closingMps;
  /** 0..100 %, how sure the sensors are. */
  double confidencePercent = 97;

  int handovers;

  private double gapWander;
  private double offsetWander;

  Autopilot(Random random) {
    this.random = random;
  }

  void step(Car car) {
    inStateS += Car.STEP_S;
    double speedMps = car.drivetrain.speedMps;
    boolean conditions = car.trip.phase() == Trip.Phase.EXPRESSWAY
        && speedMps > LOWEST_MPS
        && !car.trip.leavesExpresswayWithin(30)
        && confidencePercent > 70;
    switch (state) {
      case OFF -> {
        if (!conditions) {
          inStateS = 0;
        } else if (inStateS > 4) {
          enter(State.AVAILABLE);
          answersAfterS = 4 + random.nextInt(9);
        }
      }
      case AVAILABLE -> {
        if (!conditions) {
          enter(State.OFF);
        } else if (inStateS > answersAfterS) {
          enter(State.ACTIVE);
        }
      }
      case ACTIVE -> active(car);
      case HANDOVER_REQUEST -> {
        if (inStateS > answersAfterS) {
          reason = Reason.NONE;
          enter(State.OFF);
        } else if (inStateS > ANSWER_WITHIN_S) {
          enter(State.MINIMUM_RISK);
        }
      }
      case MINIMUM_RISK -> {
        inStateS = speedMps > 0 ? 0 : inStateS;
        if (inStateS > STAYS_HALTED_S) {
          reason = Reason.NONE;
          enter(State.OFF);
        }
      }
    }
    boolean isHalting = state == State.MINIMUM_RISK;
    targetMps = isHalting ? 0 : car.trip.trafficMps();
    double haltsMps2 = Math.max(MINIMUM_RISK_MPS2, -0.25 - 0.6 * speedMps); // gently at the end
    targetMps2 = isHalting ? haltsMps2 : Driver.wantedMps2(targetMps, speedMps);
    surroundings(speedMps);
  }

  private void active(Car car) {
    boolean isHappening = random.nextDouble() < Car.STEP_S / MEAN_BETWEEN_REQUESTS_S;
    if (car.trip.leavesExpresswayWithin(14)) {
      request(Reason.ROUTE_END);
    } else if (isHappening) {
      request(Reason.values()[2 + random.nextInt(3)]);
    }
  }

  private void request(Reason why) {
    reason = why;
    handovers++;
    boolean answers = random.nextInt(7) != 0;
    answersAfterS = answers ? 1.5 + 6 * random.nextDouble() : Double.MAX_VALUE;
    enter(State.HANDOVER_REQUEST);
  }

  private void enter(State next) {
    state = next;
    inStateS = 0;
  }

  private void surroundings(double speedMps) {
    double dt = Car.STEP_S;
    gapWander += -gapWander * dt / 15 + random.nextGaussian() * 0.12 * Math.min(1, speedMps / 10);
    double nextM = Math.max(3, 7 + 1.6 * speedMps + gapWander);
    closingMps += ((gapM - nextM) / dt - closingMps) * dt / 0.5;
    gapM = nextM;
    offsetWander +=
        -offsetWander * dt / 6 + random.nextGaussian() * 0.008 * Math.min(1, speedMps / 10);
    laneOffsetM += (offsetWander - laneOffsetM) * dt / 1.5;
    double attentive = isDriving() ? 45 : 95;
    double wanted = state == State.HANDOVER_REQUEST && answersAfterS < 1e9 ? 98 : attentive;
    attentionPercent += (wanted - attentionPercent) * dt / 2 + random.nextGaussian() * 0.05;
    attentionPercent = Math.max(0, Math.min(100, attentionPercent));
    boolean isUncertain = reason == Reason.SENSOR_DEGRADED
        || reason == Reason.LANE_UNCERTAIN
        || reason == Reason.WEATHER;
    confidencePercent += ((isUncertain ? 55 : 97) - confidencePercent) * dt / 3;
  }

  State state() {
    return state;
  }

  Reason reason() {
    return reason;
  }

  /** Whether it steers, drives and brakes, and the driver does not. */
  boolean isDriving() {
    return state == State.ACTIVE || state == State.HANDOVER_REQUEST || state == State.MINIMUM_RISK;
  }

  boolean handsOn() {
    return !isDriving() || (state == State.HANDOVER_REQUEST && inStateS > answersAfterS - 1);
  }

  /** What is left of the 10 s; 0 without a request. */
  double answerWithinS() {
    return state == State.HANDOVER_REQUEST ? Math.max(0, ANSWER_WITHIN_S - inStateS) : 0;
  }
}
