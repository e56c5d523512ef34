package dev.caravan.agent.encode.lines;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A format of the tests: a line of JSON for each sample, each a message on the topic of its signal, {@code
 * ROOT/FLEET/DEVICE/SIGNAL}. It tells no events and needs no schema.
 *
 * <p>A stored body has a line for each sample: its signal, a tab, and the JSON without the sequence.
 *
 * @param topic where those of all signals are
 * @param mostSamples of a body
 * @param settlesWhenWritten whether nobody answers for it
 */
public record LinesFormat(String topic, int mostSamples, boolean settlesWhenWritten)
    implements Format, Bodies {
  /** A mapping of the route. */
  public static final Key<Node> LINES = Key.block("lines").says("how lines leave, see below");

  private static final Key<String> ROOT =
      Key.text("root").required().says("what all topics begin with");
  private static final Key<Integer> MAX_SAMPLES =
      Key.whole("max_samples", 1, 1000).or(10).says("close a body when it has so many");
  private static final Key<Boolean> WRITTEN = Key.flag("written", false).says("expect no answers");

  /** The keys of that mapping. */
  public static final List<Key<?>> LINES_KEYS = List.of(ROOT, MAX_SAMPLES, WRITTEN);

  /** Its keys in a route. */
  public static final List<Key<?>> KEYS = List.of(LINES);

  /** Reads its keys of a route. */
  public static LinesFormat from(
      Node route, String name, DeviceName device, Topics topics, boolean isCompat) {
    Node lines = route.at(LINES);
    LinesFormat format =
        new LinesFormat(lines.get(ROOT) + "/" + device, lines.get(MAX_SAMPLES), lines.get(WRITTEN));
    lines.refuseUnknownKeys();
    return format;
  }

  @Override
  public String word() {
    return "lines";
  }

  @Override
  public Bodies batches() {
    return this;
  }

  @Override
  public Optional<Bodies> events() {
    return Optional.empty();
  }

  @Override
  public Encoder encoder(Making making) {
    return new LinesEncoder(mostSamples);
  }

  @Override
  public List<Message> messages(Bytes body, Seal seal) {
    return new String(body.toArray(), StandardCharsets.UTF_8)
        .lines()
        .map(line -> message(line, seal))
        .toList();
  }

  private Message message(String line, Seal seal) {
    int tab = line.indexOf('\t');
    String late = seal.isLate() ? ",\"late\":true" : "";
    return new Message(
        topic + "/" + line.substring(0, tab),
        "application/json",
        bytes("{\"seq\":" + seal.sequence() + late + "," + line.substring(tab + 2)));
  }

  /** Each sample is a message already; there is no smaller one. */
  @Override
  public List<Message> parts(Bytes body, Bytes schema, Seal seal, long mostBytes) {
    List<Message> whole = messages(body, seal);
    return whole.stream().allMatch(each -> each.body().length() <= mostBytes) ? whole : List.of();
  }

  static Bytes bytes(String text) {
    return Bytes.owning(text.getBytes(StandardCharsets.UTF_8));
  }
}
