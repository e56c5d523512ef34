package dev.caravan.agent.device.nev;

/** A direct-current charging post and the car's side of the talk with it, in the phases of GB/T 27930. */
final class Charger {
  /** Coded as the messages send it. */
  enum State {
    DISCONNECTED(0),
    CONNECTED(1),
    HANDSHAKE(2),
    CONFIGURATION(3),
    CHARGING(4),
    FINISHED(5);

    final int code;

    State(int code) {
      this.code = code;
    }
  }

  private static final double CURRENT_A_PER_S = 25;
  private static final double MOST_A = 200;
  private static final double FULL = 0.94;

  private State state = State.DISCONNECTED;
  private double inStateS;

  /** What the battery asks for. */
  double requestedA;
  /** What the post delivers, 0 or more. */
  double deliveredA;
  /** Into the car, at the battery's voltage of the step before. */
  double deliveredW;
  /** Voltage at the inlet; 0 without a post. */
  double inletV;

  double sessionWh;
  double inletC = 18;

  void step(Car car) {
    inStateS += Car.STEP_S;
    requestedA = 0;
    boolean isWanted = car.trip.phase() == Trip.Phase.CHARGING;
    switch (state) {
      case DISCONNECTED -> after(isWanted ? 12 : Double.MAX_VALUE, State.CONNECTED);
      case CONNECTED -> after(3, State.HANDSHAKE);
      case HANDSHAKE -> {
        sessionWh = 0;
        after(4, State.CONFIGURATION);
      }
      case CONFIGURATION -> after(3, State.CHARGING);
      case CHARGING -> {
        boolean isOver = car.battery.charge >= FULL || car.trip.isLeaving();
        requestedA = isOver ? 0 : Math.min(MOST_A, car.battery.mostChargeA() * 0.92);
        if (isOver && deliveredA == 0) {
          enter(State.FINISHED);
        }
      }
      case FINISHED -> after(car.trip.isLeaving() ? 5 : Double.MAX_VALUE, State.DISCONNECTED);
    }
    double wantedA = state == State.CHARGING ? requestedA : 0;
    double stepA = CURRENT_A_PER_S * Car.STEP_S;
    deliveredA = Math.max(deliveredA - stepA, Math.min(deliveredA + stepA, wantedA));
    double wantedV = state == State.CHARGING || deliveredA > 0 ? car.battery.voltageV : 0;
    inletV += (wantedV - inletV) * Car.STEP_S / 0.5;
    deliveredW = deliveredA * car.battery.voltageV;
    sessionWh += deliveredW * Car.STEP_S / 3600;
    double heatingC = deliveredA * deliveredA * 0.0008;
    inletC += (car.thermal.ambientC() + heatingC - inletC) * Car.STEP_S / 180;
  }

  private void after(double s, State next) {
    if (inStateS >= s) {
      enter(next);
    }
  }

  private void enter(State next) {
    state = next;
    inStateS = 0;
  }

  State state() {
    return state;
  }

  boolean isDisconnected() {
    return state == State.DISCONNECTED;
  }

  /** Of GB/T 32960.3-2016, table 9: 1 parked and charging, 3 not charging, 4 finished. */
  int gbtState() {
    return switch (state) {
      case CHARGING -> 1;
      case FINISHED -> 4;
      default -> 3;
    };
  }

  /** Seconds to the end at the present current; 0 while not charging. */
  double remainingS(Battery battery) {
    if (state != State.CHARGING || deliveredA < 1) {
      return 0;
    }
    return Math.max(0, FULL - battery.charge) * Battery.CAPACITY_AH * 3600 / deliveredA;
  }
}
