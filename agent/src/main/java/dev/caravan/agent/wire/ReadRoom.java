package dev.caravan.agent.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.BatchContent;
import dev.caravan.v1.Event;
import dev.caravan.v1.Group;
import dev.caravan.v1.Records;
import dev.caravan.v1.Schema;
import dev.caravan.v1.Signal;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What a message may take in memory once it is read, found out before it is. A few deflated bytes can be millions of numbers,
 * and two bytes a signal, so the length of a message says nothing. Has no state; any thread.
 */
final class ReadRoom {
  /** One part in so many of the memory for the numbers, texts and blocks of a batch, or the parts of a schema. */
  private static final int SHARE = 4;

  /** One part in so many for its samples. */
  private static final int SAMPLES_SHARE = 6;

  /** A number in a list that grows: it is there twice, for a moment. */
  private static final int NUMBER_BYTES = 14;

  /** A text or block beside its bytes, which are there twice. */
  private static final int BLOCK_BYTES = 150;

  /** A group, a signal or a label: what protobuf makes of it, and what is made of that. */
  private static final int PART_BYTES = 500;

  private ReadRoom() {}

  /** So many bytes may the samples of a batch take. */
  static long samplesBytes() {
    return Runtime.getRuntime().maxMemory() / SAMPLES_SHARE;
  }

  /** Refuses the unpacked content of a batch that would take too much. */
  static void checkContent(byte[] content) throws MalformedMessageException {
    long bytes = 0;
    for (byte each : content) {
      // the last byte of a varint
      bytes += each >= 0 ? NUMBER_BYTES : 0;
    }
    Set<Integer> blocks = Set.of(BatchContent.TEXTS_FIELD_NUMBER, BatchContent.BLOCKS_FIELD_NUMBER);
    bytes += BLOCK_BYTES * count(Bytes.owning(content), List.of(blocks));
    check("batch content", bytes);
  }

  /** Refuses batches that are joined and would take too much; each is looked at by itself when it is read. */
  static void checkJoined(byte[] batches) throws MalformedMessageException {
    check("joined batches", 3L * batches.length);
  }

  /** Refuses a schema, or what names its pieces, that would take too much. */
  static void checkSchema(Bytes schema) throws MalformedMessageException {
    long parts = count(
        schema,
        List.of(
            Set.of(Schema.GROUPS_FIELD_NUMBER, Schema.PIECES_FIELD_NUMBER),
            Set.of(Group.SIGNALS_FIELD_NUMBER),
            Set.of(Signal.LABELS_FIELD_NUMBER)));
    check("schema", PART_BYTES * parts + 3L * schema.length());
  }

  /** Refuses an event that would take too much; its snapshots are not looked into. */
  static void checkEvent(Bytes event) throws MalformedMessageException {
    Set<Integer> blocks = Set.of(Event.PATHS_FIELD_NUMBER, Event.SNAPSHOTS_FIELD_NUMBER);
    check("event", BLOCK_BYTES * count(event, List.of(blocks)) + 3L * event.length());
  }

  /** Refuses records that would take too much. */
  static void checkRecords(Bytes records) throws MalformedMessageException {
    long count = count(records, List.of(Set.of(Records.RECORDS_FIELD_NUMBER)))
        + count(
            records,
            List.of(Set.of(Records.EVENT_FIELD_NUMBER), Set.of(Records.Event.PATHS_FIELD_NUMBER)));
    check("records", PART_BYTES * count + 3L * records.length());
  }

  private static void check(String what, long bytes) throws MalformedMessageException {
    long most = Runtime.getRuntime().maxMemory() / SHARE;
    if (bytes > most) {
      throw new MalformedMessageException(
          what + ": takes " + bytes + " bytes of memory; want at most " + most + ", see -Xmx");
    }
  }

  /** How many fields a message has of those, and in them of the next, and so on; 0 if it is none, which its parser tells. */
  private static long count(Bytes message, List<Set<Integer>> fields) {
    try {
      return count(CodedInputStream.newInstance(message.buffer()), fields);
    } catch (IOException e) {
      return 0;
    }
  }

  private static long count(CodedInputStream in, List<Set<Integer>> fields) throws IOException {
    long count = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
          || !fields.get(0).contains(WireFormat.getTagFieldNumber(tag))) {
        in.skipField(tag);
        continue;
      }
      count++;
      int endBefore = in.pushLimit(in.readRawVarint32());
      if (fields.size() > 1) {
        count += count(in, fields.subList(1, fields.size()));
      } else {
        in.skipRawBytes(in.getBytesUntilLimit());
      }
      in.popLimit(endBefore);
    }
    return count;
  }
}
