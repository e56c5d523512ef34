package dev.caravan.agent.encode.records;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Closing;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.encode.Happenings;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.RecordsEnvelope;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The format of records: a message of {@code caravan.v1.Records} for each body, without a schema beside it. */
public final class RecordsFormat implements Format {
  /** Its word. */
  public static final String WORD = "records";

  private static final Key<Node> RECORDS = Key.block("records")
      .absent("its defaults")
      .says("of `format: records`: when a message is closed, see below");

  /** Its keys in a route. */
  public static final List<Key<?>> KEYS = List.of(RECORDS);

  /** The keys of its mapping in a route. */
  public static final List<Key<?>> RECORDS_KEYS = Closing.KEYS;

  private record Kind(String topic, Function<Making, Encoder> maker) implements Bodies {
    @Override
    public Encoder encoder(Making making) {
      return maker.apply(making);
    }

    @Override
    public Bytes mark() {
      return RecordsEnvelope.MARK;
    }

    @Override
    public List<Message> messages(Bytes body, Seal seal) {
      return List.of(message(body, seal));
    }

    @Override
    public List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes)
        throws MalformedMessageException {
      List<Bytes> bodies = StoredRecords.read(body).parts(mostBytes);
      List<Message> parts = new ArrayList<>();
      for (Bytes part : bodies) {
        parts.add(message(part, seal.ofPart(parts.size() + 1, bodies.size())));
      }
      return parts;
    }

    private Message message(Bytes body, Seal seal) {
      return new Message(topic, RecordsEnvelope.CONTENT_TYPE, RecordsEnvelope.around(body, seal));
    }
  }

  private final Bodies batches;
  private final Bodies events;

  RecordsFormat(Closing closing, String route, DeviceName device, Topics topics) {
    this.batches = new Kind(
        topics.data(device, route),
        making -> new Gathering(closing, route, making, new RecordsWriter(device, route)));
    this.events = new Kind(
        topics.plain(device, Topics.Kind.EVENT),
        making -> new Happenings(route, making, new RecordsWriter(device, route)));
  }

  /** What reads the bodies of a queue, however they were made. */
  public static RecordsFormat former(String route, DeviceName device, Topics topics) {
    return new RecordsFormat(Closing.from(Node.absent()), route, device, topics);
  }

  /** Reads its keys of a route of that name; readers of before know none of it. */
  public static RecordsFormat from(
      Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    Node records = route.at(RECORDS);
    Closing closing = Closing.from(records);
    records.refuseUnknownKeys();
    if (topics.hasSignals()) {
      route.fault(
          "want no SIGNAL in the topics of its format, which has all signals in one message");
    }
    if (isCompat) {
      route.fault("want no compat in a route of this format, which readers of before do not know");
    }
    return new RecordsFormat(closing, name, device, topics);
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public Bodies batches() {
    return batches;
  }

  @Override
  public Optional<Bodies> events() {
    return Optional.of(events);
  }
}
