package dev.caravan.agent.device.nev;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws that the simulated car keeps at every step. */
class CarTest {
  private static final int HOUR_STEPS = 3600 * 100;
  private static final double DT_S = 0.01;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void odometerIsTheIntegralOfSpeedAndChargeThatOfCurrent(long seed) {
    Car car = new Car(seed);
    double distanceM = 0;
    double outAs = 0;
    double odometerM = car.drivetrain.odometerM;
    double charge = car.battery.charge;
    for (int i = 0; i < HOUR_STEPS; i++) {
      double before = car.drivetrain.speedMps;
      car.step();
      distanceM += (before + car.drivetrain.speedMps) / 2 * DT_S;
      outAs += car.battery.currentA * DT_S;
    }
    assertEquals(distanceM, car.drivetrain.odometerM - odometerM, 0.01);
    assertTrue(distanceM > 30_000, "drove only m=" + distanceM);
    assertEquals(outAs / 3600 / 150, charge - car.battery.charge, 1e-9);
    assertTrue(car.battery.charge > 0.3 && car.battery.charge < 0.96);
  }

  @Test
  void cellsAddUpToThePackAndPowersBalance() {
    Car car = new Car(7);
    for (int i = 0; i < HOUR_STEPS; i++) {
      car.step();
      Battery battery = car.battery;
      double sumV = 0;
      for (int cell = 0; cell < 96; cell++) {
        sumV += battery.cellV(cell);
      }
      assertEquals(sumV, battery.voltageV, 1e-9);
      double consumersW = car.drivetrain.electricW + car.thermal.climateW + car.lowVoltage.powerW();
      assertEquals(consumersW - car.charger.deliveredW, battery.voltageV * battery.currentA, 0.001);
      double drivesW = car.drivetrain.torqueNm * car.drivetrain.motorRadPerS();
      assertEquals(drivesW, car.drivetrain.shaftW, 0.001);
      assertTrue(car.drivetrain.electricW >= car.drivetrain.shaftW - 0.001);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4})
  void nothingJumps(long seed) {
    Car car = new Car(seed);
    for (int i = 0; i < HOUR_STEPS; i++) {
      double acceleration = car.drivetrain.accelerationMps2;
      double torque = car.drivetrain.torqueNm;
      double steering = car.chassis.steeringDeg;
      double pack = car.battery.voltageV;
      double cell = car.battery.cellV(17);
      double probe = car.thermal.probeC(3);
      double pedal = car.driver.acceleratorPercent;
      double low = car.lowVoltage.voltageV;
      car.step();
      assertEquals(
          acceleration, car.drivetrain.accelerationMps2, 1.2); // the jolt of standing still
      assertEquals(torque, car.drivetrain.torqueNm, 9.001);
      assertEquals(steering, car.chassis.steeringDeg, 1.0);
      assertEquals(pack, car.battery.voltageV, 3.0);
      assertEquals(cell, car.battery.cellV(17), 0.03);
      assertEquals(probe, car.thermal.probeC(3), 0.5);
      assertEquals(pedal, car.driver.acceleratorPercent, 2.501);
      assertEquals(low, car.lowVoltage.voltageV, 0.1);
      assertFalse(car.driver.acceleratorPercent > 1 && car.driver.brakePercent > 1);
    }
  }

  @Test
  void threeHoursShowEveryStateOfTripChargerAutomationAndSomeAlarms() {
    Car car = new Car(1);
    Set<Trip.Phase> phases = EnumSet.noneOf(Trip.Phase.class);
    Set<Gear> gears = EnumSet.noneOf(Gear.class);
    Set<Charger.State> charger = EnumSet.noneOf(Charger.State.class);
    Set<Autopilot.State> automation = EnumSet.noneOf(Autopilot.State.class);
    Set<Autopilot.Reason> reasons = EnumSet.noneOf(Autopilot.Reason.class);
    Set<Integer> levels = new TreeSet<>();
    for (int i = 0; i < 3 * HOUR_STEPS; i++) {
      car.step();
      phases.add(car.trip.phase());
      gears.add(car.trip.gear());
      charger.add(car.charger.state());
      automation.add(car.autopilot.state());
      reasons.add(car.autopilot.reason());
      levels.add(car.alarms.level());
      boolean isHeld = car.trip.gear() == Gear.P;
      assertTrue(!isHeld || car.drivetrain.speedMps == 0, "moves in P");
      assertTrue(car.charger.deliveredA == 0 || isHeld, "drives at the charger");
      assertTrue(!car.autopilot.isDriving() || car.driver.acceleratorPercent < 60);
    }
    assertEquals(EnumSet.allOf(Trip.Phase.class), phases);
    assertEquals(EnumSet.of(Gear.R, Gear.D, Gear.P), gears);
    assertEquals(EnumSet.allOf(Charger.State.class), charger);
    assertEquals(EnumSet.allOf(Autopilot.State.class), automation);
    assertEquals(EnumSet.allOf(Autopilot.Reason.class), reasons);
    assertEquals(Set.of(0, 1, 2), levels);
  }

  @Test
  void aMinuteFromTheStartShowsDrivingBrakingAndRegeneration() {
    Car car = new Car(1);
    double fastestKmh = 0;
    double lowestNm = 0;
    for (int i = 0; i < 6_000; i++) {
      car.step();
      fastestKmh = Math.max(fastestKmh, car.drivetrain.speedKmh());
      lowestNm = Math.min(lowestNm, car.drivetrain.torqueNm);
    }
    assertTrue(fastestKmh > 25, "fastest " + fastestKmh);
    assertTrue(lowestNm < -50, "lowest " + lowestNm);
  }

  @Test
  void equalSeedsGiveEqualFramesInAnyPortions() {
    byte[] atOnce = frames(11, 5_000_000_000L);
    assertArrayEquals(atOnce, frames(11, 3_700_001L));
    assertFalse(Arrays.equals(atOnce, frames(12, 5_000_000_000L)));
  }

  private static byte[] frames(long seed, long portionNs) {
    ByteBuffer all = ByteBuffer.allocate(1 << 20);
    VehicleModel model = new VehicleModel(2000, seed);
    for (long ns = 0; ns < 5_000_000_000L; ns += portionNs) {
      model.runUntil(
          ns,
          (timeNs, id, flags, payload, length) ->
              all.putLong(timeNs).putInt(id).put(payload, 0, length));
    }
    model.runUntil(
        5_000_000_000L,
        (timeNs, id, flags, payload, length) ->
            all.putLong(timeNs).putInt(id).put(payload, 0, length));
    assertEquals(10_000, all.position() / 20.0, 41);
    return Arrays.copyOf(all.array(), all.position());
  }
}
