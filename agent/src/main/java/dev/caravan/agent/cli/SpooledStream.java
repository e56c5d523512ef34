package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.BatchReader;
import dev.caravan.agent.encode.telemetry.EventEnvelope;
import dev.caravan.agent.encode.telemetry.MalformedMessageException;
import dev.caravan.agent.encode.telemetry.Sender;
import dev.caravan.agent.encode.telemetry.TelemetryEnvelope;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Gives what lies in a disk queue as the messages that it would leave as. One thread. */
final class SpooledStream {
  private final Spool spool;
  private final String name;
  private final TailStream out;
  private final Map<Bytes, Sender> senders = new HashMap<>();
  private final long begins;
  private boolean begun;

  private SpooledStream(Spool spool, String name, TailStream out) throws IOException {
    this.begins = spool.begins();
    this.spool = spool;
    this.name = name;
    this.out = out;
  }

  /**
   * Reads a queue, delivered entries too as long as they are there, oldest first.
   *
   * @param faults gets what is damaged, in words
   * @throws IOException if it cannot be read
   */
  static void read(Path dir, TailStream out, Consumer<String> faults) throws IOException {
    SpooledStream stream =
        new SpooledStream(Spool.of(dir), String.valueOf(dir.toAbsolutePath().getFileName()), out);
    stream.spool.read(stream::entry, faults);
  }

  private void entry(Entry entry) {
    Sender sender = senders.computeIfAbsent(entry.schemaId(), this::sender);
    if (!begun && sender.device().length() > 1) {
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
    Sender sender = new Sender("-", "-", name);
    if (schema.length() > 0) {
      try {
        sender = BatchReader.schema(schema).sender();
      } catch (MalformedMessageException e) {
        // the stream counts it as unreadable, and the batches as without a schema
      }
    }
    out.arrived(device(sender) + "/schema/" + schemaId, schema);
    return sender;
  }
}
