package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of a backlog leave joined, and each is settled as if it had left alone. */
@Execution(ExecutionMode.CONCURRENT)
class JoiningIT {
  private static final int BODY_BYTES = 200;

  /** Says which entries are in a message, and joins as many as go into one. */
  private static final class Joiner implements Envelope {
    private boolean fails;

    @Override
    public List<Message> messages(Entry entry, boolean late) {
      return Rig.batch(Rig.text(entry.sequence() + " ").then(entry.body()));
    }

    @Override
    public Optional<Joined> joined(List<Entry> entries, long mostBytes) {
      if (fails) {
        throw new IllegalStateException("a fault of the joiner");
      }
      Bytes body = Bytes.EMPTY;
      int count = 0;
      for (Entry entry : entries) {
        Bytes longer = messages(entry, true).get(0).body().then(body);
        if (longer.length() > mostBytes) {
          break;
        }
        body = longer;
        count++;
      }
      return count < 2
          ? Optional.empty()
          : Optional.of(new Joined(count, Rig.batch(body).get(0)));
    }
  }

  private final Joiner joiner = new Joiner();
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

  private Rig rig() throws IOException {
    Rig rig = new Rig(
        Tail.settings("url: " + far.broker.url()), "cloud", true, 0, new SystemTimeline(), joiner);
    far.closing(rig.uplink::close);
    rig.uplink.open();
    // a link is a thin one until it has carried something
    for (int i = 0; i < 8; i++) {
      rig.outlet.send(List.of(Rig.entry(1, Bytes.of(new byte[20_000]))), List.of(false));
    }
    await().until(() -> tail.messages.size() >= 8);
    tail.messages.clear();
    return rig;
  }

  private static List<Entry> entries(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> Rig.entry(sequence, Bytes.of(new byte[BODY_BYTES])))
        .toList();
  }

  private static Receipt send(Rig rig, List<Entry> entries, boolean late) throws IOException {
    return rig.outlet.send(entries, Collections.nCopies(entries.size(), late));
  }

  private static Set<Long> arrived(Tail tail) {
    Set<Long> found = new HashSet<>();
    for (MqttSubscriber.Message message : tail.messages) {
      StringBuilder digits = new StringBuilder();
      for (byte each : message.payload().toArray()) {
        if (each >= '0' && each <= '9') {
          digits.append((char) each);
        } else if (each == ' ') {
          found.add(Long.parseLong(digits.toString()));
          digits.setLength(0);
        }
      }
    }
    return found;
  }

  private static Set<Long> sequences(long from, long to) {
    return new HashSet<>(LongStream.rangeClosed(from, to).boxed().toList());
  }

  @Test
  void backlogLeavesJoinedAndOneAnswerSettlesAll() throws IOException {
    Rig rig = rig();
    assertEquals(Rig.all(40, Fate.ACCEPTED), send(rig, entries(1, 40), true).fates());
    await().until(() -> arrived(tail).equals(sequences(1, 40)));
    assertEquals(1, tail.messages.size());
  }

  @Test
  void whatIsNewLeavesAlone() throws IOException {
    Rig rig = rig();
    assertEquals(Rig.all(10, Fate.ACCEPTED), send(rig, entries(1, 10), false).fates());
    await().until(() -> tail.messages.size() == 10);
    List<Entry> mixed = entries(11, 20);
    List<Boolean> late = new ArrayList<>(Collections.nCopies(4, false));
    late.addAll(Collections.nCopies(6, true));
    assertEquals(Rig.all(10, Fate.ACCEPTED), rig.outlet.send(mixed, late).fates());
    await().until(() -> arrived(tail).equals(sequences(1, 20)));
    assertEquals(15, tail.messages.size());
  }

  @Test
  void faultOfTheProgramInJoiningCostsNoEntry() throws IOException {
    Rig rig = rig();
    joiner.fails = true;
    assertEquals(Rig.all(10, Fate.ACCEPTED), send(rig, entries(1, 10), true).fates());
    joiner.fails = false;
    assertEquals(Rig.all(10, Fate.ACCEPTED), send(rig, entries(11, 20), true).fates());
    await().until(() -> arrived(tail).equals(sequences(1, 20)));
    assertEquals(11, tail.messages.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0x83, 0x97, 0x99})
  void joinedOnesThatAreRefusedAreSentAloneAndOthersJoinedSmaller(int reason) throws IOException {
    Rig rig = rig();
    far.broker.faults().refusePubacks(reason, 3000);
    assertEquals(Rig.all(40, Fate.KEPT), send(rig, entries(1, 40), true).fates());
    assertEquals(Rig.all(40, Fate.ACCEPTED), send(rig, entries(1, 40), true).fates());
    await().until(() -> arrived(tail).equals(sequences(1, 40)));
    // 8000 bytes are too many, 4000 too; 2000 go
    List<Fate> fates = send(rig, entries(41, 60), true).fates();
    assertEquals(20, fates.size());
    assertTrue(!fates.contains(Fate.REJECTED) && !fates.contains(Fate.REFUSED), fates::toString);
    assertEquals(Rig.all(20, Fate.ACCEPTED), send(rig, entries(41, 60), true).fates());
    await().until(() -> arrived(tail).equals(sequences(1, 60)));
    tail.messages.clear();
    assertEquals(Rig.all(20, Fate.ACCEPTED), send(rig, entries(61, 80), true).fates());
    await().until(() -> arrived(tail).equals(sequences(61, 80)));
    assertTrue(tail.messages.size() < 10, () -> "messages=" + tail.messages.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x82, 0x83, 0x95})
  void linkThatEndsOverJoinedOnesLosesNone(int reason) throws IOException {
    Rig rig = rig();
    far.broker.faults().endOver(reason, 3000);
    Set<Long> settled = new HashSet<>();
    await().until(() -> {
      List<Entry> left = entries(1, 40).stream()
          .filter(entry -> !settled.contains(entry.sequence()))
          .toList();
      try {
        List<Fate> fates = send(rig, left, true).fates();
        for (int i = 0; i < fates.size(); i++) {
          assertTrue(fates.get(i) != Fate.REJECTED, fates::toString);
          if (fates.get(i) == Fate.ACCEPTED) {
            settled.add(left.get(i).sequence());
          }
        }
      } catch (IOException e) {
        rig.uplink.open();
      }
      return settled.size() == 40;
    });
    await().until(() -> arrived(tail).equals(sequences(1, 40)));
  }
}
