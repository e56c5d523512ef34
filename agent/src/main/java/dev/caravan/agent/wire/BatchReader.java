package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.v1.Group;
import dev.caravan.v1.Label;
import dev.caravan.v1.Schema;
import dev.caravan.v1.Signal;
import dev.caravan.v1.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the messages of the wire from bytes that may come from anyone: whatever is wrong with them gives a
 * {@link MalformedMessageException} and nothing else, in memory bounded by the limits of the format ({@code 8 MiB} of
 * content, {@code 2^20} samples) and by that of the program, not by what the bytes claim. Has no state; any thread.
 */
public final class BatchReader {
  private BatchReader() {}

  /** The outside of a batch, without a look at its content. */
  public static BatchEnvelope envelope(Bytes message) throws MalformedMessageException {
    return MessageParts.envelope(message);
  }

  /** A schema, packed or not. */
  public static SchemaDescription schema(Bytes message) throws MalformedMessageException {
    Bytes whole = wholeSchema(message);
    ReadRoom.checkSchema(whole);
    Schema schema = MessageParts.parse(whole, Schema.parser(), "schema");
    List<List<SignalSpec>> groups = new ArrayList<>();
    for (Group group : schema.getGroupsList()) {
      List<SignalSpec> signals = new ArrayList<>();
      for (Signal signal : group.getSignalsList()) {
        signals.add(spec(group.getName(), signal));
      }
      groups.add(signals);
    }
    return new SchemaDescription(
        SchemaId.of(whole),
        schema.getDevice().isEmpty()
            ? Optional.empty()
            : Optional.of(new Sender(schema.getFleet(), schema.getDevice(), schema.getRoute())),
        groups);
  }

  /**
   * The bytes of a schema: what it has packed, or the message itself.
   *
   * @throws MalformedMessageException if it is no schema, or would take too much memory
   */
  public static Bytes wholeSchema(Bytes message) throws MalformedMessageException {
    ReadRoom.checkSchema(message);
    Schema schema = MessageParts.parse(message, Schema.parser(), "schema");
    return schema.getPacked().isEmpty()
        ? message
        : Bytes.owning(MessageParts.inflate(schema.getPacked().toByteArray(), "schema"));
  }

  private static SignalSpec spec(String group, Signal signal) throws MalformedMessageException {
    Map<Long, String> labels = new HashMap<>();
    for (Label label : signal.getLabelsList()) {
      labels.put(label.getValue(), label.getText());
    }
    return new SignalSpec(
        signal.getPath(),
        group,
        signal.getUnit(),
        WireNumbers.kind(signal.getKindValue()),
        signal.hasFactor() ? signal.getFactor() : 1,
        signal.getOffset(),
        signal.hasMin() ? signal.getMin() : Double.NaN,
        signal.hasMax() ? signal.getMax() : Double.NaN,
        labels);
  }

  /** A status. */
  public static StatusDescription status(Bytes message) throws MalformedMessageException {
    return StatusDescription.of(MessageParts.parse(message, Status.parser(), "status"));
  }

  /** A whole batch; {@link #envelope} says which schema it needs. */
  public static ReadBatch batch(Bytes message, SchemaDescription schema)
      throws MalformedMessageException {
    if (RecordsEnvelope.isRecords(message)) {
      return RecordsReader.batch(message);
    }
    MessageParts.Parts parts = MessageParts.content(message);
    if (!parts.envelope().schemaId().equals(schema.id())) {
      throw new MalformedMessageException(
          "batch: schemaId=" + parts.envelope().schemaId() + "; given schema " + schema.id());
    }
    return new ColumnReader(parts, schema).read();
  }
}
