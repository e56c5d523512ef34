package dev.caravan.agent.encode.sparkplug;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.DurableFile;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.agent.wire.Session;
import dev.caravan.sparkplug.Metric;
import dev.caravan.sparkplug.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an edge node with one device tells in its sessions: aliases of its metrics, and the sequence of its messages, which is counted as
 * they leave. What a schema has is told by a birth of the device before any data that need it.
 *
 * @see "Sparkplug 3.0.0, 5.4, 6.4.4, 6.4.11 and 6.4.17"
 */
final class EdgeNode implements Session {
  static final String CONTENT_TYPE = "application/x-protobuf";

  private static final Logger LOG = LoggerFactory.getLogger(EdgeNode.class);
  private static final String NAMESPACE = "spBv1.0/";
  private static final String REBIRTH = "Node Control/Rebirth";
  private static final String BD_SEQ = "bdSeq";
  private static final int NUMBERS = 256;
  private static final long NS_PER_MS = 1_000_000L;

  private final SparkplugSettings settings;
  private final Path file;
  private final Timeline timeline;
  private final HostState host;

  // as births tell them, by name
  private final Map<String, Metric> metrics = new LinkedHashMap<>();

  // of the metrics of a schema, by its id
  private final Map<String, long[]> aliases = new HashMap<>();

  // of the connection
  private int bdSeq;
  private boolean isBorn;
  private int next;

  /** {@code file}: where the number of its session is kept. */
  EdgeNode(SparkplugSettings settings, Path file, Timeline timeline) {
    this.settings = settings;
    this.file = file;
    this.timeline = timeline;
    this.host = new HostState(NAMESPACE + "STATE/" + settings.primaryHost());
    this.bdSeq = kept();
    OwnMetrics.ALL.forEach(metric -> metrics.put(metric.getName(), metric));
  }

  private static String topic(SparkplugSettings settings, String type) {
    return NAMESPACE + settings.group() + "/" + type + "/" + settings.node();
  }

  /** Where its data go. */
  static String dataTopic(SparkplugSettings settings) {
    return topic(settings, "DDATA") + "/" + settings.device();
  }

  /** The number of the latest session; that before the first where none is known. */
  private int kept() {
    try {
      return Integer.parseInt(Files.readString(file).strip()) & NUMBERS - 1;
    } catch (IOException | NumberFormatException e) {
      return NUMBERS - 1;
    }
  }

  @Override
  public Message begin() {
    bdSeq = (bdSeq + 1) % NUMBERS;
    isBorn = false;
    host.begin();
    try {
      DurableFile.replace(file, Bytes.of((bdSeq + "\n").getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      LOG.warn(
          "{}: cannot be kept, a late death may end a later session: {}", file, e.getMessage());
    }
    return death();
  }

  @Override
  public List<String> topics() {
    String commands = topic(settings, "NCMD");
    return hasHost() ? List.of(commands, host.topic()) : List.of(commands);
  }

  private boolean hasHost() {
    return !settings.primaryHost().isEmpty();
  }

  @Override
  public boolean isHeldBack() {
    return hasHost() && !host.isOnline();
  }

  @Override
  public Heard heard(String topic, Bytes body) {
    if (hasHost() && topic.equals(host.topic())) {
      host.heard(body);
      return isBorn && !host.isOnline() ? Heard.END : Heard.GOES_ON;
    }
    if (!topic.equals(topic(settings, "NCMD"))) {
      return Heard.NOTHING;
    }
    try {
      boolean asks = Payload.parseFrom(body.toArray()).getMetricsList().stream()
          .anyMatch(metric -> metric.getName().equals(REBIRTH) && metric.getBooleanValue());
      return asks ? Heard.BIRTHS : Heard.GOES_ON;
    } catch (InvalidProtocolBufferException e) {
      return Heard.GOES_ON;
    }
  }

  private long nowMs() {
    return Math.floorDiv(timeline.nowNs(), NS_PER_MS);
  }

  private long seq() {
    long seq = next;
    next = (next + 1) % NUMBERS;
    return seq;
  }

  private static Message message(String topic, Payload.Builder payload) {
    return new Message(topic, CONTENT_TYPE, Bytes.owning(payload.build().toByteArray()));
  }

  private Metric session(long nowMs) {
    return Metric.newBuilder()
        .setName(BD_SEQ)
        .setTimestamp(nowMs)
        .setDatatype(DataType.INT64.code())
        .setLongValue(bdSeq)
        .build();
  }

  @Override
  public Message death() {
    long nowMs = nowMs();
    return message(
        topic(settings, "NDEATH"),
        Payload.newBuilder().setTimestamp(nowMs).addMetrics(session(nowMs)));
  }

  @Override
  public List<Message> births() {
    long nowMs = nowMs();
    isBorn = true;
    next = 0;
    Payload.Builder born = Payload.newBuilder()
        .setTimestamp(nowMs)
        .addMetrics(session(nowMs))
        .addMetrics(Metric.newBuilder()
            .setName(REBIRTH)
            .setTimestamp(nowMs)
            .setDatatype(DataType.BOOLEAN.code())
            .setBooleanValue(false))
        .setSeq(seq());
    return List.of(message(topic(settings, "NBIRTH"), born), deviceBirth());
  }

  private Message deviceBirth() {
    long nowMs = nowMs();
    Payload.Builder born = Payload.newBuilder().setTimestamp(nowMs);
    for (Metric metric : metrics.values()) {
      born.addMetrics(metric.toBuilder().setTimestamp(nowMs).setIsNull(true));
    }
    return message(topic(settings, "DBIRTH") + "/" + settings.device(), born.setSeq(seq()));
  }

  @Override
  public List<Message> leaving(String topic, Bytes body) {
    Payload payload;
    try {
      payload = Payload.parseFrom(body.toArray());
    } catch (InvalidProtocolBufferException e) {
      payload = Payload.getDefaultInstance();
    }
    if (topic.equals(dataTopic(settings))) {
      return List.of(data(payload));
    }
    if (payload.getUuid().equals(MetricBook.SCHEMA)) {
      return learn(SchemaId.of(body), payload) && isBorn ? List.of(deviceBirth()) : List.of();
    }
    // of another format, that the route had before
    return List.of(new Message(topic, "", body));
  }

  /** Whether a schema has metrics that were not told as it has them. */
  private boolean learn(Bytes id, Payload schema) {
    boolean isNew = false;
    long[] of = new long[schema.getMetricsCount()];
    for (int i = 0; i < of.length; i++) {
      Metric told = schema.getMetrics(i);
      Metric before = metrics.get(told.getName());
      of[i] = before == null ? metrics.size() : before.getAlias();
      Metric now = told.toBuilder().setAlias(of[i]).build();
      if (!now.equals(before)) {
        metrics.put(now.getName(), now);
        isNew = true;
      }
    }
    aliases.put(id.toString(), of);
    return isNew;
  }

  private Message data(Payload sealed) {
    long nowMs = nowMs();
    long[] of = aliases.get(sealed.getUuid());
    if (of == null) {
      throw new IllegalStateException("data: schema=" + sealed.getUuid() + " was not told");
    }
    Payload.Builder leaving = sealed.toBuilder().clearUuid().setTimestamp(nowMs);
    int own = OwnMetrics.ALL.size();
    for (int i = 0; i < leaving.getMetricsCount(); i++) {
      Metric.Builder metric = leaving.getMetricsBuilder(i);
      if (i < own) {
        metric.setTimestamp(nowMs);
      } else {
        metric.setAlias(of[(int) metric.getAlias()]);
      }
    }
    return message(dataTopic(settings), leaving.setSeq(seq()));
  }
}
