package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.encode.Happenings;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The format of JSON: a message for each body, without a schema beside it. */
public final class JsonFormat implements Format {
  /** Its word. */
  public static final String WORD = "json";

  /** Its keys in a route. */
  public static final List<Key<?>> KEYS = List.of(JsonSettings.JSON);

  /** The keys of its mapping in a route. */
  public static final List<Key<?>> JSON_KEYS = JsonSettings.KEYS;

  /** The keys of a layout file. */
  public static final List<Key<?>> LAYOUT_KEYS = LayoutFile.KEYS;

  private static final String CONTENT_TYPE = "application/json";
  private static final String GZIP = "+gzip";

  private static final String LINES_CONTENT_TYPE = "application/x-ndjson";

  private record Kind(String topic, UnaryOperator<String> ofSignal, Function<Making, Encoder> maker)
      implements Bodies {
    @Override
    public Encoder encoder(Making making) {
      return maker.apply(making);
    }

    @Override
    public List<Message> messages(Bytes body, Seal seal) {
      try {
        StoredJson json = StoredJson.read(body);
        if (json.layout() == Layout.FILE) {
          MarkedText marked = new MarkedText(json);
          return messages(json, marked, marked.messages(seal));
        }
        return List.of(message(json, json.message(seal)));
      } catch (MalformedMessageException e) {
        throw new IllegalStateException("messages: " + e.getMessage(), e);
      }
    }

    @Override
    public List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes)
        throws MalformedMessageException {
      StoredJson json = StoredJson.read(body);
      if (json.layout() == Layout.FILE) {
        MarkedText marked = new MarkedText(json);
        return messages(json, marked, marked.parts(seal, mostBytes));
      }
      return json.parts(seal, mostBytes).stream()
          .map(part -> message(json, part))
          .toList();
    }

    @Override
    public Bytes mark() {
      return StoredJson.MARK;
    }

    private Message message(StoredJson json, Bytes body) {
      return new Message(topic, contentType(json, CONTENT_TYPE), body);
    }

    private List<Message> messages(
        StoredJson json, MarkedText marked, List<MarkedText.Leaving> leaving) {
      String type = contentType(json, marked.isLines() ? LINES_CONTENT_TYPE : CONTENT_TYPE);
      return leaving.stream()
          .map(each -> each.signal().isEmpty()
              ? new Message(topic, type, each.body())
              : new Message(ofSignal.apply(each.signal()), type, each.body(), true))
          .toList();
    }

    private static String contentType(StoredJson json, String plain) {
      return json.isPacked() ? plain + GZIP : plain;
    }
  }

  private final Bodies batches;
  private final Bodies events;

  JsonFormat(JsonSettings settings, String route, DeviceName device, Topics topics) {
    Topics signals = ofSignals(topics, why -> {});
    this.batches = new Kind(
        topics.data(device, route),
        signal -> signals.signal(device, route, signal),
        making -> new Gathering(
            settings.closing(), route, making, new JsonWriter(settings, device, route)));
    this.events = new Kind(
        topics.plain(device, Topics.Kind.EVENT),
        signal -> topics.plain(device, Topics.Kind.EVENT),
        making -> new Happenings(route, making, new JsonEvents(settings, device, route)));
  }

  /** What reads the bodies of a queue, however they were made. */
  public static JsonFormat former(String route, DeviceName device, Topics topics) {
    return new JsonFormat(JsonSettings.from(Node.absent()), route, device, topics);
  }

  /** Reads its keys of a route of that name; readers of before know none of it. */
  public static JsonFormat from(
      Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    JsonSettings settings = JsonSettings.from(route.at(JsonSettings.JSON));
    if (settings.hasSignals()) {
      ofSignals(topics, route::fault);
    } else if (topics.hasSignals()) {
      route.fault(
          "want no SIGNAL in the topics of its layout, which has all signals in one message");
    }
    if (isCompat) {
      route.fault("want no compat in a route of this format, which readers of before do not know");
    }
    return new JsonFormat(settings, name, device, topics);
  }

  /** The topics with one for each signal; {@code fault} is told why there can be none. */
  private static Topics ofSignals(Topics topics, Consumer<String> fault) {
    try {
      Topics signals = topics.withSignals();
      signals.refuseMeeting(signals);
      return signals;
    } catch (IllegalArgumentException e) {
      fault.accept(String.valueOf(e.getMessage()));
      return topics;
    }
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
