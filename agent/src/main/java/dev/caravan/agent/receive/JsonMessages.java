package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.StreamKind;
import java.util.List;
import java.util.Optional;

/** Watches the sequences of what leaves as JSON, whose values others read. One thread at a time. */
final class JsonMessages {
  private static final int MESSAGE_BYTES = 500;

  private final Receiver.Listener listener;
  private final Trackers trackers;
  private final PartBook<JsonMessage> parts;
  private boolean saidWhat;
  private boolean saidUnproved;

  private long messages;
  private long duplicates;
  private long conflicts;

  JsonMessages(Receiver.Listener listener, Trackers trackers, Room room) {
    this.listener = listener;
    this.trackers = trackers;
    this.parts = new PartBook<>(room.twentieths(1));
  }

  /** One message of a device; {@code route} of what is measured, events say it themselves. */
  void arrived(DeviceName device, String route, StreamKind kind, Bytes message)
      throws MalformedMessageException {
    Optional<JsonMessage> read = JsonMessage.read(message);
    messages++;
    if (!saidWhat) {
      saidWhat = true;
      listener.tells(device + "/" + (kind == StreamKind.EVENT ? "event" : route)
          + ": messages of format json, of which the sequence alone is read here; jq and others"
          + " print them, see proto/README.md");
    }
    if (read.isEmpty()) {
      if (!saidUnproved) {
        saidUnproved = true;
        listener.tells(device + "/" + route
            + ": JSON without stream and seq, of which nothing can be" + " proved");
      }
      return;
    }
    JsonMessage json = read.get();
    String place = kind == StreamKind.EVENT ? json.route().orElse("-") : route;
    StreamKey stream = StreamKey.of(device, place, kind, json.stream(), json.sequence());
    List<JsonMessage> whole = parts.arrived(
        new PartBook.Key(stream, Bytes.EMPTY, json.sequence(), json.parts()),
        json.part(),
        json,
        MESSAGE_BYTES);
    if (!whole.isEmpty()) {
      whole(stream, whole);
    }
  }

  private void whole(StreamKey stream, List<JsonMessage> all) {
    JsonMessage first = all.get(0);
    JsonMessage.Digest digest = JsonMessage.Digest.NONE;
    int samples = 0;
    for (JsonMessage each : all) {
      digest = digest.then(each.digest());
      samples += each.samples();
    }
    Start start = new Start(Bytes.EMPTY, first.boot(), first.isLate());
    switch (trackers.arrived(stream, first.sequence(), digest.sum(), start)) {
      case DUPLICATE -> {
        duplicates++;
        listener.again(stream, first.sequence(), false);
      }
      case CONFLICT -> {
        conflicts++;
        listener.again(stream, first.sequence(), true);
        listener.tells(
            stream + ": one sequence number, two contents: sequence=" + first.sequence());
      }
      case NEW -> listener.json(stream, first, samples);
    }
    listener.messageEnds();
  }

  long messages() {
    return messages;
  }

  long duplicates() {
    return duplicates;
  }

  long conflicts() {
    return conflicts;
  }

  /** How many were given up before they were complete. */
  long gone() {
    return parts.gone();
  }
}
