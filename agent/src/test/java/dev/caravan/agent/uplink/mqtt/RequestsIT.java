package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Requests;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.SchemaRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schemas that a consumer asks for. */
class RequestsIT {
  private static final String REQUEST = "caravan/v1/f/d1/request";
  private static final Bytes KNOWN = Bytes.ofHex("5c4e");
  private static final Bytes OTHER = Bytes.ofHex("0b");
  private static final Bytes MISSING = Bytes.ofHex("dead");
  private static final long SECOND_NS = 1_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_796_040_000_000_000_000L);
  private FarBroker far;
  private Rig rig;
  private Rig consumer;
  private long asked;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
    rig = new Rig(Tail.settings("url: " + far.broker.url()), "cloud", false, 0, timeline);
    Requests requests = new Requests(REQUEST, "cloud", timeline, rig.health);
    rig.uplink.take(
        new Downward(List.of(), Optional.of(requests), Optional.empty(), "cloud", rig.health));
    far.closing(rig.uplink::close);
    consumer = new Rig(
        Tail.settings("url: " + far.broker.url(), "client_id: consumer"),
        "other",
        false,
        0,
        timeline,
        (entry, late) -> List.of(new Message(REQUEST, "caravan.v1.Request", entry.body())));
    far.closing(consumer.uplink::close);
    consumer.uplink.open();
    long subscribes = far.broker.subscribes();
    rig.uplink.open();
    await().until(() -> far.broker.subscribes() == subscribes + 1);
  }

  @AfterEach
  void stop() {
    far.close();
  }

  /** Needs no schema of its own. */
  private Entry message(Bytes body) {
    return new Entry(++asked, timeline.nowNs(), 1, Bytes.EMPTY, body);
  }

  private void send(Bytes body) throws IOException {
    assertEquals(
        List.of(Fate.ACCEPTED),
        consumer.outlet.send(List.of(message(body)), List.of(false)).fates());
  }

  private void ask(Bytes... ids) throws IOException {
    send(SchemaRequest.of(List.of(ids)));
  }

  private long answered() {
    return rig.health.counter(UplinkMetrics.REQUESTS, "cloud").value();
  }

  private long ignored() {
    return rig.health.counter(UplinkMetrics.REQUESTS_IGNORED, "cloud").value();
  }

  /** As the courier does, with a second between two. */
  private void awaitCounted(long wantedAnswered, long wantedIgnored) {
    await().until(() -> {
      timeline.advanceNs(SECOND_NS);
      rig.uplink.idle();
      return answered() == wantedAnswered && ignored() == wantedIgnored;
    });
  }

  @Test
  void whatIsAskedForIsPublishedWhereItAlwaysIs() throws IOException {
    try (Tail tail = far.tail("caravan/v1/f/d1/schema/+")) {
      ask(KNOWN, MISSING, OTHER);
      awaitCounted(2, 1);
      await().until(() -> tail.messages.size() == 2);
      assertEquals("caravan/v1/f/d1/schema/5c4e", tail.messages.get(0).topic());
      assertEquals(Rig.text("schema 5c4e"), tail.messages.get(0).payload());
      assertEquals("caravan.v1.Schema", tail.messages.get(0).contentType());
      assertEquals("caravan/v1/f/d1/schema/0b", tail.messages.get(1).topic());
      assertEquals(
          Optional.of(Rig.text("schema 5c4e")), far.broker.retained("caravan/v1/f/d1/schema/5c4e"));
    }
  }

  @Test
  void eachIsPublishedOnceAMinute() throws IOException {
    ask(KNOWN);
    awaitCounted(1, 0);
    // it is counted before it is there
    await().until(() -> far.broker.retained("caravan/v1/f/d1/schema/5c4e").isPresent());
    long publishes = far.broker.publishes();
    long askedNs = timeline.monotonicNs();
    ask(KNOWN);
    ask(KNOWN);
    awaitCounted(1, 1);
    // the questions alone
    assertEquals(publishes + 2, far.broker.publishes());
    // the first of them was kept
    awaitCounted(2, 1);
    long waitedNs = timeline.monotonicNs() - askedNs;
    assertTrue(waitedNs > 50 * SECOND_NS && waitedNs <= 61 * SECOND_NS);
  }

  @Test
  void whatIsNoRequestIsCountedAndIgnored() throws IOException {
    send(Bytes.ofHex("ff"));
    awaitCounted(0, 1);
    send(SchemaRequest.of(Collections.nCopies(65, KNOWN)));
    awaitCounted(0, 2);
    // an id without a byte
    send(Bytes.ofHex("0a00"));
    awaitCounted(0, 3);
    ask(KNOWN);
    awaitCounted(1, 3);
  }

  @Test
  void whatTheBudgetHasNoRoomForIsNotPublished() throws IOException {
    rig.uplink.meter(bytes -> bytes < "schema 5c4e".length());
    ask(KNOWN, OTHER);
    awaitCounted(1, 1);
    assertEquals(Optional.empty(), far.broker.retained("caravan/v1/f/d1/schema/5c4e"));
    rig.uplink.meter(bytes -> true);
    ask(KNOWN);
    awaitCounted(2, 1);
  }

  @Test
  void thousandsOfRequestsHoldNothingUp() throws IOException {
    long next = 1;
    for (int i = 0; i < 20; i++) {
      List<Entry> flood = LongStream.range(0, 500)
          .mapToObj(n -> message(
              SchemaRequest.of(List.of(Bytes.ofHex(String.format(Locale.ROOT, "%06x", asked))))))
          .toList();
      consumer.outlet.send(flood, Collections.nCopies(500, false));
      assertEquals(Rig.all(50, Fate.UNHEARD), rig.send(next, next + 49).fates());
      next += 50;
      rig.uplink.idle();
    }
    assertEquals(0, rig.health.counter(UplinkMetrics.FAILURES, "cloud").value());
    // time stood still meanwhile: of all of them one was looked at, whose ids Rig makes up
    assertEquals(1, answered() + ignored());
    assertEquals(Rig.all(1, Fate.UNHEARD), rig.send(next, next).fates());
  }
}
