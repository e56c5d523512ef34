package dev.caravan.agent.device;

/**
 * When each message goes onto the bus, so that their sum is an exact rate, evenly spread. One thread.
 *
 * <p>At the full rate, {@link #fullRateHz}, every message keeps its own cycle. Below it none is sent more often than one
 * longest period, chosen so that the sum is right: slow messages keep their cycle as long as they can, fast ones are
 * thinned out. Above it all cycles are shortened by the same factor, which no real bus could carry for long.
 */
public final class Schedule {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double MS_NS = 1e6;
  private static final double S_NS = 1e9;

  private final double[] periodNs;
  private final double[] phaseNs;
  private final long[] sent;
  private final long[] dueNs;

  /** For messages with these cycles, so many of them a second in all. */
  public Schedule(int[] cyclesMs, double rateHz) {
    int count = cyclesMs.length;
    periodNs = new double[count];
    phaseNs = new double[count];
    sent = new long[count];
    dueNs = new long[count];
    double fullHz = fullRateHz(cyclesMs);
    double floorNs = rateHz < fullHz ? floorNs(cyclesMs, rateHz) : 0;
    double shorter = Math.min(1, fullHz / rateHz);
    for (int i = 0; i < count; i++) {
      periodNs[i] = Math.max(floorNs, cyclesMs[i] * MS_NS * shorter);
      phaseNs[i] = periodNs[i] * (i * GOLDEN % 1);
      dueNs[i] = (long) phaseNs[i];
    }
  }

  /** Messages a second when all keep their cycles. */
  public static double fullRateHz(int[] cyclesMs) {
    double sumHz = 0;
    for (int cycleMs : cyclesMs) {
      sumHz += 1000.0 / cycleMs;
    }
    return sumHz;
  }

  /** The period P for which the sum over all messages of 1/max(cycle, P) is the rate. */
  private static double floorNs(int[] cyclesMs, double rateHz) {
    int[] ascending = cyclesMs.clone();
    java.util.Arrays.sort(ascending);
    double slowerHz = fullRateHz(cyclesMs);
    double floorNs = 0;
    for (int i = 0; i < ascending.length; i++) {
      slowerHz -= 1000.0 / ascending[i];
      floorNs = (i + 1) / Math.max(1e-9, rateHz - slowerHz) * S_NS;
      if (rateHz > slowerHz && (i + 1 == ascending.length || floorNs <= ascending[i + 1] * MS_NS)) {
        break;
      }
    }
    return floorNs;
  }

  /** Index of the message that is due next; of two at the same time the earlier in the list. */
  public int next() {
    int next = 0;
    for (int i = 1; i < dueNs.length; i++) {
      next = dueNs[i] < dueNs[next] ? i : next;
    }
    return next;
  }

  /** When that message is due. */
  public long dueNs(int message) {
    return dueNs[message];
  }

  /** Moves a message on to its next time. */
  public void advance(int message) {
    sent[message]++;
    dueNs[message] = (long) (phaseNs[message] + sent[message] * periodNs[message]);
  }
}
