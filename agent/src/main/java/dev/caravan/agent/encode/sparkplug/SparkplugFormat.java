package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Session;
import dev.caravan.agent.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The format of Sparkplug B 3.0: data of a device, births and deaths in a session of their own. Tells no events. */
public final class SparkplugFormat implements Format {
  /** Its word. */
  public static final String WORD = "sparkplug";

  /** Its keys in a route. */
  public static final List<Key<?>> KEYS = List.of(SparkplugSettings.SPARKPLUG);

  /** The keys of its mapping in a route. */
  public static final List<Key<?>> SPARKPLUG_KEYS = SparkplugSettings.KEYS;

  private final SparkplugSettings settings;
  private final String route;

  SparkplugFormat(SparkplugSettings settings, String route) {
    this.settings = settings;
    this.route = route;
  }

  /** What reads the bodies of a queue, however they were made. */
  public static SparkplugFormat former(String route, DeviceName device, Topics topics) {
    return new SparkplugFormat(SparkplugSettings.from(Node.absent(), device, route), route);
  }

  /** Reads its keys of a route of that name; readers of before know none of it. */
  public static SparkplugFormat from(
      Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    if (isCompat) {
      route.fault("want no compat in a route of this format, which readers of before do not know");
    }
    return new SparkplugFormat(
        SparkplugSettings.from(route.at(SparkplugSettings.SPARKPLUG), device, name), name);
  }

  @Override
  public String word() {
    return WORD;
  }

  @Override
  public Bodies batches() {
    return new Data(settings, route);
  }

  @Override
  public Optional<Bodies> events() {
    return Optional.empty();
  }

  /** A schema is told by births, which cannot be divided. */
  @Override
  public List<Payload.Schema> pieces(Payload.Schema whole, long mostBytes) {
    return List.of(whole);
  }

  @Override
  public Optional<String> sessionId() {
    return Optional.of(settings.group() + "/" + settings.node());
  }

  @Override
  public Optional<Session> session(Path dir, Timeline timeline) {
    return Optional.of(new EdgeNode(settings, dir.resolve("bdseq"), timeline));
  }

  private record Data(SparkplugSettings settings, String route) implements Bodies {
    @Override
    public Encoder encoder(Making making) {
      return new Gathering(settings.closing(), route, making, new MetricsForm(making.known()));
    }

    @Override
    public List<Message> messages(Bytes body, Seal seal) {
      try {
        return List.of(message(StoredMetrics.read(body).sealed(seal)));
      } catch (MalformedMessageException e) {
        throw new IllegalStateException("messages: " + e.getMessage(), e);
      }
    }

    @Override
    public List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes)
        throws MalformedMessageException {
      return StoredMetrics.read(body).parts(seal, mostBytes).stream()
          .map(this::message)
          .toList();
    }

    private Message message(Bytes payload) {
      return new Message(EdgeNode.dataTopic(settings), EdgeNode.CONTENT_TYPE, payload);
    }

    @Override
    public Bytes mark() {
      return StoredMetrics.MARK;
    }

    @Override
    public boolean settlesWhenWritten() {
      return true;
    }
  }
}
