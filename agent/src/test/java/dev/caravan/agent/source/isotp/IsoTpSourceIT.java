package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Traffic;
import dev.caravan.agent.device.ecu.Ecu;
import dev.caravan.agent.device.ecu.EcuBus;
import dev.caravan.agent.device.nev.VehicleModel;
import dev.caravan.agent.device.slcan.SlcanAdapter;
import dev.caravan.agent.device.slcan.SlcanAdapterSettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.slcan.SlcanSettings;
import dev.caravan.agent.source.slcan.SlcanSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polling two simulated units through a simulated adapter on a real pseudo-terminal, on a bus at its full rate. */
@Timeout(120)
class IsoTpSourceIT {
  private static final String VIN = "LCRVNE12345678901";
  private static final String VIN_HEX = "4c4352564e453132333435363738393031";
  private static final int RATE_HZ = 2000;

  private static final String BATCH = "7DF#0[3-7]01.*";

  private static final String POLL = """
      poll:
        period: 200ms
        pids:
          - 01 0C 0D 05
          - {request: 22 F190, target: 7E0}
          - {request: 22 F18C, target: 7E1}
          - {request: 22 F190, target: 7E5}
          - {request: 22 DEAD, target: 7E0}
          - {request: 19 02 FF, target: 7E0}
          - {request: 19 0A, target: 7E0}
      """;

  /** A bus that remembers what the program has sent. */
  private static final class Witness implements Traffic {
    final Set<Integer> heardIds = new ConcurrentSkipListSet<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final Traffic bus = new EcuBus(
        new VehicleModel(RATE_HZ, 1), List.of(new Ecu(0x7E8, VIN, 1), new Ecu(0x7E9, VIN, 1)));

    @Override
    public int bitrate() {
      return bus.bitrate();
    }

    @Override
    public void runUntil(long untilNs, FrameOut out) {
      bus.runUntil(untilNs, out);
    }

    @Override
    public void hear(long timeNs, int id, int flags, byte[] payload, int length) {
      heardIds.add(id);
      CanFrame frame = new CanFrame().set(timeNs, id, flags, payload, 0, length);
      heard.add(frame.toString());
      bus.hear(timeNs, id, flags, payload, length);
    }
  }

  private final Path folder;
  private final Health health = new Health();
  private final SystemTimeline timeline = new SystemTimeline();
  private final Witness witness = new Witness();
  private final Stop stop = new Stop();
  private final Set<String> replies = new TreeSet<>();
  private long canFrames;

  IsoTpSourceIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private Source source(Path port, String allowed, String diagnostics) throws Exception {
    Path file = folder.resolve("a.yaml");
    Files.writeString(
        file,
        "source:\n  name: can0\n  port: " + port
            + "\n  bitrate: 500k\n  listen_only: false\n  allow_transmit: [" + allowed + "]\n"
            + "diagnostics:\n" + diagnostics.indent(2));
    Faults faults = new Faults();
    Node root = YamlFile.read(file, faults);
    SlcanSettings slcan = SlcanSettings.from("can0", root.at("source"));
    var settings = IsoTpSettings.from(root.at("diagnostics"), frame -> true);
    faults.throwIfAny();
    return IsoTpSource.over(new SlcanSource(slcan, timeline, health), settings, timeline, health);
  }

  private void take(FrameChunk chunk) {
    for (int i = 0; i < chunk.size(); i++) {
      Frame frame = chunk.frame(i);
      if (frame instanceof DiagnosticReply reply) {
        replies.add(Integer.toHexString(reply.ecu()) + " " + reply.outcome() + " " + reply.request()
            + " " + reply.payload());
      } else {
        canFrames++;
      }
    }
    chunk.clear();
  }

  private boolean hasAll(List<String> wanted) {
    if (!witness.heard.stream().anyMatch(frame -> frame.matches(BATCH))) {
      return false;
    }
    for (String start : wanted) {
      if (replies.stream().noneMatch(reply -> reply.startsWith(start))) {
        return false;
      }
    }
    return true;
  }

  /** Reads until replies that begin so are there and several PIDs have shared a request, then stops the bus and reads what is left of it. */
  private void run(String allowed, int chunkFrames, List<String> wanted) throws Exception {
    SlcanAdapter adapter = new SlcanAdapter(
        new SlcanAdapterSettings("can0", "nev", RATE_HZ, false, false, true), witness, timeline);
    Path port = adapter.open();
    Thread device = new Thread(() -> adapter.run(stop), "device-can0");
    device.start();
    try (adapter;
        Source source = source(port, allowed, POLL)) {
      source.open();
      FrameChunk chunk = new FrameChunk("can0", chunkFrames);
      while (!hasAll(wanted)) {
        source.read(chunk);
        take(chunk);
      }
      stop.request();
      device.join(5_000);
      long sent = adapter.counts().sentFrames();
      while (canFrames < sent) {
        source.read(chunk);
        take(chunk);
      }
      assertEquals(sent, canFrames);
      assertEquals(0, adapter.counts().overrunFrames());
    } finally {
      stop.request();
      device.join(5_000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 5})
  void everythingIsAskedWhileEveryFrameOfTheBusPasses(int chunkFrames) throws Exception {
    run(
        "7DF, 7E0, 7E1, 7E5",
        chunkFrames,
        List.of(
            "7e8 POSITIVE 0100 4100be3f8013",
            "7e9 POSITIVE 0100 4100",
            "7e8 POSITIVE 010c 410c",
            "7e8 POSITIVE 0105 4105",
            "7e8 POSITIVE 010d 410d",
            "7e9 POSITIVE 010d 410d",
            "7e8 POSITIVE 0902 490201" + VIN_HEX,
            "7e9 POSITIVE 0902 490201" + VIN_HEX,
            "7e8 POSITIVE 03 430201430196",
            "7e8 POSITIVE 22f190 62f190" + VIN_HEX,
            "7e9 POSITIVE 22f18c 62f18c543030303837363534333231",
            "7e8 NEGATIVE 22dead 7f2231",
            "7ed SILENCE 22f190 ",
            "7e8 POSITIVE 1902ff 5902af014311af019662af04200026",
            "7e8 POSITIVE 190a 590aaf014311af019662af04200026"));
    assertEquals(Set.of(0x7DF, 0x7E0, 0x7E1, 0x7E5), new TreeSet<>(witness.heardIds));
    assertTrue(witness.heard.contains("7E0#300000cccccccccc"));
    assertTrue(witness.heard.contains("7E1#300000cccccccccc"));
    for (String frame : witness.heard) {
      assertTrue(
          frame.matches("7..#(0[1-7](01|02|03|06|07|09|0a|19|22)|300000).*"), "sent: " + frame);
    }
    assertEquals(0, health.total(Declared.count("isotp.malformed")));
    assertEquals(0, health.total(Declared.count("isotp.timeouts")));
    assertEquals(0, health.total(Declared.count("source.transmit_refused")));
    assertEquals(0, health.total(Declared.count("source.malformed")));
  }

  @Test
  void whatIsNotListedIsNotSentAndItsLongRepliesAreGarbled() throws Exception {
    run(
        "7DF, 7E0",
        256,
        List.of(
            "7e8 POSITIVE 0902 490201" + VIN_HEX,
            "7e9 GARBLED 0902 ",
            "7e9 SILENCE 22f18c ",
            "7e8 POSITIVE 010c 410c"));
    assertEquals(Set.of(0x7DF, 0x7E0), new TreeSet<>(witness.heardIds));
    assertTrue(health.total(Declared.count("source.transmit_refused")) > 0);
    assertTrue(health.total(Declared.count("isotp.timeouts")) > 0);
  }
}
