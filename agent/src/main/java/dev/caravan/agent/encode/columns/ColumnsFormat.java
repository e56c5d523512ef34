package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.EventEnvelope;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.JoinedMessage;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.TelemetryEnvelope;
import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The format of columns: batches and events of {@code caravan.v1}, one message each, with a schema beside them. */
public final class ColumnsFormat implements Format {
  /** Appends to a body, or to a part of it, what leaves with it. */
  private interface Sealing {
    Bytes around(Bytes body, Seal seal);
  }

  /** Divides a body into bodies of at most so many bytes. */
  private interface Splitter {
    List<Bytes> split(Bytes body, Bytes schema, long mostBytes) throws MalformedMessageException;
  }

  private record Kind(
      String topic,
      String contentType,
      Function<Making, Encoder> maker,
      Sealing sealing,
      int mostExtraBytes,
      Splitter splitter,
      boolean joins)
      implements Bodies {
    @Override
    public Encoder encoder(Making making) {
      return maker.apply(making);
    }

    @Override
    public List<Message> messages(Bytes body, Seal seal) {
      return List.of(message(body, seal));
    }

    @Override
    public List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes)
        throws MalformedMessageException {
      List<Bytes> bodies = splitter.split(body, schema, mostBytes - mostExtraBytes);
      List<Message> parts = new ArrayList<>();
      for (Bytes part : bodies) {
        parts.add(message(part, seal.ofPart(parts.size() + 1, bodies.size())));
      }
      return parts;
    }

    @Override
    public Optional<Joined> joined(List<Bytes> bodies, Seal first, long mostBytes) {
      return joins
          ? JoinedMessage.of(bodies, first, mostBytes)
              .map(
                  made -> new Joined(made.count(), new Message(topic, contentType, made.message())))
          : Optional.empty();
    }

    private Message message(Bytes body, Seal seal) {
      return new Message(topic, contentType, sealing.around(body, seal));
    }
  }

  /** Its word. */
  public static final String WORD = "columns";

  /** Its keys in a route. */
  public static final List<Key<?>> KEYS =
      List.of(TelemetrySettings.BATCH, TelemetrySettings.ENCODING);

  private final Bodies batches;
  private final Bodies events;

  /** The format of one route of a device, on the usual topics, whose backlog may be joined. */
  public ColumnsFormat(TelemetrySettings settings, DeviceName device, String route) {
    this(settings, device, Topics.USUAL, route, settings.isCompact());
  }

  private ColumnsFormat(
      TelemetrySettings settings, DeviceName device, Topics topics, String route, boolean joins) {
    this.batches = new Kind(
        topics.data(device, route),
        Topics.Kind.DATA.contentType(),
        making -> new TelemetryEncoder(
            settings, route, making.known(), making.timeline(), making.health(), making.bootId()),
        TelemetryEnvelope::around,
        TelemetryEnvelope.MOST_EXTRA_BYTES,
        TelemetrySplitter::split,
        joins);
    this.events = new Kind(
        topics.plain(device, Topics.Kind.EVENT),
        Topics.Kind.EVENT.contentType(),
        making -> new EventEncoder(
            route,
            making.known(),
            making.timeline(),
            making.health(),
            making.bootId(),
            making.bootCount(),
            settings.isCompact()),
        EventEnvelope::around,
        EventEnvelope.MOST_EXTRA_BYTES,
        EventSplitter::split,
        false);
  }

  /** What reads the bodies of a queue, however they were made. */
  public static ColumnsFormat former(String route, DeviceName device, Topics topics) {
    return new ColumnsFormat(
        TelemetrySettings.from(Node.absent(), 2), device, topics, route, false);
  }

  /** Reads its keys of a route of that name; {@code isCompat}: readers of before are served. */
  public static ColumnsFormat from(
      Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    TelemetrySettings settings = TelemetrySettings.from(
        route.at(TelemetrySettings.BATCH), route.get(TelemetrySettings.ENCODING));
    if (topics.hasSignals()) {
      route.fault(
          "want no SIGNAL in the topics of its format, which has all signals in one message");
    }
    return new ColumnsFormat(settings, device, topics, name, settings.isCompact() && !isCompat);
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
