package dev.caravan.agent.encode.records;

import com.google.protobuf.CodedOutputStream;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.EventLosses;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.RecordsEnvelope;
import dev.caravan.agent.wire.RecordsReader;
import dev.caravan.v1.Record;
import dev.caravan.v1.Records;
import java.util.ArrayList;
import java.util.List;

/** A body as it lies in a queue: the message without its stream, its sequence, and what else is told when it leaves. */
record StoredRecords(Records records) {
  /**
   * What lies in a queue.
   *
   * @throws MalformedMessageException if it is nothing of this format
   */
  static StoredRecords read(Bytes stored) throws MalformedMessageException {
    return new StoredRecords(RecordsReader.records(stored));
  }

  Gathering.Told told() throws MalformedMessageException {
    return new Gathering.Told(
        RecordsReader.bootId(records), records.getBoot(), RecordsReader.ledger(records));
  }

  /** The same with other counts. */
  Bytes with(long boot, LedgerCounts ledger) {
    long[] counts = ledger.counts();
    Records.Ledger.Builder told = Records.Ledger.newBuilder();
    for (int i = 0; i < counts.length; i++) {
      told.setField(Records.Ledger.getDescriptor().findFieldByNumber(i + 1), counts[i]);
    }
    return bytes(records.toBuilder().setBoot(boot).setLedger(told));
  }

  EventLosses.Told lost() {
    return new EventLosses.Told(
        records.getEvent().getEventsEvicted(), records.getEvent().getEventsRejected());
  }

  /** The same with other losses. */
  Bytes with(EventLosses.Told lost) {
    Records.Builder told = records.toBuilder();
    told.getEventBuilder().setEventsEvicted(lost.evicted()).setEventsRejected(lost.rejected());
    return bytes(told);
  }

  /** The same as several bodies that leave in messages of at most so many bytes; none if a record alone is too large. */
  List<Bytes> parts(long mostBytes) {
    Records head = records.toBuilder().clearRecords().build();
    long room = mostBytes - RecordsEnvelope.MOST_EXTRA_BYTES - head.getSerializedSize();
    List<Bytes> parts = new ArrayList<>();
    Records.Builder part = head.toBuilder();
    long left = room;
    for (Record each : records.getRecordsList()) {
      int bytes = CodedOutputStream.computeMessageSize(Records.RECORDS_FIELD_NUMBER, each);
      if (bytes > room) {
        return List.of();
      }
      if (bytes > left) {
        parts.add(bytes(part));
        part.clearRecords();
        left = room;
      }
      part.addRecords(each);
      left -= bytes;
    }
    if (part.getRecordsCount() > 0) {
      parts.add(bytes(part));
    }
    return parts.size() < 2 ? List.of() : parts;
  }

  private static Bytes bytes(Records.Builder records) {
    return Bytes.owning(records.build().toByteArray());
  }
}
