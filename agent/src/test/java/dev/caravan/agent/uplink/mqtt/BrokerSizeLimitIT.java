package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that takes no message of more than so many bytes, and does not say so in CONNACK. */
@Execution(ExecutionMode.CONCURRENT)
class BrokerSizeLimitIT {
  /** Cuts a body into runs of bytes. */
  private static final class Cutter implements Envelope {
    @Override
    public List<Message> messages(Entry entry, boolean late) {
      return Rig.batch(Rig.text(entry.sequence() + " whole ").then(entry.body()));
    }

    @Override
    public List<Message> parts(Entry entry, boolean late, long mostBytes) {
      int run = (int) mostBytes - 20;
      List<Message> parts = new ArrayList<>();
      for (int from = 0; run >= 16 && from < entry.body().length(); from += run) {
        int size = Math.min(run, entry.body().length() - from);
        parts.addAll(
            Rig.batch(Rig.text(entry.sequence() + " part ").then(Bytes.of(new byte[size]))));
      }
      return parts;
    }
  }

  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000_000_000_000L);
  private FarBroker far;
  private Tail tail;

  @BeforeEach
  void start() throws IOException {
    far = new FarBroker();
    tail = far.tail(Rig.DATA);
  }

  @AfterEach
  void stop() {
    far.close();
  }

  private Rig rig(String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("url: " + far.broker.url());
    Rig rig = new Rig(
        Tail.settings(all.toArray(String[]::new)), "cloud", true, 0, timeline, new Cutter());
    far.closing(rig.uplink::close);
    rig.uplink.open();
    return rig;
  }

  private Entry entry(long sequence, int bytes) {
    return new Entry(sequence, timeline.nowNs(), 3, Bytes.ofHex("5c4e"), Bytes.of(new byte[bytes]));
  }

  /** Sends as a courier does, one by one, until each is settled. */
  private static List<Fate> settle(Rig rig, Entry... entries) {
    List<Fate> fates = new ArrayList<>();
    for (Entry entry : entries) {
      Fate[] fate = {Fate.KEPT};
      await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> {
        try {
          Receipt receipt = rig.outlet.send(List.of(entry), List.of(false));
          fate[0] = receipt.fates().get(0);
        } catch (IOException e) {
          rig.uplink.open();
        }
        return fate[0] != Fate.KEPT && fate[0] != Fate.REFUSED;
      });
      fates.add(fate[0]);
    }
    return fates;
  }

  private long bytesOf(long sequence, String kind) {
    String mark = sequence + " " + kind + " ";
    return tail.messages.stream()
        .map(MqttSubscriber.Message::payload)
        .filter(payload -> payload.length() >= mark.length()
            && Rig.text(mark)
                .equals(Bytes.of(java.util.Arrays.copyOf(payload.toArray(), mark.length()))))
        .mapToLong(payload -> payload.length() - mark.length())
        .sum();
  }

  // the end of the link without a word, with reasons that may or do speak of a message
  @ParameterizedTest
  @CsvSource({"0, 5000", "0x95, 5000", "0x95, 131072", "0x82, 900", "0x83, 5000", "0x99, 900"})
  void anEntryThatTheLinkEndsOverIsDividedAndTheLimitRemembered(String reason, int limit)
      throws IOException {
    Rig rig = rig();
    far.broker.faults().endOver(Integer.decode(reason), limit);
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED), settle(rig, entry(1, limit + 9000), entry(2, 50)));
    await().until(() -> bytesOf(1, "part") >= limit + 9000);
    // a link that is new takes what is large in parts that leave in time, so the limit of a large
    // one is met later
    settle(rig, entry(5, limit + 9000), entry(6, limit + 9000), entry(7, limit + 9000));
    long connects = far.broker.connects();
    // what is learned is exact but for the bytes that lengths and the topic may take
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED),
        settle(rig, entry(3, limit + 20_000), entry(4, limit + 40)));
    assertEquals(connects, far.broker.connects(), "what is known does not end the link again");
    await().until(() -> bytesOf(3, "part") == limit + 20_000);
  }

  // MQTT 3.1.1 has no DISCONNECT of a broker, and no Maximum Packet Size
  @ParameterizedTest
  @CsvSource({"900", "5000", "131072"})
  void bySilentEndsOf311ItIsFoundOutToo(int limit) throws IOException {
    Rig rig = rig("protocol: 3.1.1");
    far.broker.faults().endOver(0, limit);
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED), settle(rig, entry(1, limit + 9000), entry(2, 50)));
    await().until(() -> bytesOf(1, "part") >= limit + 9000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x83, 0x97, 0x99})
  void anEntryThatIsRefusedForItsSizeInOtherWordsIsDivided(int reason) throws IOException {
    Rig rig = rig();
    long connects = far.broker.connects();
    far.broker.faults().refusePubacks(reason, 1000);
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED, Fate.ACCEPTED),
        settle(rig, entry(1, 4000), entry(2, 3000), entry(3, 10)));
    await().until(() -> bytesOf(2, "part") == 3000);
    assertEquals(connects, far.broker.connects());
  }

  @Test
  void whatIsRefusedForAnotherReasonLeavesNoLimitBehind() throws IOException {
    Rig rig = rig();
    assertEquals(List.of(Fate.ACCEPTED), settle(rig, entry(1, 10)));
    far.broker.faults().refusePubacks(0x97);
    for (int i = 0; i < 20; i++) {
      assertEquals(
          List.of(Fate.REFUSED),
          rig.outlet.send(List.of(entry(2, 9000)), List.of(false)).fates());
    }
    far.broker.faults().refusePubacks(0);
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED), settle(rig, entry(2, 9000), entry(3, 9000)));
    await().until(() -> bytesOf(2, "whole") == 9000 && bytesOf(3, "whole") == 9000);
  }

  @Test
  void aQuotaThatEndsWhileSmallerPartsAreTriedLeavesNoLimitBehind() throws IOException {
    Rig rig = rig();
    assertEquals(List.of(Fate.ACCEPTED), settle(rig, entry(1, 10)));
    far.broker.faults().refusePubacks(0x97);
    for (int i = 0; i < 4; i++) {
      rig.outlet.send(List.of(entry(2, 9000)), List.of(false));
    }
    far.broker.faults().refusePubacks(0);
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED), settle(rig, entry(2, 9000), entry(3, 9000)));
    await().until(() -> bytesOf(2, "whole") == 9000 && bytesOf(3, "whole") == 9000);
  }

  @Test
  void theLimitIsForgottenAfterADay() throws IOException {
    Rig rig = rig();
    far.broker.faults().endOver(0x95, 5000);
    settle(rig, entry(1, 9000));
    far.broker.faults().endOver(0, Integer.MAX_VALUE);
    settle(rig, entry(2, 9000));
    timeline.advanceNs(86_400_000_000_001L);
    rig.uplink.open();
    settle(rig, entry(3, 9000));
    await().until(() -> bytesOf(3, "whole") == 9000);
    assertEquals(9000, bytesOf(2, "part"));
  }

  @Test
  void oneThatNoDivisionHelpsFailsAndLeavesNoLimitBehind() throws IOException {
    Rig rig = rig();
    // 36 bytes are below any part, 5 are not
    far.broker.faults().endOver(0, 20);
    assertEquals(List.of(Fate.FAILED), settle(rig, entry(1, 4000)));
    far.broker.faults().endOver(0, Integer.MAX_VALUE);
    rig.uplink.open();
    settle(rig, entry(2, 4000));
    await().until(() -> bytesOf(2, "whole") == 4000);
  }

  @Test
  void maxPayloadHoldsFromTheStart() throws IOException {
    Rig rig = rig("max_payload: 1KiB");
    assertEquals(List.of(Fate.ACCEPTED), settle(rig, entry(1, 10_000)));
    await().until(() -> bytesOf(1, "part") == 10_000);
    assertTrue(tail.messages.stream().allMatch(message -> message.payload().length() < 1024));
  }

  @Test
  void aFaultOfTheProgramAtOneEntryIsItsOwnFailure() throws IOException {
    Envelope faulty = (entry, late) -> {
      if (entry.sequence() == 3) {
        throw new StackOverflowError();
      }
      return Rig.batch(Rig.text(entry.sequence() + " "));
    };
    Rig rig =
        new Rig(Tail.settings("url: " + far.broker.url()), "cloud", true, 0, timeline, faulty);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    List<Entry> entries =
        LongStream.rangeClosed(1, 5).mapToObj(sequence -> entry(sequence, 5)).toList();
    assertEquals(
        List.of(Fate.ACCEPTED, Fate.ACCEPTED, Fate.FAILED, Fate.KEPT, Fate.KEPT),
        rig.outlet.send(entries, List.of(false, false, false, false, false)).fates());
    assertEquals(1, rig.health.counter(Declared.count("bugs"), "cloud").value());
    rig.uplink.idle();
  }
}
