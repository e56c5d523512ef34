package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the queue's own tests do to it, as rows of the fault suite's table. Each fails on the first entry that is not as promised. */
public final class StoreFaults {
  /**
   * A fault, and what became of the entries.
   *
   * @param times how often it was brought about, each time on a queue of its own
   * @param entries how many were handed out
   * @param lost how many were not and are not counted as such, beyond what was torn off; always 0
   * @param named how many were not and are counted
   * @param again how many were handed out though they had been removed
   */
  public record Tally(String fault, long times, long entries, long lost, long named, long again) {}

  /** Adds up. */
  static final class Sum {
    private long times;
    private long entries;
    private long named;
    private long again;

    void add(long handedOut, long countedLost, long handedOutAgain) {
      times++;
      entries += handedOut;
      named += countedLost;
      again += handedOutAgain;
    }

    Tally tally(String fault) {
      return new Tally(fault, times, entries, 0, named, again);
    }
  }

  private StoreFaults() {}

  /** Brings all about. */
  public static List<Tally> all(Path folder) throws IOException {
    List<Tally> all = new ArrayList<>();
    DiskQueueDamageTest damage = new DiskQueueDamageTest(folder);
    all.add(damage.cutAtEveryByte());
    all.add(damage.flipEveryBit());
    DiskQueueFaultTest fault = new DiskQueueFaultTest(folder);
    for (FaultyDisk.Fault each : FaultyDisk.Fault.values()) {
      all.add(fault.failEveryCall(each));
    }
    return all;
  }
}
