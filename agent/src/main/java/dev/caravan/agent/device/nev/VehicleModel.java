package dev.caravan.agent.device.nev;

import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Schedule;
import dev.caravan.agent.device.Traffic;
import java.util.ArrayList;
import java.util.List;

/**
 * The CAN bus of a new-energy vehicle: 500 kbit/s, 41 messages with 11-bit identifiers, 2,000 frames a second at its
 * full rate, about half of what the bus can carry. {@code config/dbc/nev.dbc} describes every message.
 *
 * <p>The car behind it moves in steps of 10 ms; a message shows the state of the last step before it is sent. Counters
 * of a message rise by one from one frame of it to the next at any rate. Equal seeds and rates give equal frames. One
 * thread.
 */
public final class VehicleModel implements Traffic {
  private static final int BITRATE = 500_000;

  private final Car car;
  private final Schedule schedule;
  private final int[] ids;
  private final Encoder[] encoders;

  /** A car at the beginning of a trip, whose bus carries so many frames a second. */
  public VehicleModel(double rateHz, long seed) {
    this(rateHz, new Car(seed));
  }

  VehicleModel(double rateHz, Car car) {
    this.car = car;
    List<MessageLayout> messages = messages();
    this.ids = messages.stream().mapToInt(MessageLayout::id).toArray();
    this.encoders = messages.stream().map(Encoder::new).toArray(Encoder[]::new);
    this.schedule =
        new Schedule(messages.stream().mapToInt(MessageLayout::cycleMs).toArray(), rateHz);
  }

  /** All messages, in the order of their identifiers. */
  static List<MessageLayout> messages() {
    List<MessageLayout> all = new ArrayList<>();
    all.addAll(ChassisMessages.all());
    all.addAll(DriveMessages.all());
    all.addAll(BatteryMessages.all());
    all.sort(java.util.Comparator.comparingInt(MessageLayout::id));
    return List.copyOf(all);
  }

  @Override
  public int bitrate() {
    return BITRATE;
  }

  @Override
  public void runUntil(long untilNs, FrameOut out) {
    while (true) {
      int message = schedule.next();
      long dueNs = schedule.dueNs(message);
      if (dueNs >= untilNs) {
        return;
      }
      while (car.timeNs() + Car.STEP_NS <= dueNs) {
        car.step();
      }
      out.frame(dueNs, ids[message], 0, encoders[message].encode(car), MessageLayout.LENGTH);
      schedule.advance(message);
    }
  }
}
