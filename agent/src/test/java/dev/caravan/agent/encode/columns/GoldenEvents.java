package dev.caravan.agent.encode.columns;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.EventReader;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the golden bytes of events were made from. */
final class GoldenEvents {
  /** Of before there were streams. */
  static final List<String> PLAIN = List.of("event-sent", "event-bare", "event-part");

  static final List<String> OF_STREAMS =
      List.of("event-stream", "event-stream-bare", "event-stream-part");

  static final List<String> NAMES =
      Stream.concat(PLAIN.stream(), OF_STREAMS.stream()).toList();

  private static final long T = Workbench.START_NS;
  private static final long MS = 1_000_000L;
  private static final Seal OF_EVENTS =
      new Seal(new StreamId(Bytes.ofHex("b0b1b2b3b4b5b6b7")), 12, false);

  private GoldenEvents() {}

  /** The message that the script of that name gives today. */
  static Bytes made(String name) {
    return switch (name) {
      case "event-sent" -> EventEnvelope.around(body(false), 12);
      case "event-bare" -> EventEnvelope.around(bare(), 13);
      case "event-part" -> part(body(false), 230, new Seal(StreamId.NONE, 12, false));
      case "event-stream" -> EventEnvelope.around(body(true), OF_EVENTS);
      case "event-stream-bare" -> EventEnvelope.around(bare(), OF_EVENTS);
      case "event-stream-part" -> part(body(true), 225, OF_EVENTS);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static EventBench bench(boolean isCompact) {
    EventBench bench = new EventBench(
        isCompact,
        GoldenBatches.SPEED,
        GoldenBatches.SLOPE,
        GoldenBatches.GEAR,
        GoldenBatches.CELL,
        GoldenBatches.CELL_0,
        GoldenBatches.CELL_1,
        GoldenBatches.DOOR,
        GoldenBatches.LATITUDE,
        GoldenBatches.HEIGHT,
        GoldenBatches.WIDE,
        GoldenBatches.DEEP,
        GoldenBatches.NAME,
        GoldenBatches.BLOCK);
    bench
        .health
        .counter(Declared.count("store.evicted_batches"), "cloud.events")
        .add(2);
    bench
        .health
        .counter(Declared.count("uplink.rejected_batches"), "cloud.events")
        .add(1);
    return bench;
  }

  private static Bytes body(boolean isCompact) {
    EventBench bench = bench(isCompact);
    SampleColumns samples = new SampleColumns(0);
    int[] speeds = {6240, 6043, 5842, 5642};
    for (int i = 0; i < speeds.length; i++) {
      add(bench, samples, GoldenBatches.SPEED, T + (i - 3) * 10L * MS, Quality.OK, speeds[i]);
      add(bench, samples, GoldenBatches.SLOPE, T + (i - 3) * 10L * MS, Quality.OK, -4);
      add(bench, samples, GoldenBatches.GEAR, T + (i - 3) * 10L * MS, Quality.NOT_AVAILABLE, 15);
    }
    return bench.trigger(samples).body();
  }

  private static void add(
      EventBench bench, SampleColumns to, SignalSpec spec, long timeNs, Quality quality, long raw) {
    Signal signal = bench.table.define(spec);
    to.add(new Sample(signal).setInteger(signal, timeNs, quality, raw));
  }

  private static Bytes bare() {
    EventBench bench = bench(true);
    bench.encoder.accept(
        new Snapshot(
            "source.degraded", "", T, "can0: open /dev/ttyACM0", List.of(), new SampleColumns(0)),
        bench.payloads::add);
    return bench.payloads.get(0).body();
  }

  private static Bytes part(Bytes whole, long mostBytes, Seal seal) {
    try {
      List<Bytes> parts = EventSplitter.split(whole, GoldenBatches.schema(), mostBytes);
      return EventEnvelope.around(parts.get(1), seal.ofPart(2, parts.size()));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines that the second decoder prints of an event. */
  static List<String> lines(Bytes message, Bytes schema) throws MalformedMessageException {
    ReadEvent event = EventReader.event(message);
    List<String> lines = new ArrayList<>();
    lines.add("{\"event\":\"" + event.id() + "\",\"route\":\"" + SampleLine.escaped(event.route())
        + "\",\"sequence\":" + Long.toUnsignedString(event.sequence()) + ",\"kind\":\""
        + SampleLine.escaped(event.kind()) + "\",\"trigger\":\""
        + SampleLine.escaped(event.trigger()) + "\",\"t\":" + event.timeUs()
        + ",\"text\":\"" + SampleLine.escaped(event.text()) + "\",\"paths\":["
        + String.join(
            ",",
            event.paths().stream()
                .map(path -> "\"" + SampleLine.escaped(path) + "\"")
                .toList())
        + "],\"evicted\":" + event.evicted() + ",\"rejected\":" + event.rejected()
        + ",\"part\":" + event.part() + ",\"parts\":" + event.parts()
        + (event.stream().isNone() ? "" : ",\"stream\":\"" + event.stream() + "\"") + "}");
    for (Bytes snapshot : event.snapshots()) {
      lines.addAll(SampleLine.lines(BatchReader.batch(snapshot, BatchReader.schema(schema))));
    }
    return lines;
  }
}
