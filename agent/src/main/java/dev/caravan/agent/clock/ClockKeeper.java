package dev.caravan.agent.clock;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells who keeps the board's wall clock, by the files that they leave; looks at most once a second.
 *
 * <p>systemd-timesyncd touches a file whenever it has set or steered the clock. From then on the time is network time, off by
 * what timesyncd allows a server by default (RootDistanceMaxSec) and by what a crystal drifts since; until somebody sets the
 * clock, which shows in its distance from the monotonic one. Else it is the battery-backed clock's, if the kernel says
 * that it took the time from one at its start, and the time is a possible one.
 *
 * <p>Guarded by the timeline's lock.
 */
final class ClockKeeper {
  private static final long LOOK_NS = 1_000_000_000L;
  private static final long SERVER_NS = 5_000_000_000L;
  private static final long DRIFT_PPM = 100;

  /** What steering may do between two looks; setting does more. */
  private static final long STEERED_NS = 1_000_000_000L;

  private final Path synced;
  private final Path rtcs;

  private boolean hasLooked;
  private long lookedNs;
  private TimeOrigin origin = TimeOrigin.NONE;
  private long errorNs = Long.MAX_VALUE;

  // when timesyncd last touched its file, and how far the wall clock was from the monotonic one
  // then
  private long syncedNs = Long.MIN_VALUE;
  private long apartNs;
  private boolean wasSet;

  /** The keepers of this machine's clock. */
  ClockKeeper() {
    this(Path.of("/run/systemd/timesync/synchronized"), Path.of("/sys/class/rtc"));
  }

  ClockKeeper(Path synced, Path rtcs) {
    this.synced = synced;
    this.rtcs = rtcs;
  }

  /**
   * Looks again, if it is time to.
   *
   * @param monotonicNs runs on while the board sleeps
   * @param uptimeNs since the board was switched on; below 0 where that is not known
   */
  void look(long wallNs, long monotonicNs, LongSupplier uptimeNs) {
    if (hasLooked && monotonicNs - lookedNs < LOOK_NS) {
      return;
    }
    hasLooked = true;
    lookedNs = monotonicNs;
    errorNs = Long.MAX_VALUE;
    if (isSynced(wallNs, wallNs - monotonicNs, uptimeNs)) {
      origin = TimeOrigin.NTP;
      errorNs = SERVER_NS + (wallNs - syncedNs) / 1_000_000 * DRIFT_PPM;
    } else {
      origin = wallNs >= WeekRollover.EARLIEST_NS && isFromRtc() ? TimeOrigin.RTC : TimeOrigin.NONE;
    }
  }

  private boolean isSynced(long wallNs, long apart, LongSupplier uptimeNs) {
    long touchedNs;
    try {
      touchedNs = Files.getLastModifiedTime(synced).to(TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      return false;
    }
    if (touchedNs != syncedNs) {
      syncedNs = touchedNs;
      apartNs = apart;
      // the file does not outlive the uptime; if it seems to, the clock was set since
      long uptime = uptimeNs.getAsLong();
      wasSet = uptime >= 0 && wallNs - touchedNs > uptime + STEERED_NS;
    }
    return touchedNs <= wallNs && !wasSet && Math.abs(apart - apartNs) <= STEERED_NS;
  }

  private boolean isFromRtc() {
    try (DirectoryStream<Path> each = Files.newDirectoryStream(rtcs)) {
      for (Path rtc : each) {
        if (Files.readString(rtc.resolve("hctosys")).strip().equals("1")) {
          return true;
        }
      }
    } catch (IOException e) {
      // there is none
    }
    return false;
  }

  TimeOrigin origin() {
    return origin;
  }

  /** How far the wall clock may be off, in nanoseconds. */
  long errorNs() {
    return errorNs;
  }
}
