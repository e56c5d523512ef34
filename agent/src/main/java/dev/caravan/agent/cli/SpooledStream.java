package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.receive.TailStream;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Spool;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Sender;
import dev.caravan.agent.wire.TelemetryEnvelope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Gives what lies in a disk queue as the messages that it would leave as. One thread. */
final class SpooledStream {
  private final Spool spool;
  private final Sender unknown;
  private final TailStream out;
  private final Map<Bytes, Sender> senders = new HashMap<>();
  private final Consumer<Spool.Fault> faults;

  // the lowest sequence that should be there, or is
  private long begins = Long.MAX_VALUE;
  private boolean begun;

  private SpooledStream(Spool spool, String name, TailStream out, Consumer<Spool.Fault> faults) {
    this.spool = spool;
    this.unknown = new Sender("-", "-", name);
    this.out = out;
    this.faults = faults;
  }

  /**
   * Reads a queue, delivered entries too as long as they are there, oldest first.
   *
   * @param faults gets what is damaged or missing
   * @throws IOException if it cannot be read
   */
  static void read(Path dir, TailStream out, Consumer<Spool.Fault> faults) throws IOException {
    String name = String.valueOf(dir.toAbsolutePath().getFileName());
    SpooledStream stream = new SpooledStream(Spool.of(dir), name, out, faults);
    stream.spool.read(stream::entry, stream::fault);
  }

  private void fault(Spool.Fault fault) {
    begins = fault.isLoss() ? Math.min(begins, fault.from()) : begins;
    faults.accept(fault);
  }

  private void entry(Entry entry) {
    begins = Math.min(begins, entry.sequence());
    Sender sender = senders.computeIfAbsent(entry.schemaId(), this::sender);
    if (!begun && !sender.equals(unknown)) {
      begun = true;
      out.begins(sender.device(), sender.route(), EventEnvelope.isEvent(entry.body()), begins);
    }
    if (EventEnvelope.isEvent(entry.body())) {
      out.arrived(device(sender) + "/event", EventEnvelope.around(entry.body(), entry.sequence()));
    } else {
      out.arrived(
          device(sender) + "/data/" + sender.route(),
          TelemetryEnvelope.around(entry.body(), entry.sequence(), false));
    }
  }

  private static String device(Sender sender) {
    return "caravan/v1/" + sender.fleet() + "/" + sender.device();
  }

  /** Hands a schema on, and gives whose batches or events need it. */
  private Sender sender(Bytes schemaId) {
    Bytes schema = spool.schema(schemaId).orElse(Bytes.EMPTY);
    Sender sender = unknown;
    if (schema.length() > 0) {
      try {
        sender = BatchReader.schema(schema).sender().orElse(unknown);
      } catch (MalformedMessageException e) {
        // the stream counts it as unreadable, and the batches as without a schema
      }
    }
    out.arrived(device(sender) + "/schema/" + schemaId, schema);
    return sender;
  }
}
