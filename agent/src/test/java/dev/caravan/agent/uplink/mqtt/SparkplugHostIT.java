package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.encode.sparkplug.SparkplugFormat;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.agent.wire.Seal;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.Topics;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.sparkplug.Metric;
import dev.caravan.sparkplug.Payload;
import dev.caravan.v1.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Sparkplug host at mosquitto, and what an edge node owes it. */
@Timeout(120)
class SparkplugHostIT {
  private static final DeviceName CAR = new DeviceName("f", "d1");
  private static final Bytes SCHEMA = Bytes.owning(Payload.newBuilder()
      .setUuid("caravan metrics")
      .addMetrics(Metric.newBuilder().setName("Vehicle/Speed").setAlias(0).setDatatype(10))
      .build()
      .toByteArray());
  private static final Bytes SCHEMA_ID = SchemaId.of(SCHEMA);
  private static final String NBIRTH = "spBv1.0/f/NBIRTH/d1";
  private static final String DBIRTH = "spBv1.0/f/DBIRTH/d1/cloud";
  private static final String DDATA = "spBv1.0/f/DDATA/d1/cloud";
  private static final String NDEATH = "spBv1.0/f/NDEATH/d1";
  private static final String STATE = "spBv1.0/STATE/plant";

  private final Path folder;
  private Mosquitto broker;
  private Tail host;
  private MqttClient sender;

  @SuppressWarnings("NullAway.Init")
  private MqttUplink uplink;

  @SuppressWarnings("NullAway.Init")
  private Outlet outlet;

  SparkplugHostIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void open() throws IOException, MqttException {
    broker = new Mosquitto(folder);
    host = new Tail(
        broker.url(),
        "spBv1.0/f/NBIRTH/#",
        "spBv1.0/f/DBIRTH/#",
        "spBv1.0/f/DDATA/#",
        "spBv1.0/f/NDEATH/#");
    sender = new MqttClient(broker.url(), "sender", new MemoryPersistence());
    sender.connect();
  }

  @AfterEach
  void close() throws MqttException {
    if (uplink != null) {
      uplink.close();
    }
    if (sender.isConnected()) {
      sender.disconnect();
    }
    sender.close();
    host.close();
    broker.close();
  }

  private void make(String sparkplug, String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("route.yaml"), "sparkplug: " + sparkplug + "\n");
    Faults faults = new Faults();
    Node route = YamlFile.read(file, faults);
    SparkplugFormat format = SparkplugFormat.from(route, "cloud", CAR, Topics.USUAL, false);
    assertEquals(List.of(), faults.found());
    String settings = "url: " + broker.url() + "\n" + String.join("\n", lines);
    SystemTimeline timeline = new SystemTimeline();
    uplink = new MqttUplink(
        Tail.settings(settings),
        new Origin(CAR, Topics.USUAL, "cloud", false, format.session(folder, timeline)),
        new StatusSource() {
          @Override
          public Bytes online() {
            return Bytes.EMPTY;
          }

          @Override
          public Bytes offline() {
            return Bytes.EMPTY;
          }

          @Override
          public long version() {
            return 0;
          }
        },
        timeline,
        new Health(),
        new Stop());
    outlet = uplink.outlet(new Channel(
        "cloud",
        new Envelope() {
          @Override
          public List<Message> messages(Entry entry, boolean late) {
            return format
                .batches()
                .messages(
                    entry.body(),
                    new Seal(
                        new StreamId(Bytes.ofHex("00112233445566aa")), entry.sequence(), late));
          }

          @Override
          public boolean settlesWhenWritten() {
            return format.batches().settlesWhenWritten();
          }
        },
        id -> Optional.of(SCHEMA),
        0));
  }

  private static Entry entry(long sequence) {
    WireBytes ledger = new WireBytes();
    LedgerCounts.of(Ledger.newBuilder().setSamplesSent(sequence).build()).writeTo(ledger);
    Payload body = Payload.newBuilder()
        .setUuid("0102030405060708 1 " + SCHEMA_ID)
        .setBody(ByteString.copyFrom(ledger.array(), 0, ledger.length()))
        .addMetrics(
            Metric.newBuilder().setAlias(0).setTimestamp(1000).setDoubleValue(sequence * 0.5))
        .build();
    return new Entry(
        sequence,
        System.currentTimeMillis() * 1_000_000,
        1,
        SCHEMA_ID,
        Bytes.of("spb1 ".getBytes(StandardCharsets.US_ASCII))
            .then(Bytes.owning(body.toByteArray())));
  }

  private void send(long sequence, boolean late) throws IOException {
    assertEquals(
        List.of(Fate.ACCEPTED),
        outlet.send(List.of(entry(sequence)), List.of(late)).fates());
  }

  private void command(String name) throws MqttException {
    Payload command = Payload.newBuilder()
        .addMetrics(Metric.newBuilder().setName(name).setDatatype(11).setBooleanValue(true))
        .build();
    sender.publish("spBv1.0/f/NCMD/d1", command.toByteArray(), 0, false);
  }

  private void state(boolean online, long atMs) throws MqttException {
    String text = "{\"online\":" + online + ",\"timestamp\":" + atMs + "}";
    sender.publish(STATE, text.getBytes(StandardCharsets.UTF_8), 1, true);
  }

  private void awaitTopics(String... topics) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(List.of(topics), host.topics()));
  }

  private Payload heard(int index) throws IOException {
    return Payload.parseFrom(host.messages.get(index).payload().toArray());
  }

  private long bdSeq(int index) throws IOException {
    return heard(index).getMetrics(0).getLongValue();
  }

  private List<Long> seqs() throws IOException {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < host.messages.size(); i++) {
      all.add(heard(i).hasSeq() ? heard(i).getSeq() : -1L);
    }
    return all;
  }

  @Test
  void birthsComeFirstAndADeathLast() throws Exception {
    make("{}");
    uplink.open();
    send(1, false);
    send(2, true);
    uplink.close();
    // the last of them is the will, as the end of a session by MQTT 5 asks for it
    awaitTopics(NBIRTH, DBIRTH, DBIRTH, DDATA, DDATA, NDEATH, NDEATH);
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, -1L, -1L), seqs());
    assertEquals(List.of(0L, 0L, 0L), List.of(bdSeq(0), bdSeq(5), bdSeq(6)));
    assertEquals("Vehicle/Speed", heard(2).getMetrics(4).getName());
    assertEquals(heard(2).getMetrics(4).getAlias(), heard(3).getMetrics(4).getAlias());
    assertEquals(0.5, heard(3).getMetrics(4).getDoubleValue());
    assertTrue(heard(4).getMetrics(4).getIsHistorical());
    assertTrue(host.messages.stream().noneMatch(MqttSubscriber.Message::retained));
  }

  @Test
  void theNextSessionTellsAllAnew() throws Exception {
    make("{}");
    uplink.open();
    send(1, false);
    broker.kill();
    broker.startAgain();
    await().atMost(Duration.ofSeconds(30)).until(host.subscriber::isSubscribed);
    host.messages.clear();
    uplink.open();
    send(2, false);
    awaitTopics(NBIRTH, DBIRTH, DDATA);
    assertEquals(List.of(0L, 1L, 2L), seqs());
    assertEquals(1, bdSeq(0));
    assertEquals(5, heard(1).getMetricsCount());
  }

  @Test
  void aHostThatAsksGetsBirths() throws Exception {
    make("{}");
    uplink.open();
    send(1, false);
    command("Node Control/Reboot");
    command("Node Control/Rebirth");
    command("Node Control/Rebirth");
    awaitTopics(NBIRTH, DBIRTH, DBIRTH, DDATA, NBIRTH, DBIRTH);
    send(2, false);
    awaitTopics(NBIRTH, DBIRTH, DBIRTH, DDATA, NBIRTH, DBIRTH, DDATA);
    assertEquals(List.of(0L, 1L, 2L, 3L, 0L, 1L, 2L), seqs());
    assertEquals(bdSeq(0), bdSeq(4));
  }

  @Test
  void nothingLeavesWithoutThePrimaryHost() throws Exception {
    make("{primary_host: plant}");
    assertThrows(IOException.class, uplink::open);
    state(false, 1000);
    assertThrows(IOException.class, uplink::open);
    // the wills of links that were cut
    awaitTopics(NDEATH, NDEATH);
    host.messages.clear();
    state(true, 2000);
    uplink.open();
    send(1, false);
    state(false, 1500); // a late will
    send(2, false);
    awaitTopics(NBIRTH, DBIRTH, DBIRTH, DDATA, DDATA);
    state(false, 3000);
    await().atMost(Duration.ofSeconds(20)).until(() -> host.topics().contains(NDEATH));
    await().atMost(Duration.ofSeconds(20)).until(() -> {
      try {
        uplink.idle();
        return false;
      } catch (IOException e) {
        return true;
      }
    });
    assertThrows(IOException.class, () -> outlet.send(List.of(entry(3)), List.of(false)));
  }

  @Test
  void itIsTheSameByMqtt311() throws Exception {
    make("{}", "protocol: 3.1.1");
    uplink.open();
    send(1, false);
    uplink.close();
    awaitTopics(NBIRTH, DBIRTH, DBIRTH, DDATA, NDEATH);
  }
}
