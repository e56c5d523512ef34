package dev.caravan.agent.wire;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.v1.BatchContent;
import dev.caravan.v1.Record;
import dev.caravan.v1.Records;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads messages of records from bytes that may come from anyone, as batches and events that need no schema: whatever is wrong with
 * them gives a {@link MalformedMessageException} and nothing else. Has no state; any thread.
 */
public final class RecordsReader {
  /** The most digits of a number of 64 bits. */
  private static final int LARGE_DIGITS = 20;

  private static final int WORST_QUALITY = 7;

  private RecordsReader() {}

  /** The message itself. */
  public static Records records(Bytes message) throws MalformedMessageException {
    if (!RecordsEnvelope.isRecords(message)) {
      throw new MalformedMessageException(
          "records: sizeBytes=" + message.length() + "; want a message that begins with its fleet");
    }
    ReadRoom.checkRecords(message);
    Records records = MessageParts.parse(message, Records.parser(), "records");
    if (records.getRecordsCount() > ColumnCodes.MOST_SAMPLES) {
      throw new MalformedMessageException("records: samples=" + records.getRecordsCount()
          + "; want at most " + ColumnCodes.MOST_SAMPLES);
    }
    return records;
  }

  /** Names the start of the agent that made them. */
  public static Bytes bootId(Records records) throws MalformedMessageException {
    return hex(records.getBootId(), "boot_id");
  }

  /** Where everything went that is in none, up to these. */
  public static LedgerCounts ledger(Records records) {
    long[] counts = new long[LedgerCounts.NAMES.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (long)
          records.getLedger().getField(Records.Ledger.getDescriptor().findFieldByNumber(i + 1));
    }
    return LedgerCounts.of(counts);
  }

  private static Bytes hex(String digits, String what) throws MalformedMessageException {
    try {
      return Bytes.ofHex(digits);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(
          "records: " + what + " of " + digits.length() + " characters; want digits of hex", e);
    }
  }

  static BatchEnvelope envelope(Bytes message) throws MalformedMessageException {
    return envelope(records(message));
  }

  private static BatchEnvelope envelope(Records records) throws MalformedMessageException {
    return new BatchEnvelope(
            StreamId.of(hex(records.getStream(), "stream"), "records"),
            records.getSequence(),
            records.getLate(),
            Bytes.EMPTY,
            records.getPart(),
            records.getParts(),
            0)
        .checked();
  }

  /** Its samples, of an event too. */
  static ReadBatch batch(Bytes message) throws MalformedMessageException {
    Records records = records(message);
    Records.Clock clock = records.getClock();
    BatchContent.Builder content = BatchContent.newBuilder()
        .setBootId(ByteString.copyFrom(bootId(records).buffer()))
        .setBootCount(records.getBoot())
        .setBaseTime(clock.getTimeUs())
        .setMonotonic(clock.getMonotonicUs())
        .setTimeOriginValue(clock.getOriginValue())
        .setTimeError(clock.getErrorUs());
    List<SignalValues> values = values(records.getRecordsList(), content);
    Optional<LedgerCounts> ledger =
        records.hasLedger() ? Optional.of(ledger(records)) : Optional.empty();
    return new ReadBatch(
        new MessageParts.Parts(envelope(records), content.build(), false, ledger),
        SchemaDescription.NONE,
        1,
        values);
  }

  /** What the samples of one signal have in common. */
  private record Name(String path, String unit, Kind kind) {}

  private static List<SignalValues> values(List<Record> records, BatchContent.Builder content) {
    Map<String, Kind> kinds = new HashMap<>();
    for (Record each : records) {
      if (each.getValueCase() != Record.ValueCase.VALUE_NOT_SET) {
        kinds.put(each.getPath(), kind(each));
      }
    }
    Map<Name, List<Record>> signals = new LinkedHashMap<>();
    for (Record each : records) {
      Kind kind = each.getValueCase() == Record.ValueCase.VALUE_NOT_SET
          ? kinds.getOrDefault(each.getPath(), Kind.DOUBLE)
          : kind(each);
      signals
          .computeIfAbsent(new Name(each.getPath(), each.getUnit(), kind), any -> new ArrayList<>())
          .add(each);
    }
    List<SignalValues> values = new ArrayList<>();
    signals.forEach((name, its) -> values.add(values(name, its, values.size(), content)));
    return values;
  }

  private static SignalValues values(
      Name name, List<Record> records, int order, BatchContent.Builder content) {
    long[] timesUs = new long[records.size()];
    long[] raws = new long[timesUs.length];
    Map<Long, String> labels = new HashMap<>();
    int empty = -1;
    for (int i = 0; i < raws.length; i++) {
      Record each = records.get(i);
      timesUs[i] = each.getTimeUs();
      if (each.getValueCase() != Record.ValueCase.VALUE_NOT_SET) {
        raws[i] = raw(each, name.kind, content);
        if (each.hasLabel()) {
          labels.put(raws[i], each.getLabel());
        }
      } else if (!name.kind.isNumber()) {
        empty = empty < 0 ? none(name.kind, content) : empty;
        raws[i] = empty;
      }
    }
    SignalSpec signal =
        new SignalSpec(name.path, "", name.unit, name.kind, 1, 0, Double.NaN, Double.NaN, labels);
    SignalValues values = new SignalValues(signal, order, timesUs, raws);
    for (int i = 0; i < raws.length; i++) {
      int quality = records.get(i).getQualityValue();
      boolean isKnown = quality >= WireNumbers.OK && quality <= WORST_QUALITY;
      values.setQuality(i, 1, (byte) (isKnown ? quality : WORST_QUALITY));
    }
    return values;
  }

  /** A whole number that is too large for any kind is a text of its digits. */
  private static Kind kind(Record record) {
    return switch (record.getValueCase()) {
      case INTEGER -> Kind.SIGNED;
      case LARGE -> isUnsigned(record.getLarge()) ? Kind.UNSIGNED : Kind.TEXT;
      case FLAG -> Kind.BOOLEAN;
      case TEXT -> Kind.TEXT;
      case BLOCK -> Kind.BYTES;
      case NUMBER, VALUE_NOT_SET -> Kind.DOUBLE;
    };
  }

  private static boolean isUnsigned(String digits) {
    if (digits.length() > LARGE_DIGITS) {
      return false;
    }
    try {
      Long.parseUnsignedLong(digits);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static long raw(Record record, Kind kind, BatchContent.Builder content) {
    return switch (kind) {
      case UNSIGNED -> Long.parseUnsignedLong(record.getLarge());
      case TEXT -> {
        boolean isLarge = record.getValueCase() == Record.ValueCase.LARGE;
        content.addTexts(isLarge ? record.getLarge() : record.getText());
        yield content.getTextsCount() - 1;
      }
      case BYTES -> {
        content.addBlocks(record.getBlock());
        yield content.getBlocksCount() - 1;
      }
      case BOOLEAN -> record.getFlag() ? 1 : 0;
      case SIGNED -> record.getInteger();
      default -> Double.doubleToRawLongBits(record.getNumber());
    };
  }

  /** The place of an empty text or block. */
  private static int none(Kind kind, BatchContent.Builder content) {
    return kind == Kind.TEXT
        ? content.addTexts("").getTextsCount() - 1
        : content.addBlocks(ByteString.EMPTY).getBlocksCount() - 1;
  }

  static ReadEvent event(Bytes message) throws MalformedMessageException {
    Records records = records(message);
    BatchEnvelope envelope = envelope(records);
    Records.Event event = records.getEvent();
    return new ReadEvent(
        EventReader.checked(hex(event.getId(), "id")),
        records.getRoute(),
        envelope.stream(),
        envelope.sequence(),
        event.getKind(),
        event.getTrigger(),
        event.getTimeUs(),
        event.getText(),
        event.getPathsList(),
        records.getRecordsCount() == 0 ? List.of() : List.of(message),
        event.getEventsEvicted(),
        event.getEventsRejected(),
        envelope.part(),
        envelope.parts());
  }
}
