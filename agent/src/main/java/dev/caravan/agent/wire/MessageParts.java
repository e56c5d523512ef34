package dev.caravan.agent.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Batch;
import dev.caravan.v1.BatchContent;
import dev.caravan.v1.Encoding;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Takes messages apart down to the generated classes; unknown fields are dropped. */
public final class MessageParts {
  /** Content may be so large once unpacked. */
  public static final int MOST_CONTENT_BYTES = 8 << 20;

  /** A batch's outside and its unpacked inside. */
  public record Parts(
      BatchEnvelope envelope,
      BatchContent content,
      boolean isCompact,
      Optional<LedgerCounts> ledger) {}

  private MessageParts() {}

  public static <M extends Message> M parse(Bytes message, Parser<M> parser, String what)
      throws MalformedMessageException {
    try {
      return DiscardUnknownFieldsParser.wrap(parser).parseFrom(message.buffer());
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException(
          what + ": sizeBytes=" + message.length() + "; not a protobuf message", e);
    }
  }

  public static Parts content(Bytes message) throws MalformedMessageException {
    Batch batch = parse(message, Batch.parser(), "batch");
    boolean isCompact = batch.getEncodingValue() >= Encoding.ENCODING_COMPACT_VALUE;
    byte[] packed = (isCompact ? batch.getCompact() : batch.getContent()).toByteArray();
    byte[] plain = switch (batch.getEncodingValue()) {
      case Encoding.ENCODING_UNSPECIFIED_VALUE -> packed;
      case Encoding.ENCODING_COMPACT_VALUE -> {
        if (packed.length == 0) {
          throw new MalformedMessageException("batch: compactBytes=0; want some");
        }
        yield packed;
      }
      case Encoding.ENCODING_DEFLATE_VALUE, Encoding.ENCODING_COMPACT_DEFLATE_VALUE ->
        inflate(packed, "batch content");
      default ->
        throw new MalformedMessageException(
            "batch: encoding=" + batch.getEncodingValue() + "; want 0..3");
    };
    if (plain.length > MOST_CONTENT_BYTES) {
      throw tooLarge("batch content");
    }
    ReadRoom.checkContent(plain);
    BatchEnvelope envelope = new BatchEnvelope(
        StreamId.of(bytes(batch.getStream()), "batch"),
        batch.getSequence(),
        batch.getLate(),
        bytes(batch.getSchemaId()),
        batch.getPart(),
        batch.getParts(),
        batch.getLast());
    BatchContent content = parse(Bytes.owning(plain), BatchContent.parser(), "batch content");
    return new Parts(envelope.checked(), content, isCompact, ledger(batch, content));
  }

  /** Unpacks batches that are joined. */
  static byte[] joined(Bytes message) throws MalformedMessageException {
    Batch batch = parse(message, Batch.parser(), "batch");
    byte[] packed = batch.getJoined().toByteArray();
    byte[] plain = switch (batch.getEncodingValue()) {
      case Encoding.ENCODING_JOINED_VALUE -> packed;
      case Encoding.ENCODING_JOINED_DEFLATE_VALUE -> inflate(packed, "joined batches");
      default ->
        throw new MalformedMessageException(
            "joined batches: encoding=" + batch.getEncodingValue() + "; want 4 or 5");
    };
    if (plain.length > MOST_CONTENT_BYTES) {
      throw tooLarge("joined batches");
    }
    ReadRoom.checkJoined(plain);
    return plain;
  }

  /** What a batch tells of others, or keeps for itself while it lies on the device; nothing where it is not told. */
  private static Optional<LedgerCounts> ledger(Batch batch, BatchContent content) {
    boolean isCompact = batch.getEncodingValue() >= Encoding.ENCODING_COMPACT_VALUE;
    if (batch.hasKeptLedger()) {
      return Optional.of(LedgerCounts.of(batch.getKeptLedger()));
    }
    return isCompact && !content.hasLedger()
        ? Optional.empty()
        : Optional.of(LedgerCounts.of(content.getLedger()));
  }

  /** How long a body is without what stays on the device. */
  static int lengthLeaving(Bytes body) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(body.buffer());
      int before = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == Batch.KEPT_LEDGER_FIELD_NUMBER) {
          return before;
        }
        in.skipField(tag);
        before = in.getTotalBytesRead();
      }
    } catch (IOException e) {
      // it is no batch; whoever reads it says so
    }
    return body.length();
  }

  static byte[] inflate(byte[] packed, String what) throws MalformedMessageException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      byte[] plain = new byte[(int) Math.min(MOST_CONTENT_BYTES + 1L, packed.length * 4L + 64)];
      int size = 0;
      while (!inflater.finished()) {
        if (size == plain.length) {
          if (size > MOST_CONTENT_BYTES) {
            throw tooLarge(what);
          }
          plain = Arrays.copyOf(plain, Math.min(MOST_CONTENT_BYTES + 1, size * 2));
        }
        int more = inflater.inflate(plain, size, plain.length - size);
        if (more == 0 && !inflater.finished()) {
          throw new MalformedMessageException(
              what + ": packedBytes=" + packed.length + "; deflate stream is cut");
        }
        size += more;
      }
      if (inflater.getRemaining() > 0) {
        throw new MalformedMessageException(what + ": strayBytes=" + inflater.getRemaining()
            + "; want none behind the deflate stream");
      }
      return Arrays.copyOf(plain, size);
    } catch (DataFormatException e) {
      throw new MalformedMessageException(
          what + ": packedBytes=" + packed.length + "; not deflate", e);
    } finally {
      inflater.end();
    }
  }

  private static MalformedMessageException tooLarge(String what) {
    return new MalformedMessageException(
        what + ": want at most " + MOST_CONTENT_BYTES + " bytes once unpacked");
  }

  /** The outside alone; the content is skipped. */
  static BatchEnvelope envelope(Bytes message) throws MalformedMessageException {
    if (RecordsEnvelope.isRecords(message)) {
      return RecordsReader.envelope(message);
    }
    long sequence = 0;
    boolean late = false;
    ByteString schemaId = ByteString.EMPTY;
    ByteString stream = ByteString.EMPTY;
    int part = 0;
    int parts = 0;
    long last = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(message.buffer());
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == (Batch.SEQUENCE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          sequence = in.readUInt64();
        } else if (tag == (Batch.LATE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          late = in.readBool();
        } else if (tag == (Batch.PART_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          part = in.readUInt32();
        } else if (tag == (Batch.PARTS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          parts = in.readUInt32();
        } else if (tag == (Batch.LAST_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT)) {
          last = in.readUInt64();
        } else if (tag
            == (Batch.SCHEMA_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          schemaId = in.readBytes();
        } else if (tag == (Batch.STREAM_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          stream = in.readBytes();
        } else if (!in.skipField(tag)) {
          throw new MalformedMessageException("batch: tag=" + tag + "; not a protobuf message");
        }
      }
    } catch (IOException e) {
      throw new MalformedMessageException(
          "batch: sizeBytes=" + message.length() + "; not a protobuf message", e);
    }
    return new BatchEnvelope(
            StreamId.of(bytes(stream), "batch"), sequence, late, bytes(schemaId), part, parts, last)
        .checked();
  }

  public static Bytes bytes(ByteString from) {
    return Bytes.owning(from.toByteArray());
  }
}
