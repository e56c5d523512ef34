package dev.caravan.agent.assembly;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.decode.dbc.DbcBus;
import dev.caravan.agent.decode.dbc.DbcDecoder;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcSettings;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.columns.ColumnsFormat;
import dev.caravan.agent.encode.columns.TelemetrySettings;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Unshaped;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.DeviceName;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How many frames a second of processor time go through the whole pipeline: 60 messages of 7 signals at 2,000 frames a second of
 * their own time, from memory, in chunks, through decoder, encoder and Deflate into a queue on disk, whose entries are read
 * and removed as a courier would. The threads of the queue and of the virtual machine count.
 *
 * <p>Arguments: seconds to measure, 10 if none is given, and a folder for the queue, else a temporary one.
 */
public final class PipelineRate {
  private static final long START_NS = 1_764_000_000_000_000_000L;
  private static final int MESSAGES = 60;
  private static final int FRAMES = 120_000;
  private static final long PERIOD_NS = 500_000;
  private static final int CHUNK = 256;

  private final int[] ids = new int[FRAMES];
  private final long[] jittersNs = new long[FRAMES];
  private final byte[][] payloads = new byte[FRAMES][8];

  private PipelineRate() {
    SplittableRandom random = new SplittableRandom(1);
    double[][] values = new double[MESSAGES][7];
    for (int i = 0; i < FRAMES; i++) {
      // half of the frames are of the fastest ten messages
      int message = random.nextBoolean() ? random.nextInt(10) : random.nextInt(MESSAGES);
      double[] value = values[message];
      value[1] += random.nextGaussian(0, 4) - value[1] * 0.05;
      value[0] += value[1];
      value[2] = 100 + random.nextGaussian(0, 2);
      value[3] += random.nextInt(50) == 0 ? random.nextInt(3) - 1 : 0;
      value[4] += random.nextInt(200) == 0 ? 1 : 0;
      value[5] = random.nextInt(500) == 0 ? random.nextInt(4) : value[5];
      value[6] = random.nextInt(1000) == 0 ? 1 - value[6] : value[6];
      ids[i] = 0x100 + message;
      jittersNs[i] = random.nextInt(200) * 1_000L;
      put(
          payloads[i],
          ((long) value[0] & 0xFFFF)
              | ((long) (value[1] * 10) & 0xFFF) << 16
              | ((long) value[2] & 0xFF) << 28
              | ((long) value[3] & 0xFF) << 36
              | ((long) value[4] & 0xFF) << 44
              | ((long) value[5] & 3) << 52
              | ((long) value[6] & 1) << 54);
    }
  }

  private static void put(byte[] payload, long bits) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (bits >>> 8 * i);
    }
  }

  private static String dbc() {
    StringBuilder text = new StringBuilder("VERSION \"\"\n");
    for (int i = 0; i < MESSAGES; i++) {
      text.append("BO_ ").append(0x100 + i).append(" M").append(i).append(": 8 A\n");
      text.append(
          " SG_ A : 0|16@1- (0.1,0) [0|0] \"V\" A\n SG_ B : 16|12@1- (0.01,0) [0|0] \"V\" A\n");
      text.append(" SG_ C : 28|8@1+ (1,0) [0|0] \"\" A\n SG_ D : 36|8@1+ (0.5,-40) [0|0] \"\" A\n");
      text.append(" SG_ E : 44|8@1+ (1,0) [0|0] \"\" A\n SG_ F : 52|2@1+ (1,0) [0|0] \"\" A\n");
      text.append(" SG_ G : 54|1@1+ (1,0) [0|0] \"\" A\n");
    }
    return text.toString();
  }

  private void run(int seconds, Path folder, PrintStream out) throws IOException {
    Path file = Files.writeString(folder.resolve("bench.dbc"), dbc());
    FakeTimeline timeline = new FakeTimeline(START_NS);
    Health health = new Health();
    SignalTable table = new SignalTable(Naming.AS_DECODED);
    DbcDecoder decoder = DbcDecoder.of(
        "can0",
        List.of(new DbcSettings(file, DbcOptions.STRICT, Optional.empty())),
        DbcBus.USUAL,
        table,
        health,
        new Faults());
    StoreSettings settings =
        new StoreSettings(folder.resolve("queue"), 64 << 20, 0, 0, 64 << 10, 8 << 20);
    try (Store store = Store.open(settings, "cloud", Keepers.CLOUD, timeline, health)) {
      Route route = new Route(
          "cloud",
          new Unshaped(health.counter(SharedMetrics.SHAPE_WITHHELD, "cloud")),
          new ColumnsFormat(
                  new TelemetrySettings(1_000_000_000L, 1_000_000, 4 << 20, 2, true, true),
                  new DeviceName("x", "bench"),
                  "cloud")
              .batches()
              .encoder(new Making(table.signals(), timeline, health, Making.newBootId(), 1)),
          store);
      Pipeline pipeline = new Pipeline(
          Map.of("can0", List.of(decoder)),
          List.of(route),
          new LastValueBoard(false),
          timeline,
          health);
      out.println("  frames/s of a processor   ns/frame   allocated B/frame   stored B/frame");
      for (int turn = 0; turn < 3; turn++) {
        turn(pipeline, store, timeline, seconds, out);
      }
      long samples = health.total(Declared.count("decode.samples"));
      long bugs = health.total(Declared.count("bugs"));
      out.println("samples decoded=" + samples + ", faults of the program=" + bugs);
    }
  }

  private void turn(
      Pipeline pipeline, Store store, FakeTimeline timeline, int seconds, PrintStream out) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    FrameChunk chunk = new FrameChunk("can0", CHUNK);
    long frames = 0;
    long storedBytes = 0;
    long removingBytes = 0;
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long cpuNs = system.getProcessCpuTime();
    long endNs = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < endNs) {
      for (int at = 0; at < FRAMES; ) {
        chunk.clear();
        for (; at < FRAMES && !chunk.isFull(); at++) {
          long timeNs = timeline.nowNs() + chunk.size() * PERIOD_NS + jittersNs[at];
          chunk.addCan().set(timeNs, ids[at], 0, payloads[at], 0, 8);
        }
        // time passes in steps that are no setting of the clock
        for (long left = chunk.size() * PERIOD_NS; left > 0; left -= 50_000_000L) {
          timeline.advanceNs(Math.min(left, 50_000_000L));
          pipeline.tick();
        }
        pipeline.accept(chunk);
      }
      frames += FRAMES;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (List<Entry> head = store.head(64, 1 << 20, 0); !head.isEmpty(); ) {
        for (Entry entry : head) {
          storedBytes += entry.body().length();
        }
        store.remove(head.stream().map(Entry::sequence).toList());
        head = store.head(64, 1 << 20, 0);
      }
      removingBytes += threads.getCurrentThreadAllocatedBytes() - before;
    }
    cpuNs = system.getProcessCpuTime() - cpuNs;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated - removingBytes;
    out.printf(
        "%25d %10d %19.2f %16.2f%n",
        frames * 1_000_000_000L / cpuNs,
        cpuNs / frames,
        (double) allocated / frames,
        (double) storedBytes / frames);
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    Path folder = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("pipeline-rate");
    new PipelineRate()
        .run(seconds, folder, new PrintStream(System.out, true, StandardCharsets.UTF_8));
  }
}
