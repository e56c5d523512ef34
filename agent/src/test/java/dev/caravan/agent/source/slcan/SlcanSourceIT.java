package dev.caravan.agent.source.slcan;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.SourceLoop;
import dev.caravan.agent.source.TransmitList;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import dev.caravan.agent.source.serial.TestPty;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The source against adapters on real pseudo terminals. */
@Timeout(60)
class SlcanSourceIT {
  private static final long MS = 1_000_000;

  private final Health health = new Health();

  static SlcanSettings settings(Path port) {
    return settings(port, Dialect.AUTO, true, 0, Set.of());
  }

  private static SlcanSettings settings(
      Path port,
      Dialect dialect,
      boolean listenOnly,
      long statusPeriodNs,
      Set<CanId> transmittable) {
    return new SlcanSettings(
        "can0",
        SerialSettings.of(new PortAddress.DeviceFile(port), 115_200),
        500_000,
        "S6",
        listenOnly,
        true,
        dialect,
        Optional.empty(),
        statusPeriodNs,
        Optional.empty(),
        new TransmitList(transmittable));
  }

  private SlcanSource source(SlcanSettings settings) {
    return new SlcanSource(settings, new SystemTimeline(), health);
  }

  private long count(String name) {
    return health.counter(Declared.count(name), "can0").value();
  }

  private static List<String> read(SlcanSource source) throws IOException {
    FrameChunk chunk = new FrameChunk("can0", 100);
    source.read(chunk);
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      frames.add(chunk.frame(i).toString());
    }
    return frames;
  }

  @Test
  void lawicelIsClosedSetUpAndOpenedSilentAndClosedAgain() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel)) {
      SlcanSource source = source(settings(adapter.device()));
      source.open();
      assertEquals("\r\r\rC\rV\rS6\rZ1\rL\r", adapter.heard());
      assertEquals("listen-only", source.busMode());
      adapter.send("t12311100AF\r");
      assertEquals(List.of("123#11"), read(source));
      source.close();
      await().until(() -> adapter.heard().endsWith("L\rC\r"));
    }
  }

  @Test
  void everySettingIsACommandInItsPlace() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
        SlcanSource source = source(new SlcanSettings(
            "can0",
            SerialSettings.of(new PortAddress.DeviceFile(adapter.device()), 57_600),
            83_333,
            "s052B",
            false,
            false,
            Dialect.LAWICEL,
            Optional.empty(),
            0,
            Optional.of(new SlcanSettings.Accept(0x1234, 0xFFFF_FFFFL)),
            new TransmitList(Set.of())))) {
      source.open();
      assertEquals("\r\r\rC\rV\rs052B\rM00001234\rmFFFFFFFF\rZ0\rO\r", adapter.heard());
      assertEquals("normal", source.busMode());
    }
  }

  @Test
  void adapterThatNeverAnswersIsOpenedAllTheSame() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(command -> "");
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      assertEquals("\r\r\rC\rV\rS6\rZ1\rL\r", adapter.heard());
      adapter.send("t1230\r");
      assertEquals(List.of("123#"), read(source));
    }
  }

  @Test
  void firstFrameOfAnAdapterThatAnswersNothingIsNotLost() throws IOException {
    try (ScriptedAdapter adapter =
            new ScriptedAdapter(command -> command.equals("L") ? "t1230\rt45" : "");
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      assertEquals(List.of("123#"), read(source));
      adapter.send("60\r");
      assertEquals(List.of("456#"), read(source));
      assertEquals(0, count("source.malformed"));
    }
  }

  @Test
  void restOfALineThatComesFirstIsNoFrameAtOpenAndReopen() throws IOException {
    try (ScriptedAdapter adapter =
            new ScriptedAdapter(command -> command.equals("L") ? "B000000010\rt1230\r" : "");
        SlcanSource source = source(settings(adapter.device()))) {
      for (int opened = 1; opened <= 2; opened++) {
        source.open();
        assertEquals(List.of("123#"), read(source));
        assertEquals(opened, count("source.malformed"));
      }
    }
  }

  @Test
  void firstFrameBehindTheAnswerIsRead() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(command ->
            ScriptedAdapter.lawicel(command) + (command.equals("L") ? "T000000010\r" : ""));
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      assertEquals(List.of("00000001#"), read(source));
      assertEquals(0, count("source.malformed"));
    }
  }

  @Test
  void openChannelThatStreamsIsClosedFirstAndItsOldFramesAreDropped() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    try (ScriptedAdapter adapter = new ScriptedAdapter(command -> {
          if (command.equals("C") && closed.getAndIncrement() == 0) {
            return "t7771AA\rt7771BB\r\r";
          }
          return ScriptedAdapter.lawicel(command);
        });
        SlcanSource source = source(settings(adapter.device()))) {
      adapter.send("t7770\rt777");
      source.open();
      adapter.send("t1230\r");
      assertEquals(List.of("123#"), read(source));
      assertEquals(0, count("source.malformed"));
    }
  }

  @Test
  void canableIsMadeSilentByM1() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(
            command -> command.equals("V") ? "b158aa7 canable firmware\r" : "");
        SlcanSource source =
            source(settings(adapter.device(), Dialect.AUTO, true, 100 * MS, Set.of()))) {
      source.open();
      assertEquals("\r\r\rC\rV\rS6\rZ1\rM1\rO\r", adapter.heard());
      read(source);
      read(source);
      assertFalse(adapter.heard().contains("F"), "a CANable has no status");
    }
  }

  @Test
  void refusedListenOnlyFallsBackToSilentMode() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(
            command -> command.equals("L") ? "\u0007" : command.isEmpty() ? "" : "\r");
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      assertEquals("\r\r\rC\rV\rS6\rZ1\rL\rM1\rO\r", adapter.heard());
    }
  }

  @Test
  void adapterThatCannotBeSilentIsNeverOpened() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(
            command -> command.equals("L") || command.equals("M1") ? "\u0007" : "\r");
        SlcanSource source = source(settings(adapter.device()))) {
      String message =
          String.valueOf(assertThrows(IOException.class, source::open).getMessage());
      assertEquals(
          "open " + adapter.device() + ": the adapter cannot only listen, refused=M1; want another"
              + " adapter, or listen_only: false",
          message);
      assertFalse(adapter.heard().contains("O"), adapter.heard());
    }
  }

  @Test
  void refusedBitRateIsAFailureThatNamesTheCommand() throws IOException {
    try (ScriptedAdapter adapter =
            new ScriptedAdapter(command -> command.equals("S6") ? "\u0007" : "\r");
        SlcanSource source = source(settings(adapter.device()))) {
      assertEquals(
          "open " + adapter.device() + ": the adapter refuses a command, refused=S6",
          assertThrows(IOException.class, source::open).getMessage());
    }
  }

  @Test
  void overrunsAndTheStateOfTheBusAreToldByTheStatus() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    String[] answers = {"F00\r", "F01\r", "F08\r", "F24\r", "F00\r"};
    try (ScriptedAdapter adapter = new ScriptedAdapter(command -> command.equals("F")
            ? answers[Math.min(asked.getAndIncrement(), answers.length - 1)]
            : ScriptedAdapter.lawicel(command));
        SlcanSource source = source(settings(adapter.device(), Dialect.AUTO, true, MS, Set.of()))) {
      source.open();
      boolean wasPassive = false;
      for (int i = 0; i < 200 && asked.get() < 7; i++) {
        read(source);
        if (health.gauge(Declared.level("source.bus_state"), "can0").value() == 2) {
          wasPassive = true;
          assertEquals("bus error passive", health.part("source", "can0").why());
        }
      }
      assertEquals(2, count("source.overrun"));
      assertTrue(wasPassive);
      assertEquals(0, health.gauge(Declared.level("source.bus_state"), "can0").value());
      assertEquals("", health.part("source", "can0").why());
      assertEquals(0, count("source.malformed"));
    }
  }

  @Test
  void statusThatIsRefusedIsNotAskedForAgain() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(
            command -> command.equals("F") ? "\u0007" : ScriptedAdapter.lawicel(command));
        SlcanSource source = source(settings(adapter.device(), Dialect.AUTO, true, MS, Set.of()))) {
      source.open();
      for (int i = 0; i < 12; i++) {
        read(source);
      }
      long asked = adapter.heard().chars().filter(letter -> letter == 'F').count();
      assertTrue(asked >= 3 && asked <= 4, "asked " + asked + " times");
    }
  }

  @Test
  void stateAndErrorLinesAreCounted() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      adapter.send("sb256256\re3bco\rt1230\r");
      assertEquals(List.of("123#"), read(source));
      assertEquals(3, health.gauge(Declared.level("source.bus_state"), "can0").value());
      assertEquals(3, count("source.bus_errors"));
      assertEquals(1, count("source.overrun"));
      assertEquals("bus off", health.part("source", "can0").why());
    }
  }

  @Test
  void stampsOfTheAdapterAreTheTimesOfTheFrames() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
        SlcanSource source = source(settings(adapter.device()))) {
      source.open();
      adapter.send("t1230EA5A\r");
      FrameChunk chunk = new FrameChunk("can0", 100);
      source.read(chunk);
      long firstNs = chunk.frame(0).timeNs();
      assertEquals(0, firstNs % MS);
      chunk.clear();
      source.read(chunk); // a quarter of a second in which nothing comes
      adapter.send("t1230EA5F\rt12300001\rt12300065\r");
      source.read(chunk);
      assertEquals(3, chunk.size());
      // 59999, 1 and 101 ms after 59994 ms
      assertEquals(5 * MS, chunk.frame(0).timeNs() - firstNs);
      assertEquals(7 * MS, chunk.frame(1).timeNs() - firstNs);
      assertEquals(107 * MS, chunk.frame(2).timeNs() - firstNs);
    }
  }

  @Test
  void pluggedInAgainUnderTheSameNameItGoesOn(@TempDir Path folder) throws Exception {
    Path link = folder.resolve("can0");
    ScriptedAdapter first = new ScriptedAdapter(ScriptedAdapter::lawicel);
    first.linkAs(link);
    SlcanSource source = source(settings(link));
    List<String> frames = new CopyOnWriteArrayList<>();
    Stop stop = new Stop();
    SourceLoop.Outlet outlet = new SourceLoop.Outlet() {
      @Override
      public FrameChunk take(String name) {
        return new FrameChunk(name, 100);
      }

      @Override
      public void give(FrameChunk chunk) {
        for (int i = 0; i < chunk.size(); i++) {
          frames.add(chunk.frame(i).toString());
        }
      }
    };
    Thread loop = new Thread(
        new SourceLoop(source, outlet, health, stop, new Backoff(10 * MS, 100 * MS, new Random(1))),
        "source-can0");
    loop.start();
    await().until(() -> first.heard().endsWith("L\r"));
    first.send("t1111AA\r");
    await().until(() -> frames.contains("111#aa"));
    first.close();
    await().until(() -> health.part("source", "can0").state() == Part.State.DEGRADED);
    try (ScriptedAdapter second = new ScriptedAdapter(ScriptedAdapter::lawicel)) {
      second.linkAs(link);
      await().until(() -> second.heard().endsWith("L\r"));
      second.send("t2221BB\r");
      await().until(() -> frames.contains("222#bb"));
      assertEquals(Part.State.OK, health.part("source", "can0").state());
      assertEquals(List.of("111#aa", "222#bb"), frames);
      stop.request();
      loop.join();
      await().until(() -> second.heard().endsWith("C\r"));
    }
  }

  @Test
  void adapterThatTakesNothingHangsNeitherReadingNorClosing() throws Exception {
    try (TestPty stalled = new TestPty()) {
      SlcanSource source = source(
          settings(stalled.device(), Dialect.LAWICEL, false, 0, Set.of(new CanId(0x123, false))));
      assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
        source.open(); // fits into the buffers of the pty
        CanFrame frame = new CanFrame().set(0, 0x123, 0, new byte[8], 0, 8);
        IOException failure = assertThrows(IOException.class, () -> {
          for (int i = 0; i < 100_000; i++) {
            source.transmit(frame);
          }
        });
        assertTrue(
            String.valueOf(failure.getMessage()).contains("not taken in 500 ms"),
            failure::toString);
        source.close();
      });
    }
  }

  @Test
  void onlyListedFramesAreSent() throws IOException {
    Set<CanId> listed = Set.of(new CanId(0x7DF, false), new CanId(0x18DB33F1, true));
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
        SlcanSource source =
            source(settings(adapter.device(), Dialect.LAWICEL, false, 0, listed))) {
      byte[] request = {2, 1, 0x0C, 0, 0, 0, 0, (byte) 0xFF};
      CanFrame frame = new CanFrame();
      assertFalse(source.transmit(frame.set(0, 0x7DF, 0, request, 0, 8)), "not yet open");
      source.open();
      assertTrue(source.transmit(frame.set(0, 0x7DF, 0, request, 0, 8)));
      assertTrue(source.transmit(frame.set(0, 0x18DB33F1, CanFrame.EXTENDED, request, 0, 3)));
      assertFalse(source.transmit(frame.set(0, 0x7DE, 0, request, 0, 8)));
      assertFalse(source.transmit(frame.set(0, 0x7DF, CanFrame.EXTENDED, request, 0, 8)));
      assertFalse(source.transmit(frame.set(0, 0x7DF, CanFrame.FD, request, 0, 8)));
      assertEquals(4, count("source.transmit_refused"));
      await().until(() -> adapter.heard().endsWith("O\rt7DF802010C00000000FF\rT18DB33F1302010C\r"));
      read(source);
      assertEquals(0, count("source.malformed"));
    }
  }

  @Test
  void listeningOnlyNothingIsSent() throws IOException {
    try (ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
        SlcanSource source = source(settings(
            adapter.device(), Dialect.LAWICEL, true, 0, Set.of(new CanId(0x123, false))))) {
      source.open();
      assertFalse(source.transmit(new CanFrame().set(0, 0x123, 0, new byte[8], 0, 8)));
      assertEquals(1, count("source.transmit_refused"));
    }
  }
}
