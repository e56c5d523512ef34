package dev.caravan.agent.encode.columns;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A made-up vehicle: 60 CAN messages of 1 to 100 Hz, about 2,010 frames a second, 6.75 signals a frame, without counters and
 * checksums. Signals are smooth, held with ramps, slow, noisy or flags; times have each sender's drift, its jitter
 * and the waiting for the bus. The same seed gives the same frames.
 */
final class VehicleTrace {
  /** Messages a second, and how many messages have that rate. */
  private static final int[][] RATES = {{100, 10}, {50, 13}, {20, 10}, {10, 13}, {5, 4}, {1, 10}};

  static final long START_NS = 1_764_000_000_000_000_000L;

  /** One CAN message and where its sender is. */
  static final class Message {
    private final String name;
    private final double periodUs;
    private final List<SignalModel> models = new ArrayList<>();
    private final List<Signal> signals = new ArrayList<>();
    private final long[] raws;
    private double dueUs;
    private double nextUs;
    private SignalGroup group = SignalGroup.NONE;

    Message(String name, double periodUs, double firstUs, int size) {
      this.name = name;
      this.periodUs = periodUs;
      this.dueUs = firstUs;
      this.nextUs = firstUs;
      this.raws = new long[size];
    }

    String name() {
      return name;
    }

    List<Signal> signals() {
      return signals;
    }

    SignalGroup group() {
      return group;
    }

    long[] raws() {
      return raws;
    }

    /** This frame, to be kept. */
    Message copy() {
      Message copy = new Message(name, periodUs, 0, raws.length);
      copy.signals.addAll(signals);
      copy.group = group;
      System.arraycopy(raws, 0, copy.raws, 0, raws.length);
      return copy;
    }

    /** Moves all signals on by one period. */
    void step(SplittableRandom random) {
      for (int i = 0; i < raws.length; i++) {
        raws[i] = models.get(i).next(periodUs / 1e6, random);
      }
    }
  }

  private final SplittableRandom random;
  private final List<Message> messages = new ArrayList<>();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);

  // of the frame given last
  private long timeUs;

  VehicleTrace(long seed) {
    random = new SplittableRandom(seed);
    for (int[] rate : RATES) {
      for (int i = 0; i < rate[1]; i++) {
        addMessage(rate[0]);
      }
    }
  }

  private void addMessage(int rateHz) {
    double periodUs = 1e6 / rateHz * (1 + random.nextDouble(-100e-6, 100e-6));
    int size = messages.size() % 4 == 0 ? 6 : 7;
    String name = "Message" + (messages.size() + 100);
    Message message = new Message(name, periodUs, random.nextDouble(periodUs), size);
    for (int i = 0; i < size; i++) {
      SignalModel model = SignalModel.any(i, random);
      message.models.add(model);
      message.signals.add(table.define(new SignalSpec(
          "can0." + name + ".Signal" + i,
          "can0." + name,
          "",
          model.kind(),
          model.factor(),
          0,
          Double.NaN,
          Double.NaN,
          Map.of())));
    }
    message.group = table.group(message.signals.get(0));
    messages.add(message);
  }

  List<Message> messages() {
    return messages;
  }

  List<Signal> signals() {
    return table.signals();
  }

  /** Time of the frame given last, microseconds since the start. */
  long timeUs() {
    return timeUs;
  }

  /** The next frame; valid until the one after. */
  Message next() {
    Message first = messages.get(0);
    for (Message message : messages) {
      if (message.nextUs < first.nextUs) {
        first = message;
      }
    }
    timeUs = (long) first.nextUs;
    first.step(random);
    first.dueUs += first.periodUs;
    // Sender's task jitter, then waiting for the bus: mostly little, now and then several frames
    // long.
    double late = Math.abs(random.nextGaussian(0, 180)) + random.nextExponential() * 150;
    if (random.nextInt(200) == 0) {
      late += random.nextDouble(2000);
    }
    first.nextUs = Math.max(first.nextUs + 200, first.dueUs + late);
    return first;
  }

  /** How one signal moves. */
  static final class SignalModel {
    private enum Way {
      SMOOTH,
      HELD,
      NOISY,
      SLOW,
      FLAG
    }

    private final Way way;
    private final double scale;
    private final double eventsPerS;
    private final double factor;
    private double value;
    private double speed;
    private double target;

    private SignalModel(Way way, double scale, double eventsPerS, double factor) {
      this.way = way;
      this.scale = scale;
      this.eventsPerS = eventsPerS;
      this.factor = factor;
    }

    static SignalModel any(int place, SplittableRandom random) {
      double factor = new double[] {0.01, 0.1, 0.5, 0.25, 1}[random.nextInt(5)];
      return switch (place) {
        case 0 -> new SignalModel(Way.SMOOTH, random.nextDouble(30, 900), 0, factor);
        case 1 ->
          random.nextInt(2) == 0
              ? new SignalModel(Way.NOISY, random.nextDouble(0.3, 3), 0, factor)
              : new SignalModel(
                  Way.HELD, random.nextDouble(20, 300), random.nextDouble(0.05, 0.5), factor);
        case 2 -> new SignalModel(Way.SLOW, 1, random.nextDouble(0.02, 1.5), factor);
        case 3 ->
          random.nextInt(3) == 0
              ? new SignalModel(Way.SMOOTH, random.nextDouble(30, 400), 0, factor)
              : new SignalModel(Way.SLOW, 1, random.nextDouble(0.02, 1.5), factor);
        default ->
          new SignalModel(Way.FLAG, 1 << random.nextInt(1, 4), random.nextDouble(0.002, 0.12), 1);
      };
    }

    Kind kind() {
      return way == Way.FLAG && scale == 2
          ? Kind.BOOLEAN
          : way == Way.SMOOTH ? Kind.SIGNED : Kind.UNSIGNED;
    }

    double factor() {
      return factor;
    }

    long next(double periodS, SplittableRandom random) {
      boolean event = random.nextDouble() < eventsPerS * periodS;
      switch (way) {
        case SMOOTH -> {
          // A damped oscillator pushed about: speed, torque, angle.
          speed += periodS * (-0.6 * speed - 0.15 * value)
              + Math.sqrt(periodS) * random.nextGaussian(0, scale * 0.2);
          value += speed * periodS;
        }
        case HELD -> {
          if (event) {
            target = Math.max(0, target + random.nextGaussian(0, scale));
          }
          double most = scale * 2 * periodS;
          value += Math.max(-most, Math.min(most, target - value));
        }
        case NOISY -> value = 1000 + random.nextGaussian(0, scale);
        case SLOW -> value += event ? (random.nextBoolean() ? 1 : -1) : 0;
        case FLAG -> value = event ? random.nextInt((int) scale) : value;
      }
      return Math.round(way == Way.SLOW ? value + 80 : value);
    }
  }
}
