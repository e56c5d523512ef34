package dev.caravan.agent.cli;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.receive.StreamRecorder;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.v1.Batch;
import dev.caravan.v1.BatchContent;
import dev.caravan.v1.Encoding;
import dev.caravan.v1.Event;
import dev.caravan.v1.Group;
import dev.caravan.v1.Kind;
import dev.caravan.v1.Schema;
import dev.caravan.v1.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/** Messages of a publisher who means harm: small on the wire, and as large as can be once they are read. */
enum Bombs {
  /** A divided batch: each part of some 100 bytes holds a million samples of a signal that never changes. */
  PARTS(1, (out, i) -> {
    out.schema(schema(1, 0));
    for (int part = 1; part <= 80; part++) {
      out.data(
          "a", batch(schema(1, 0), constant(1 << 20)).setPart(part).setParts(80).setSequence(1));
    }
  }),
  /** Parts of very many batches, none of which is ever complete. */
  NEVER_WHOLE(60_000, (out, i) -> {
    out.schema(schema(1, 0));
    out.data("a", batch(schema(1, 0), constant(1000)).setPart(1).setParts(2).setSequence(i + 1));
  }),
  /** Whole batches, a million samples each. */
  SAMPLES(20, (out, i) -> {
    out.schema(schema(1, 0));
    out.data("a", batch(schema(1, 0), constant(1 << 20)).setSequence(i + 1));
  }),
  /** Eight MiB of numbers in eight KiB. */
  NUMBERS(5, (out, i) -> out.data("a", batch(schema(1, 0), zeros()).setSequence(1))),
  /** Millions of empty texts. */
  TEXTS(5, (out, i) -> {
    out.schema(schema(1, 0));
    out.data("a", packed(schema(1, 0), repeated("b201" + "00", 8 << 20)).setSequence(1));
    out.data("a", packed(schema(1, 0), repeated("ba01" + "0130", 8 << 20)).setSequence(1));
  }),
  /** A schema of half a million signals of two bytes each. */
  SIGNALS(5, (out, i) -> out.schema(group(repeated("1200", 1 << 20)))),
  /** A schema of groups, and one of labels. */
  GROUPS(5, (out, i) -> {
    out.schema(repeated("2200", 1 << 20));
    out.schema(Schema.newBuilder()
        .addGroups(Group.newBuilder()
            .addSignals(Signal.parseFrom(ByteString.copyFrom(repeated("4200", 1 << 19)))))
        .build()
        .toByteArray());
  }),
  /** A schema that names one piece 200,000 times. */
  ONE_PIECE(20, (out, i) -> {
    byte[] run =
        Schema.newBuilder().setRun(ByteString.copyFrom(new byte[1000])).build().toByteArray();
    ByteString id = ByteString.copyFrom(SchemaId.of(Bytes.owning(run)).toArray());
    Schema.Builder names = Schema.newBuilder();
    IntStream.range(0, 200_000).forEach(any -> names.addPieces(id));
    out.put("schema/" + SchemaId.of(Bytes.owning(run)), run);
    out.put("schema/00112233445566" + (10 + i), names.build().toByteArray());
    out.put("schema/" + SchemaId.of(Bytes.owning(run)), run);
  }),
  /** Lists within lists that all wait for one piece, eight deep, each of which comes to 60,000 names or to megabytes. */
  NESTED_LISTS(3, (out, i) -> {
    for (int runBytes : new int[] {1, 100}) {
      byte[] piece = run(runBytes + i);
      out.put("schema/" + SchemaId.of(Bytes.owning(piece)), piece);
      for (int depth = 2; depth < 8; depth++) {
        piece = list(piece, 6);
        out.put("schema/" + SchemaId.of(Bytes.owning(piece)), piece);
      }
      byte[] last = run(200 + i);
      for (int each = 0; each < 300; each++) {
        byte[] waiting = Schema.newBuilder()
            .mergeFrom(Schema.parseFrom(list(piece, 1)))
            .mergeFrom(Schema.parseFrom(list(last, 1)))
            .build()
            .toByteArray();
        out.put("schema/%016x".formatted(each), waiting);
      }
      out.put("schema/" + SchemaId.of(Bytes.owning(last)), last);
    }
    out.put("schema/0011223344556677", list(run(i), 60_000));
  }),
  /** Schemas in pieces that never come. */
  NO_PIECE(
      60_000,
      (out, i) -> out.put(
          "schema/%016x".formatted(i),
          Schema.newBuilder()
              .addPieces(ByteString.copyFromUtf8("piece" + i))
              .addPieces(ByteString.copyFromUtf8("other" + i))
              .build()
              .toByteArray())),
  /** Pieces of nothing. */
  PIECES(
      60_000,
      (out, i) -> out.put(
          "schema/00",
          Schema.newBuilder().setRun(ByteString.copyFromUtf8("run" + i)).build().toByteArray())),
  /** Schemas that nobody uses. */
  SCHEMAS(30_000, (out, i) -> out.schema(schema(20, i))),
  /** Batches whose schemas never come. */
  NO_SCHEMA(
      100_000,
      (out, i) -> out.data(
          "a",
          Batch.newBuilder().setSequence(i + 1).setSchemaId(ByteString.copyFromUtf8("id" + i)))),
  /** A device for each message. */
  DEVICES(100_000, (out, i) -> {
    if (i == 0) {
      out.schema(schema(1, 0));
    }
    out.data("d" + i, batch(schema(1, 0), constant(1)).setSequence(1));
  }),
  /** Every second number of a sequence. */
  HOLES(200_000, (out, i) -> {
    if (i == 0) {
      out.schema(schema(1, 0));
    }
    out.data("a", batch(schema(1, 0), constant(1)).setSequence(2L * i + 1));
  }),
  /** Numbers from everywhere. */
  SCATTERED(100_000, (out, i) -> {
    if (i == 0) {
      out.schema(schema(1, 0));
    }
    out.data("a", batch(schema(1, 0), constant(1)).setSequence(i * 0x9E3779B97F4A7C15L));
  }),
  /** Events with ids, routes and snapshots that are of no use. */
  EVENTS(
      50_000,
      (out, i) -> out.put(
          "event",
          Event.newBuilder()
              .setId(ByteString.copyFromUtf8("e" + i))
              .setRoute("r" + i)
              .setSequence(1)
              .setPart(1)
              .setParts(2)
              .build()
              .toByteArray())),
  /** Events whose schemas never come. */
  HELD_EVENTS(
      50_000,
      (out, i) -> out.put(
          "event",
          Event.newBuilder()
              .setId(ByteString.copyFromUtf8("e" + i))
              .setSequence(1 + i)
              .addSnapshots(Batch.newBuilder()
                  .setSchemaId(ByteString.copyFromUtf8("s" + i))
                  .build()
                  .toByteString())
              .build()
              .toByteArray())),
  /** One event with a thousand snapshots of a million samples. */
  SNAPSHOTS(1, (out, i) -> {
    out.schema(schema(1, 0));
    Event.Builder event =
        Event.newBuilder().setId(ByteString.copyFromUtf8("e")).setSequence(1).setRoute("a");
    IntStream.range(0, 100)
        .forEach(any ->
            event.addSnapshots(batch(schema(1, 0), constant(1 << 20)).build().toByteString()));
    out.put("event", event.build().toByteArray());
  });

  interface Making {
    void one(Out out, int number) throws IOException;
  }

  /** Where they go. */
  record Out(StreamRecorder file) {
    void put(String topic, byte[] message) throws IOException {
      file.arrived("caravan/v1/f/d/" + topic, Bytes.owning(message));
    }

    void schema(byte[] message) throws IOException {
      put("schema/" + SchemaId.of(Bytes.owning(message)), message);
    }

    void data(String device, Batch.Builder batch) throws IOException {
      file.arrived(
          "caravan/v1/f/" + device + "/data/r", Bytes.owning(batch.build().toByteArray()));
    }
  }

  private final int times;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Making making;

  Bombs(int times, Making making) {
    this.times = times;
    this.making = making;
  }

  /** Writes it as {@code tail --record} would. */
  void write(Path file) throws IOException {
    try (StreamRecorder recorder = StreamRecorder.append(file)) {
      for (int i = 0; i < times; i++) {
        making.one(new Out(recorder), i);
      }
    }
  }

  private static byte[] run(int bytes) {
    return Schema.newBuilder()
        .setRun(ByteString.copyFrom(new byte[bytes]))
        .build()
        .toByteArray();
  }

  private static byte[] list(byte[] piece, int times) {
    ByteString id = ByteString.copyFrom(SchemaId.of(Bytes.owning(piece)).toArray());
    Schema.Builder list = Schema.newBuilder();
    IntStream.range(0, times).forEach(any -> list.addPieces(id));
    return list.build().toByteArray();
  }

  private static byte[] schema(int signals, int number) {
    Group.Builder group = Group.newBuilder().setName("g" + number);
    for (int i = 0; i < signals; i++) {
      group.addSignals(
          Signal.newBuilder().setPath("g" + number + ".s" + i).setKind(Kind.KIND_UNSIGNED));
    }
    return Schema.newBuilder().setRoute("r").addGroups(group).build().toByteArray();
  }

  private static BatchContent constant(int samples) {
    return BatchContent.newBuilder()
        .addColumnHeads(3)
        .addColumnSizes(samples)
        .addColumnFirsts(0)
        .addAllColumnPeriods(samples > 1 ? List.of(1L) : List.of())
        .addLayouts(0)
        .addFirstValues(7)
        .build();
  }

  private static BatchContent zeros() {
    BatchContent.Builder content = BatchContent.newBuilder();
    IntStream.range(0, 7 << 20).forEach(any -> content.addSteps(0));
    return content.build();
  }

  private static Batch.Builder batch(byte[] schema, BatchContent content) {
    return packed(schema, content.toByteArray());
  }

  private static Batch.Builder packed(byte[] schema, byte[] content) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] packed = new byte[content.length + 100];
    int size = deflater.deflate(packed);
    deflater.end();
    return Batch.newBuilder()
        .setSchemaId(ByteString.copyFrom(SchemaId.of(Bytes.owning(schema)).toArray()))
        .setEncoding(Encoding.ENCODING_DEFLATE)
        .setContent(ByteString.copyFrom(packed, 0, size));
  }

  private static byte[] repeated(String hex, int bytes) {
    byte[] unit = Bytes.ofHex(hex).toArray();
    byte[] all = new byte[bytes / unit.length * unit.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = unit[i % unit.length];
    }
    return all;
  }

  private static byte[] group(byte[] group) throws IOException {
    return Schema.newBuilder().addGroups(Group.parseFrom(group)).build().toByteArray();
  }

  /** Writes all of them into a folder. */
  public static void main(String[] args) throws IOException {
    for (Bombs each : values()) {
      each.write(Path.of(args[0], each.name()));
    }
  }
}
