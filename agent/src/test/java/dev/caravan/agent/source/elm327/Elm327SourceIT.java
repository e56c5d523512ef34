package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.device.elm327.Elm327Adapter;
import dev.caravan.agent.device.elm327.Elm327AdapterSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Telegram;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.serial.PortAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The source against the simulated adapter on a real pseudo terminal. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class Elm327SourceIT {
  private static final long MS = 1_000_000;
  private static final String VIN = "LCRVNE12345678901";
  private static final String VIN_HEX = "4c4352564e453132333435363738393031";

  private final Health health = new Health();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Elm327Adapter adapter = adapter('6', false, false);
  private Path port = Path.of("");

  private static Elm327Adapter adapter(char protocol, boolean isClone, boolean isAsleep) {
    return new Elm327Adapter(
        new Elm327AdapterSettings("obd0", protocol, isClone, true, true, isAsleep, 0, VIN), 7);
  }

  /** Plugs the adapter in; what is given back pulls it out. */
  private Runnable plug() throws Exception {
    SerialDevice device = new SerialDevice("obd0", adapter, new SystemTimeline());
    port = device.open();
    Stop stop = new Stop();
    Thread thread = new Thread(() -> device.run(stop), "device-obd0");
    thread.start();
    Runnable pull = () -> {
      stop.request();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      device.close();
    };
    open.add(pull::run);
    return pull;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private static PollSettings poll(String... requests) {
    List<PollSettings.Asked> asked = new ArrayList<>();
    for (String request : requests) {
      asked.add(new PollSettings.Asked(
          new DiagnosticRequest(
              request.startsWith("22") || request.startsWith("19")
                  ? 0x7E0
                  : DiagnosticRequest.EVERYONE,
              Bytes.ofHex(request)),
          100 * MS));
    }
    return new PollSettings(asked, false, true, 0, 0, false, 0);
  }

  private Elm327Source source(PollSettings poll, char protocol, long sleepAfterMs) {
    Elm327Source source = new Elm327Source(
        new Elm327Settings(
            "obd0",
            new PortAddress.DeviceFile(port),
            List.of(38_400, 9_600),
            protocol,
            100 * MS,
            sleepAfterMs * MS,
            11.8,
            200 * MS,
            300 * MS,
            poll),
        new SystemTimeline(),
        health);
    open.add(0, source);
    return source;
  }

  private static Elm327Source opened(Elm327Source source) throws IOException {
    source.open();
    return source;
  }

  /** Reads until there is such a frame; the test's timeout ends it. */
  private static Frame read(Elm327Source source, Predicate<Frame> wanted) throws IOException {
    FrameChunk chunk = new FrameChunk("obd0", 32);
    while (true) {
      chunk.clear();
      source.read(chunk);
      for (int i = 0; i < chunk.size(); i++) {
        if (wanted.test(chunk.frame(i))) {
          return chunk.frame(i);
        }
      }
    }
  }

  private static String reply(Elm327Source source, String request, int ecu) throws IOException {
    Frame frame = read(
        source,
        one -> one instanceof DiagnosticReply reply
            && reply.request().equals(Bytes.ofHex(request))
            && (reply.ecu() == ecu || reply.ecu() < 0));
    DiagnosticReply reply = (DiagnosticReply) frame;
    return reply.outcome() + " " + reply.payload();
  }

  @ParameterizedTest
  @ValueSource(chars = {'6', '7', '8', '9'})
  void vehicleIsFoundOnItsBusAndAnswers(char protocol) throws Exception {
    adapter = adapter(protocol, false, false);
    plug();
    Elm327Source source = opened(source(poll("010d", "0902", "03"), '0', 60_000));
    int engine = protocol == '6' || protocol == '8' ? 0x7E8 : 0x18DA_F110;
    int transmission = protocol == '6' || protocol == '8' ? 0x7E9 : 0x18DA_F118;
    assertEquals("POSITIVE 490201" + VIN_HEX, reply(source, "0902", engine));
    assertEquals("POSITIVE 490201" + VIN_HEX, reply(source, "0902", transmission));
    assertEquals("POSITIVE 430201430196", reply(source, "03", engine));
    assertEquals("POSITIVE 4300", reply(source, "03", transmission));
    assertTrue(reply(source, "010d", engine).startsWith("POSITIVE 410d"));
    assertEquals(0, health.total(Declared.count("source.malformed")));
    assertEquals(0, health.total(Declared.count("source.resyncs")));
  }

  /** Checksums or none; two units, of which the second has no stored code. */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,true", "4,true", "5,true", "2,false", "3,false", "5,false"})
  void vehicleIsReadOnTheBusesBeforeCan(char protocol, boolean hasChecksums) throws Exception {
    adapter = new Elm327Adapter(
        new Elm327AdapterSettings("obd0", protocol, false, true, hasChecksums, false, 0, VIN), 7);
    plug();
    Elm327Source source = opened(source(poll("010d", "0902", "0904", "03"), '0', 60_000));
    assertEquals("POSITIVE 4902000000" + VIN_HEX, reply(source, "0902", 0x10));
    assertEquals("POSITIVE 4902000000" + VIN_HEX, reply(source, "0902", 0x18));
    assertEquals("POSITIVE 490443" + "52564e2d452d323032362d30343137", reply(source, "0904", 0x10));
    assertEquals("POSITIVE 43014301960000", reply(source, "03", 0x10));
    assertEquals("POSITIVE 43000000000000", reply(source, "03", 0x18));
    assertTrue(reply(source, "010d", 0x10).startsWith("POSITIVE 410d"));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void chipThatShowsNoHeadersIsReadWhereOneUnitAnswers() throws Exception {
    adapter = new Elm327Adapter(
        new Elm327AdapterSettings("obd0", '6', false, false, true, false, 0, VIN), 7);
    plug();
    Elm327Source source = opened(source(poll("0105", "03", "22f190"), '0', 60_000));
    String coolant = reply(source, "0105", 0);
    assertTrue(coolant.startsWith("POSITIVE 4105") && coolant.endsWith("00000000"), coolant);
    assertEquals("POSITIVE 62f190" + VIN_HEX, reply(source, "22f190", 0x7E8));
    assertEquals("GARBLED ", reply(source, "03", 0), "two units have different codes");
  }

  @Test
  void givenProtocolIsUsedWithoutASearch() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("03"), '6', 60_000));
    assertEquals("POSITIVE 430201430196", reply(source, "03", 0x7E8));
  }

  @Test
  void oneUnitIsAskedAloneAndWaitedForWhenItSaysPending() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("22f190", "22dead", "190a"), '0', 60_000));
    assertEquals("POSITIVE 62f190" + VIN_HEX, reply(source, "22f190", 0x7E0 + 8));
    assertEquals("NEGATIVE 7f2231", reply(source, "22dead", 0x7E8));
    assertEquals("POSITIVE 590aaf014311af019662af04200026", reply(source, "190a", 0x7E8));
  }

  @Test
  void cloneThatRefusesHalfOfTheCommandsIsReadAllTheSame() throws Exception {
    adapter = adapter('6', true, false);
    plug();
    Elm327Source source = opened(source(poll("010c", "010d", "0902"), '0', 60_000));
    assertEquals("POSITIVE 490201" + VIN_HEX, reply(source, "0902", 0x7E8));
    assertTrue(reply(source, "010c", 0x7E8).startsWith("POSITIVE 410c"));
    assertTrue(reply(source, "010d", 0x7E8).startsWith("POSITIVE 410d"));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void batteryVoltageIsATelegram() throws Exception {
    adapter.setVoltage(12.64);
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    Telegram telegram = (Telegram) read(source, frame -> frame instanceof Telegram);
    assertEquals("12.6V", new String(telegram.content().toArray(), StandardCharsets.US_ASCII));
  }

  @Test
  void vehicleThatFallsAsleepIsLeftAloneAndFoundAgain() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 800));
    Part part = health.part("source", "obd0");
    part.set(Part.State.OK, ""); // as the loop does after the first read
    reply(source, "010d", 0x7E8);
    adapter.sleep(true);
    FrameChunk chunk = new FrameChunk("obd0", 32);
    while (!part.why().startsWith("vehicle asleep")) {
      chunk.clear();
      source.read(chunk);
    }
    assertEquals(1, health.gauge(Declared.level("source.asleep"), "obd0").value());
    Frame resting = read(source, frame -> true);
    assertTrue(resting instanceof Telegram, "a resting vehicle is asked nothing: " + resting);
    adapter.sleep(false);
    assertTrue(reply(source, "010d", 0x7E8).startsWith("POSITIVE"));
    assertEquals(0, health.gauge(Declared.level("source.asleep"), "obd0").value());
  }

  @Test
  void lowBatteryEndsThePolling() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    reply(source, "010d", 0x7E8);
    adapter.setVoltage(11.2);
    FrameChunk chunk = new FrameChunk("obd0", 32);
    while (health.gauge(Declared.level("source.asleep"), "obd0").value() == 0) {
      chunk.clear();
      source.read(chunk);
    }
    assertEquals(1, health.gauge(Declared.level("source.asleep"), "obd0").value());
    adapter.setVoltage(13.9);
    assertTrue(reply(source, "010d", 0x7E8).startsWith("POSITIVE"));
  }

  @Test
  void vehicleThatSleepsAtTheStartLeavesTheSourceOpen() throws Exception {
    adapter = adapter('6', false, true);
    plug();
    Elm327Source source = opened(source(poll("010d"), '6', 60_000));
    Frame resting = read(source, frame -> true);
    assertTrue(resting instanceof Telegram, resting.toString());
    adapter.sleep(false);
    assertTrue(reply(source, "010d", 0x7E8).startsWith("POSITIVE"));
  }

  @Test
  void adapterThatHangsForAMomentIsBroughtBack() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    reply(source, "010d", 0x7E8);
    adapter.hang(true);
    assertEquals("GARBLED ", reply(source, "010d", -2));
    adapter.hang(false);
    read(
        source,
        frame -> frame instanceof DiagnosticReply reply && reply.outcome() == Outcome.POSITIVE);
    assertTrue(health.total(Declared.count("source.resyncs")) > 0);
  }

  @Test
  void adapterThatHangsForEverIsGivenUp() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    reply(source, "010d", 0x7E8);
    adapter.hang(true);
    String message = String.valueOf(
        assertThrows(IOException.class, () -> read(source, frame -> false)).getMessage());
    assertTrue(message.contains("no prompt after a reset"), message);
    source.close();
    assertThrows(IOException.class, source::open);
    adapter.hang(false);
    source.open();
    assertTrue(reply(source, "010d", 0x7E8).startsWith("POSITIVE"));
  }

  @Test
  void unpluggedAdapterIsAnIoException() throws Exception {
    Runnable pull = plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    reply(source, "010d", 0x7E8);
    pull.run();
    assertThrows(IOException.class, () -> read(source, frame -> false));
    source.close();
    source.close();
    assertThrows(IOException.class, source::open);
  }

  @Test
  void closingFromAnotherThreadFreesTheReader() throws Exception {
    plug();
    Elm327Source source = opened(source(poll("010d"), '0', 60_000));
    Thread closer = new Thread(source::close, "closer");
    reply(source, "010d", 0x7E8);
    closer.start();
    assertThrows(IOException.class, () -> read(source, frame -> false));
    closer.join();
    assertFalse(closer.isAlive());
  }
}
