package dev.caravan.agent.encode.sparkplug;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.sparkplug.Metric;
import dev.caravan.sparkplug.Payload;
import dev.caravan.v1.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A body as it lies in a queue: {@link #MARK}, then a payload whose aliases are the numbers of its schema. Its {@code uuid} is {@code START BOOT SCHEMA}, the id of the start of
 * the agent, the starts with this route and the id of the schema; its {@code body} is a {@code caravan.v1.Ledger}. Neither leaves as it is.
 */
record StoredMetrics(Payload payload, Bytes schemaId, Gathering.Told told) {
  /** What each begins with; of protobuf it would be a field that no message here has. */
  static final Bytes MARK = Bytes.of("spb1 ".getBytes(StandardCharsets.US_ASCII));

  private static final Pattern OWN =
      Pattern.compile("([0-9a-f]{16}) ([1-9][0-9]{0,17}) ([0-9a-f]+)");

  /** As it lies in a queue, of metrics as they are written. */
  static Bytes stored(WireBytes metrics, Bytes schemaId, Gathering.Told told) {
    WireBytes counts = new WireBytes();
    told.ledger().writeTo(counts);
    Payload around = Payload.newBuilder()
        .setUuid(told.start() + " " + told.boot() + " " + schemaId)
        .setBody(ByteString.copyFrom(counts.array(), 0, counts.length()))
        .build();
    return MARK.then(Bytes.of(metrics.array(), 0, metrics.length()))
        .then(Bytes.owning(around.toByteArray()));
  }

  /**
   * What lies in a queue.
   *
   * @throws MalformedMessageException if it is nothing of this format
   */
  static StoredMetrics read(Bytes stored) throws MalformedMessageException {
    try {
      byte[] bytes = stored.toArray();
      int mark = MARK.length();
      if (bytes.length < mark || !Bytes.of(bytes, 0, mark).equals(MARK)) {
        throw new MalformedMessageException(
            "stored metrics: bytes=" + bytes.length + "; want a mark before them");
      }
      Payload payload = Payload.parseFrom(ByteString.copyFrom(bytes, mark, bytes.length - mark));
      var own = OWN.matcher(payload.getUuid());
      if (!own.matches() || !payload.hasBody()) {
        throw new MalformedMessageException("stored metrics: uuid=" + payload.getUuid()
            + "; want the id of a start, a count and the id of a schema, and a ledger");
      }
      return new StoredMetrics(
          payload,
          Bytes.ofHex(own.group(3)),
          new Gathering.Told(
              Bytes.ofHex(own.group(1)),
              Long.parseLong(own.group(2)),
              LedgerCounts.of(Ledger.parseFrom(payload.getBody()))));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("stored metrics: " + e.getMessage());
    }
  }

  /** As it lies in a queue, with other counts. */
  Bytes retold(long boot, LedgerCounts ledger) {
    WireBytes metrics = new WireBytes();
    byte[] bytes = payload.toBuilder().clearUuid().clearBody().build().toByteArray();
    metrics.raw(bytes, bytes.length);
    return stored(metrics, schemaId, new Gathering.Told(told.start(), boot, ledger));
  }

  /** As it leaves to the {@link EdgeNode}: its {@code uuid} is the id of the schema alone, and before its metrics are those of the stream. */
  Bytes sealed(Seal seal) {
    return sealed(seal, payload.getMetricsList());
  }

  /** The same as several of at most so many bytes; none if a metric alone has more. */
  List<Bytes> parts(Seal seal, long mostBytes) {
    List<Metric> all = payload.getMetricsList();
    for (int parts = 2; parts / 2 < all.size(); parts *= 2) {
      List<Bytes> made = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        int from = (int) ((long) all.size() * i / parts);
        int to = (int) ((long) all.size() * (i + 1) / parts);
        if (from < to) {
          made.add(sealed(seal, all.subList(from, to)));
        }
      }
      if (made.stream().allMatch(each -> each.length() <= mostBytes)) {
        return made;
      }
    }
    return List.of();
  }

  private Bytes sealed(Seal seal, List<Metric> metrics) {
    Payload.Builder sealed = Payload.newBuilder().setUuid(schemaId.toString());
    sealed.addAllMetrics(OwnMetrics.of(seal, told.ledger())).addAllMetrics(metrics);
    if (seal.isLate()) {
      sealed.getMetricsBuilderList().forEach(metric -> metric.setIsHistorical(true));
    }
    return Bytes.owning(sealed.build().toByteArray());
  }
}
