package dev.caravan.agent.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.gnss.GnssReceiver;
import dev.caravan.agent.device.gnss.GnssReceiverSettings;
import dev.caravan.agent.device.radar.TrafficRadar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Devices that talk by themselves, and who finds them talking. */
@Timeout(60)
class SerialDeviceIT {
  private static final GnssReceiverSettings GNSS =
      new GnssReceiverSettings("gnss", 10, true, false);

  static Stream<Supplier<Instrument>> talkers() {
    return Stream.of(
        () -> new TrafficRadar(7), () -> new GnssReceiver(GNSS, 7, 1_780_300_800_000_000_000L));
  }

  /** By then both would have spoken. */
  @ParameterizedTest
  @MethodSource("talkers")
  void whoOpensThePortLateFindsTheBeginning(Supplier<Instrument> maker) throws Exception {
    List<String> first = heard(maker, 0);
    assertEquals(first, heard(maker, 700));
    assertTrue(first.get(0).startsWith("$"), first.get(0));
  }

  private static List<String> heard(Supplier<Instrument> maker, long waitMs) throws Exception {
    Stop stop = new Stop();
    Stop never = new Stop();
    AtomicInteger made = new AtomicInteger();
    try (SerialDevice device = new SerialDevice(
        "talker",
        () -> {
          made.incrementAndGet();
          return maker.get();
        },
        false,
        new SystemTimeline())) {
      Path port = device.open();
      Thread thread = new Thread(() -> device.run(stop), "device-talker");
      thread.start();
      try {
        never.await(waitMs * 1_000_000);
        assertEquals(0, made.get());
        return lines(port, 3);
      } finally {
        stop.request();
        thread.join();
        assertEquals(1, made.get());
      }
    }
  }

  private static List<String> lines(Path port, int count) throws IOException {
    StringBuilder text = new StringBuilder();
    try (InputStream in = Files.newInputStream(port)) {
      while (text.chars().filter(one -> one == '\n').count() < count) {
        text.append((char) in.read());
      }
    }
    return text.toString().lines().toList();
  }

  /** The port stays open on this side, so the instrument goes on when the program has gone. */
  @Test
  void whatIsSaidWhileNobodyReadsWaitsForTheNext() throws Exception {
    Instrument steps = new Instrument() {
      private int said;

      @Override
      public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
        bytes.position(bytes.limit());
      }

      @Override
      public void runUntil(long nowNs, Voice voice) {
        if (nowNs >= said * 50_000_000L) {
          voice.say((said++ + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
    };
    Stop stop = new Stop();
    try (SerialDevice device = new SerialDevice("steps", steps, new SystemTimeline())) {
      Path port = device.open();
      Thread thread = new Thread(() -> device.run(stop), "device-steps");
      thread.start();
      try {
        assertEquals(List.of("0", "1"), lines(port, 2));
        new Stop().await(300_000_000L);
        assertEquals(List.of("2", "3", "4", "5"), lines(port, 4));
      } finally {
        stop.request();
        thread.join();
      }
    }
  }

  @Test
  void faultOfAnInstrumentCostsItsRoundAndTheDeviceGoesOn() throws Exception {
    Instrument faulty = new Instrument() {
      private int rounds;

      @Override
      public void hear(long nowNs, ByteBuffer bytes, Voice voice) {}

      @Override
      public void runUntil(long nowNs, Voice voice) {
        int round = rounds++;
        if (round % 2 == 0) {
          throw new IllegalStateException("on purpose");
        }
        voice.say((round + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    };
    Stop stop = new Stop();
    try (SerialDevice device = new SerialDevice("faulty", faulty, new SystemTimeline())) {
      Path port = device.open();
      Thread thread = new Thread(() -> device.run(stop), "device-faulty");
      thread.start();
      try {
        assertEquals(List.of("1", "3", "5"), lines(port, 3));
      } finally {
        stop.request();
        thread.join();
      }
    }
  }
}
