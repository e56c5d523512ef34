package dev.caravan.agent.encode.columns;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.json.JsonFormat;
import dev.caravan.agent.encode.records.RecordsFormat;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Topics;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Prints what one second of a vehicle costs on the wire, in this project's batches and in the formats of its peers, on
 * the same made-up trace. Byte counts are exact and the same at every run.
 */
public final class WireTable {
  private static final long SEED = 20_261_123;
  private static final long[] WINDOWS_US = {100_000, 1_000_000, 10_000_000};

  private static final DeviceName CAR = new DeviceName("demo", "xa-000001");

  private final PrintStream out;
  private final int seconds;

  private WireTable(PrintStream out, int seconds) {
    this.out = out;
    this.seconds = seconds;
  }

  /** Takes {@code --seconds N}, default 600. */
  public static void main(String[] args) {
    int seconds = args.length == 2 && args[0].equals("--seconds") ? Integer.parseInt(args[1]) : 600;
    new WireTable(System.out, seconds).print();
  }

  private void print() {
    List<Signal> signals = new VehicleTrace(SEED).signals();
    out.printf("%-40s %21s %21s %21s%n", "B/frame (B/value)", "0.1 s", "1 s", "10 s");
    for (Packed codec : List.of(Packed.NONE, Packed.SNAPPY)) {
      row(() -> new FleetWisePeer(codec));
    }
    for (Packed codec : List.of(Packed.NONE, Packed.GZIP)) {
      row(() -> new SparkplugPeer(codec));
    }
    for (Packed codec : List.of(Packed.NONE, Packed.GZIP)) {
      row(() -> new JsonPeer(codec));
    }
    for (int exponent : new int[] {0, 2, 3}) {
      row(() -> new CaravanPeer(signals, exponent, false));
      row(() -> new CaravanPeer(signals, exponent, true));
    }
    for (String layout : List.of("rows", "groups", "batch", "thingsboard")) {
      json("{layout: " + layout + "}", "caravan, json " + layout);
      for (String quantum : List.of("1us", "100us", "1ms")) {
        json(
            "{layout: " + layout + ", compress: gzip, quantum: " + quantum + "}",
            "caravan, json " + layout + ", " + quantum + " + gzip");
      }
    }
    for (String quantum : List.of("1us", "1ms")) {
      format(
          "records",
          "{quantum: " + quantum + "}",
          "caravan, records, " + quantum,
          node -> RecordsFormat.from(node, "cloud", CAR, Topics.USUAL, false));
    }
    new SmallBatches(out).print();
  }

  /** {@code keys}: those of the mapping. */
  private void json(String keys, String name) {
    format("json", keys, name, node -> JsonFormat.from(node, "cloud", CAR, Topics.USUAL, false));
  }

  private void format(String key, String keys, String name, Function<Node, Format> maker) {
    String route = key + ": " + keys.replace("}", ", max_samples: 1000000, max_bytes: 4MiB}");
    row(() -> new FormatPeer(name, maker, route));
  }

  private interface Maker {
    Peer make();
  }

  private void row(Maker maker) {
    StringBuilder line = new StringBuilder(100);
    String name = "";
    for (long windowUs : WINDOWS_US) {
      Peer peer = maker.make();
      name = peer.name();
      line.append(String.format(Locale.ROOT, " %21s", cost(peer, windowUs)));
    }
    out.printf("%-40s%s%n", name, line);
  }

  private String cost(Peer peer, long windowUs) {
    VehicleTrace trace = new VehicleTrace(SEED);
    long bytes = 0;
    long frames = 0;
    long values = 0;
    long closeUs = windowUs;
    for (VehicleTrace.Message frame = trace.next();
        trace.timeUs() < seconds * 1_000_000L;
        frame = trace.next()) {
      while (trace.timeUs() >= closeUs) {
        bytes += peer.close();
        closeUs += windowUs;
      }
      peer.frame(trace.timeUs(), frame);
      frames++;
      values += frame.raws().length;
    }
    bytes += peer.close();
    return String.format(
        Locale.ROOT, "%.3f (%.3f)", (double) bytes / frames, (double) bytes / values);
  }
}
