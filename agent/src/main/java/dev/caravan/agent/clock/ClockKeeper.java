package dev.caravan.agent.clock;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells who keeps the board's wall clock, by the files that they leave; looks once a second at most, and when the clock was set.
 *
 * <p>Whoever steers the clock by network time touches a file now and then, and only while he has a server ({@link #KEEPERS}). From the latest touch on the time is
 * network time, off by what timesyncd allows a server by default (RootDistanceMaxSec) and by what a crystal drifts since; for
 * a day at most, and until somebody sets the clock, which shows in its distance from the monotonic one. A touch of before the
 * board was switched on, or of the future, says nothing. Else the time is the battery-backed clock's, if the kernel says
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

  /** How long a touch is believed. */
  private static final long STALE_NS = 86_400_000_000_000L;

  private static final List<Path> KEEPERS = List.of(
      // systemd-timesyncd(8): at each synchronization
      Path.of("/run/systemd/timesync/synchronized"),
      // our own timer, which asks chrony or ntpd each minute
      Path.of("/run/caravan-clock/synchronized"),
      // chrony.conf(5), `log tracking`: at each update of the clock; `driftfile`: once an hour then
      Path.of("/var/log/chrony/tracking.log"),
      Path.of("/var/lib/chrony/chrony.drift"),
      Path.of("/var/lib/chrony/drift"),
      // ntpd and NTPsec, `statsdir` with loopstats: at each update; `driftfile`: once an hour then
      Path.of("/var/log/ntpstats/loopstats"),
      Path.of("/var/log/ntpsec/loopstats"),
      Path.of("/var/lib/ntp/ntp.drift"),
      Path.of("/var/lib/ntp/drift"),
      Path.of("/var/lib/ntpsec/ntp.drift"));

  private final List<Path> keepers;
  private final Path rtcs;

  private boolean hasLooked;
  private long lookedNs;
  private long lookedApartNs;
  private TimeOrigin origin = TimeOrigin.NONE;
  private long errorNs = Long.MAX_VALUE;

  // the latest touch that is believed
  private long syncedNs = Long.MIN_VALUE;

  // when each keeper last touched his file, and how far the wall clock was from the monotonic one
  // when that was seen
  private final long[] touchedNs;
  private final long[] apartNs;

  /** The keepers of this machine's clock. */
  ClockKeeper() {
    this(KEEPERS, Path.of("/sys/class/rtc"));
  }

  ClockKeeper(List<Path> keepers, Path rtcs) {
    this.keepers = List.copyOf(keepers);
    this.rtcs = rtcs;
    this.touchedNs = new long[keepers.size()];
    this.apartNs = new long[keepers.size()];
  }

  /**
   * Looks again, if it is time to.
   *
   * @param monotonicNs runs on while the board sleeps
   * @param uptimeNs since the board was switched on; below 0 where that is not known
   */
  void look(long wallNs, long monotonicNs, LongSupplier uptimeNs) {
    long apart = wallNs - monotonicNs;
    boolean isSet = Math.abs(apart - lookedApartNs) > STEERED_NS;
    if (hasLooked && !isSet && monotonicNs - lookedNs < LOOK_NS) {
      return;
    }
    hasLooked = true;
    lookedNs = monotonicNs;
    lookedApartNs = apart;
    errorNs = Long.MAX_VALUE;
    if (isSynced(wallNs, apart, uptimeNs)) {
      origin = TimeOrigin.NTP;
      errorNs = SERVER_NS + (wallNs - syncedNs) / 1_000_000 * DRIFT_PPM;
    } else {
      origin = wallNs >= WeekRollover.EARLIEST_NS && isFromRtc() ? TimeOrigin.RTC : TimeOrigin.NONE;
    }
  }

  /** Looks at all of them, as each touch is noted with how the clocks lay then. */
  private boolean isSynced(long wallNs, long apart, LongSupplier uptimeNs) {
    long uptime = uptimeNs.getAsLong();
    long fromNs = wallNs - (uptime >= 0 ? Math.min(STALE_NS, uptime + STEERED_NS) : STALE_NS);
    syncedNs = Long.MIN_VALUE;
    for (int i = 0; i < touchedNs.length; i++) {
      long touched = touchedNs(keepers.get(i));
      if (touched != touchedNs[i]) {
        touchedNs[i] = touched;
        apartNs[i] = apart;
      }
      boolean isOfNow = touched >= fromNs && touched <= wallNs;
      if (isOfNow && Math.abs(apart - apartNs[i]) <= STEERED_NS) {
        syncedNs = Math.max(syncedNs, touched);
      }
    }
    return syncedNs != Long.MIN_VALUE;
  }

  private static long touchedNs(Path file) {
    try {
      return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      return Long.MIN_VALUE;
    }
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
