package dev.caravan.agent.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockKeeperTest {
  private static final long S = 1_000_000_000L;
  private static final long NOW = WeekRollover.EARLIEST_NS + 86_400 * S;

  private final Path synced;
  private final Path drift;
  private final Path rtcs;
  private final ClockKeeper keeper;
  private long wallNs = NOW;
  private long monotonicNs = 5 * S;
  private long uptimeNs = 90 * S;

  ClockKeeperTest(@TempDir Path dir) {
    synced = dir.resolve("synchronized");
    rtcs = dir.resolve("rtc");
    drift = dir.resolve("chrony.drift");
    keeper = new ClockKeeper(List.of(synced, drift), rtcs);
  }

  private void timesyncd() throws IOException {
    touch(synced, wallNs);
  }

  private static void touch(Path file, long atNs) throws IOException {
    Files.write(file, new byte[0]);
    Files.setLastModifiedTime(file, FileTime.from(atNs, TimeUnit.NANOSECONDS));
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
    uptimeNs += 9_999 * S;
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

  @Test
  void aDriftFileIsEvidenceOnlyIfItWasWrittenSinceTheBoardWasSwitchedOn() throws IOException {
    touch(drift, NOW - 100 * S);
    assertEquals(TimeOrigin.NONE, after(0));
    touch(drift, NOW - 80 * S);
    assertEquals(TimeOrigin.NTP, after(S));
    assertEquals(5 * S + 81 * S / 10_000, keeper.errorNs());
  }

  @Test
  void whatWasTouchedADayAgoIsNoEvidence() throws IOException {
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(0));
    uptimeNs += 2 * 86_400 * S;
    assertEquals(TimeOrigin.NTP, after(86_400 * S));
    assertEquals(5 * S + 8_640_000_000L, keeper.errorNs());
    assertEquals(TimeOrigin.NONE, after(S));
    assertEquals(Long.MAX_VALUE, keeper.errorNs());
  }

  @Test
  void anOlderTouchOfAnotherKeeperDoesNotVouchForAClockThatWasSetBack() throws IOException {
    uptimeNs = 86_400 * S;
    touch(drift, NOW - 3000 * S);
    touch(synced, NOW - 60 * S);
    assertEquals(TimeOrigin.NTP, after(0));
    wallNs -= 1800 * S;
    assertEquals(TimeOrigin.NONE, after(S));
    wallNs += 1800 * S;
    assertEquals(TimeOrigin.NTP, after(S), "right again");
    wallNs -= 7200 * S;
    assertEquals(TimeOrigin.NONE, after(S));
    wallNs += 6300 * S;
    assertEquals(TimeOrigin.NONE, after(S), "a quarter of an hour slow");
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * S, 20 * 365 * 86_400 * S, -2 * S})
  void aClockThatIsSetIsNoticedAtOnceAndNotAfterASecond(long stepNs) throws IOException {
    timesyncd();
    assertEquals(TimeOrigin.NTP, after(10 * S));
    wallNs += stepNs;
    assertEquals(TimeOrigin.NONE, after(1));
  }
}
