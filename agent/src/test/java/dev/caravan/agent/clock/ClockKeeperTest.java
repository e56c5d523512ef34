package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockKeeperTest {
  private static final long S = 1_000_000_000L;
  private static final long NOW = WeekRollover.EARLIEST_NS + 86_400 * S;

  private final Path synced;
  private final Path rtcs;
  private final ClockKeeper keeper;
  private long wallNs = NOW;
  private long monotonicNs = 5 * S;
  private long uptimeNs = 90 * S;

  ClockKeeperTest(@TempDir Path dir) {
    synced = dir.resolve("synchronized");
    rtcs = dir.resolve("rtc");
    keeper = new ClockKeeper(synced, rtcs);
  }

  private void timesyncd() throws IOException {
    Files.write(synced, new byte[0]);
    Files.setLastModifiedTime(synced, FileTime.from(wallNs, TimeUnit.NANOSECONDS));
  }

  private void rtc(String name, String took) throws IOException {
    Path rtc = Files.createDirectories(rtcs.resolve(name));
    Files.writeString(rtc.resolve("hctosys"), took + "\n");
  }

  private TimeOrigin after(long ns) {
    wallNs += ns;
    monotonicNs += ns;
    keeper.look(wallNs, monotonicNs, () -> uptimeNs);
    return keeper.origin();
  }

  @Test
  void nobodyIsKnownWhereNobodyLeftAFile() {
    assertEquals(TimeOrigin.NONE, after(0));
    assertEquals(Long.MAX_VALUE, keeper.errorNs());
  }

  @Test
  void timesyncdIsKnownFromItsFirstSynchronizationOn() throws IOException {
    assertEquals(TimeOrigin.NONE, after(0));
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(S));
    assertEquals(5 * S + S / 10_000, keeper.errorNs());
    assertEquals(TimeOrigin.NTP, after(9_999 * S));
    assertEquals(6 * S, keeper.errorNs());
    timesyncd();
    after(S);
    assertEquals(5 * S + S / 10_000, keeper.errorNs());
  }

  @Test
  void itLooksOnceASecond() throws IOException {
    after(0);
    timesyncd();
    assertEquals(TimeOrigin.NONE, after(S - 1));
    assertEquals(TimeOrigin.NTP, after(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * S, 86_400 * 365 * S, -2 * S, -86_400 * 365 * S})
  void aClockThatWasSetIsNetworkTimeAfterTheNextSynchronization(long stepNs) throws IOException {
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(10 * S));
    wallNs += stepNs;
    assertEquals(TimeOrigin.NONE, after(S));
    wallNs -= stepNs;
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(S));
  }

  @Test
  void aSynchronizationOfBeforeTheBoardsStartMeansThatTheClockWasSet() throws IOException {
    timesyncd();
    wallNs += 86_400 * S;
    assertEquals(TimeOrigin.NONE, after(0));
    uptimeNs = -1;
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(S));
  }

  @Test
  void aBatteryBackedClockIsKnownIfTheKernelTookTheTimeFromIt() throws IOException {
    rtc("rtc0", "0");
    assertEquals(TimeOrigin.NONE, after(S));
    rtc("rtc1", "1");
    assertEquals(TimeOrigin.RTC, after(S));
    assertEquals(Long.MAX_VALUE, keeper.errorNs());
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(S));
  }

  @Test
  void aBatteryThatIsEmptyIsNone() throws IOException {
    rtc("rtc0", "1");
    wallNs = 946_684_800 * S;
    assertEquals(TimeOrigin.NONE, after(S));
  }
}
