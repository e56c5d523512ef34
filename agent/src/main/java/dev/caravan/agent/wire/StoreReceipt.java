package dev.caravan.agent.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.PartNumber;
import dev.caravan.v1.Receipt;
import dev.caravan.v1.SequenceRange;
import dev.caravan.v1.SignedReceipt;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody has made durable of one stream: {@code caravan.v1.Receipt}.
 *
 * @param device {@code FLEET/DEVICE}
 * @param ranges of whole messages, at most {@value #MOST}
 * @param parts of divided messages, at most {@value #MOST}
 */
public record StoreReceipt(String device, StreamId stream, List<Range> ranges, List<Part> parts) {
  /** How many ranges, and how many parts, one may name. */
  public static final int MOST = 64;

  /** The largest that is read, with its signature, in bytes. */
  public static final int LARGEST_BYTES = 8 << 10;

  /** All sequences from the first to the last. */
  public record Range(long from, long to) {}

  /** Part {@code part}, from 1, of a message that was divided into so many. */
  public record Part(long sequence, int parts, int part) {}

  /** As it was published; the signature is empty where there is none. */
  public record Signed(Bytes receipt, Bytes signature) {
    /**
     * Takes a message apart; the receipt in it has not been looked at.
     *
     * @throws MalformedMessageException if it is none, or too large
     */
    public static Signed of(Bytes message) throws MalformedMessageException {
      if (message.length() > LARGEST_BYTES) {
        throw new MalformedMessageException(
            "receipt: bytes=" + message.length() + "; want at most " + LARGEST_BYTES);
      }
      try {
        SignedReceipt signed = SignedReceipt.parseFrom(message.buffer());
        return new Signed(
            Bytes.owning(signed.getReceipt().toByteArray()),
            Bytes.owning(signed.getSignature().toByteArray()));
      } catch (InvalidProtocolBufferException e) {
        throw new MalformedMessageException("no receipt: " + e.getMessage());
      }
    }

    /** The message as it is published. */
    public Bytes message() {
      return Bytes.owning(SignedReceipt.newBuilder()
          .setReceipt(ByteString.copyFrom(receipt.buffer()))
          .setSignature(ByteString.copyFrom(signature.buffer()))
          .build()
          .toByteArray());
    }
  }

  /** Copies the lists. */
  public StoreReceipt {
    ranges = List.copyOf(ranges);
    parts = List.copyOf(parts);
  }

  /** What is signed. */
  public Bytes bytes() {
    Receipt.Builder receipt = Receipt.newBuilder()
        .setDevice(device)
        .setStream(ByteString.copyFrom(stream.bytes().buffer()));
    for (Range range : ranges) {
      receipt.addRanges(SequenceRange.newBuilder().setFrom(range.from).setTo(range.to));
    }
    for (Part part : parts) {
      receipt.addParts(PartNumber.newBuilder()
          .setSequence(part.sequence)
          .setParts(part.parts)
          .setPart(part.part));
    }
    return Bytes.owning(receipt.build().toByteArray());
  }

  /**
   * Reads what is signed.
   *
   * @throws MalformedMessageException if it is no receipt, names too much, or numbers that cannot be
   */
  public static StoreReceipt read(Bytes bytes) throws MalformedMessageException {
    try {
      Receipt receipt = Receipt.parseFrom(bytes.buffer());
      if (receipt.getRangesCount() > MOST || receipt.getPartsCount() > MOST) {
        throw new MalformedMessageException("receipt: ranges=" + receipt.getRangesCount()
            + ", parts=" + receipt.getPartsCount() + "; want at most " + MOST + " of each");
      }
      List<Range> ranges = new ArrayList<>();
      for (SequenceRange range : receipt.getRangesList()) {
        if (range.getFrom() < 1 || range.getTo() < range.getFrom()) {
          throw new MalformedMessageException("receipt: from=" + range.getFrom() + ", to="
              + range.getTo() + "; want 1 or more, and the last no less than the first");
        }
        ranges.add(new Range(range.getFrom(), range.getTo()));
      }
      List<Part> parts = new ArrayList<>();
      for (PartNumber part : receipt.getPartsList()) {
        if (part.getSequence() < 1
            || part.getPart() < 1
            || part.getPart() > part.getParts()
            || part.getParts() > BatchEnvelope.MOST_PARTS) {
          throw new MalformedMessageException("receipt: part " + part.getPart() + " of "
              + part.getParts() + "; want 1.." + BatchEnvelope.MOST_PARTS);
        }
        parts.add(new Part(part.getSequence(), part.getParts(), part.getPart()));
      }
      return new StoreReceipt(
          receipt.getDevice(),
          StreamId.of(Bytes.owning(receipt.getStream().toByteArray()), "receipt"),
          ranges,
          parts);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("no receipt: " + e.getMessage());
    }
  }
}
