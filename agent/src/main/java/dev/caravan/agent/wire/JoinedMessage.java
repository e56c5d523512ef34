package dev.caravan.agent.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Batch;
import dev.caravan.v1.Encoding;
import dev.caravan.v1.JoinedBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several batches in one message, and apart again: of one stream and one schema, their sequences without a hole. Each stays what it
 * is, so that apart they are just those that would have left alone. Has no state; any thread.
 *
 * @param count how many of the bodies are in it, from the first
 */
public record JoinedMessage(int count, Bytes message) {
  /** The most batches that one may have. */
  static final int MOST_BATCHES = 1024;

  /** Content that is deflated already is deflated anew with that of others if it is no larger: it is quick, and there is most to gain. */
  private static final int SMALL_BYTES = 1024;

  private static final int MOST_EXTRA_BYTES = 64;

  /**
   * Joins stored bodies of one schema whose sequences follow each other, as many as go into a message of so many bytes; nothing if those are fewer
   * than two, as where one is not compact.
   *
   * @param first the seal of the first of them, whole and of a backlog
   */
  public static Optional<JoinedMessage> of(List<Bytes> bodies, Seal first, long mostBytes) {
    WireBytes batches = new WireBytes();
    WireBytes batch = new WireBytes();
    Bytes schemaId = Bytes.EMPTY;
    boolean isPlain = false;
    long bytes = MOST_EXTRA_BYTES;
    int count = 0;
    for (Bytes body : bodies.subList(0, Math.min(bodies.size(), MOST_BATCHES))) {
      bytes += body.length();
      Optional<Stored> stored = bytes > mostBytes ? Optional.empty() : Stored.of(body);
      if (stored.isEmpty()) {
        break;
      }
      schemaId = stored.get().schemaId;
      isPlain |= stored.get().encoding == Encoding.ENCODING_COMPACT;
      batch.clear();
      stored.get().writeTo(batch);
      batches.bytesField(JoinedBatches.BATCHES_FIELD_NUMBER, batch.array(), batch.length());
      count++;
    }
    return count < 2
        ? Optional.empty()
        : Optional.of(new JoinedMessage(count, message(batches, isPlain, schemaId, first, count)));
  }

  private static Bytes message(
      WireBytes batches, boolean isPlain, Bytes schemaId, Seal first, int count) {
    WireBytes message = new WireBytes();
    message.bytesField(Batch.SCHEMA_ID_FIELD_NUMBER, schemaId);
    byte[] packed = isPlain ? BodyPacker.deflated(batches) : batches.array();
    boolean isPacked = isPlain && packed.length < batches.length();
    message.varintField(
        Batch.ENCODING_FIELD_NUMBER,
        (isPacked ? Encoding.ENCODING_JOINED_DEFLATE : Encoding.ENCODING_JOINED).getNumber());
    message.bytesField(
        Batch.JOINED_FIELD_NUMBER,
        isPacked ? packed : batches.array(),
        isPacked ? packed.length : batches.length());
    message.varintField(Batch.LAST_FIELD_NUMBER, first.sequence() + count - 1);
    return TelemetryEnvelope.aroundStored(Bytes.of(message.array(), 0, message.length()), first);
  }

  /** What is joined of a stored body. */
  private record Stored(Bytes schemaId, Encoding encoding, Bytes compact) {
    /** Nothing if it is not compact. */
    static Optional<Stored> of(Bytes body) {
      Bytes schemaId = Bytes.EMPTY;
      Encoding encoding = Encoding.ENCODING_UNSPECIFIED;
      Bytes compact = Bytes.EMPTY;
      try {
        CodedInputStream in = CodedInputStream.newInstance(body.buffer());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (WireFormat.getTagFieldNumber(tag)) {
            case Batch.SCHEMA_ID_FIELD_NUMBER -> schemaId = Bytes.owning(in.readByteArray());
            case Batch.ENCODING_FIELD_NUMBER ->
              encoding = Optional.ofNullable(Encoding.forNumber(in.readEnum()))
                  .orElse(Encoding.UNRECOGNIZED);
            case Batch.COMPACT_FIELD_NUMBER -> compact = Bytes.owning(in.readByteArray());
            default -> in.skipField(tag);
          }
        }
        if (encoding == Encoding.ENCODING_COMPACT_DEFLATE && compact.length() <= SMALL_BYTES) {
          byte[] plain = MessageParts.inflate(compact.toArray(), "batch content");
          return Optional.of(new Stored(schemaId, Encoding.ENCODING_COMPACT, Bytes.owning(plain)));
        }
      } catch (IOException | MalformedMessageException e) {
        // it leaves alone, and whoever reads it says so
        return Optional.empty();
      }
      return encoding == Encoding.ENCODING_COMPACT || encoding == Encoding.ENCODING_COMPACT_DEFLATE
          ? Optional.of(new Stored(schemaId, encoding, compact))
          : Optional.empty();
    }

    void writeTo(WireBytes out) {
      out.varintField(Batch.ENCODING_FIELD_NUMBER, encoding.getNumber());
      out.bytesField(Batch.COMPACT_FIELD_NUMBER, compact);
    }
  }

  /**
   * The batches of a message, each as the message that it would have been alone; of one that is not joined, itself.
   *
   * @throws MalformedMessageException if it is none, or claims other sequences than it has batches
   */
  public static List<Bytes> apart(Bytes message) throws MalformedMessageException {
    BatchEnvelope outside = MessageParts.envelope(message);
    if (!outside.isJoined()) {
      return List.of(message);
    }
    byte[] plain = MessageParts.joined(message);
    List<Bytes> batches = new ArrayList<>();
    long sequence = outside.sequence();
    try {
      CodedInputStream in = CodedInputStream.newInstance(plain);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag
            != (JoinedBatches.BATCHES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
          in.skipField(tag);
        } else if (Long.compareUnsigned(sequence, outside.last()) > 0) {
          throw wrongCount(outside);
        } else {
          Bytes batch = Bytes.owning(in.readByteArray());
          batches.add(alone(batch, outside, sequence));
          sequence++;
        }
      }
    } catch (IOException e) {
      throw new MalformedMessageException(
          "joined batches: sizeBytes=" + plain.length + "; not a protobuf message", e);
    }
    if (sequence != outside.last() + 1) {
      throw wrongCount(outside);
    }
    return batches;
  }

  private static Bytes alone(Bytes batch, BatchEnvelope outside, long sequence)
      throws MalformedMessageException {
    BatchEnvelope inside = MessageParts.envelope(batch);
    if (inside.isJoined() || inside.parts() != 0) {
      throw new MalformedMessageException("joined batches: want whole ones, each one batch");
    }
    WireBytes rest = new WireBytes();
    rest.bytesField(Batch.SCHEMA_ID_FIELD_NUMBER, outside.schemaId());
    Bytes whole = rest.behind(batch, batch.length());
    return TelemetryEnvelope.aroundStored(
        whole, new Seal(outside.stream(), sequence, outside.isLate()));
  }

  private static MalformedMessageException wrongCount(BatchEnvelope outside) {
    return new MalformedMessageException("joined batches: sequence=" + outside.sequence()
        + ", last=" + outside.last() + "; want so many batches");
  }
}
