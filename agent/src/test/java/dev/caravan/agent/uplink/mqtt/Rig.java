package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.uplink.Lane;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** An uplink of device {@code d1}, route {@code cloud}, fleet {@code f}, with all that belongs to it. */
final class Rig {
  static final String DATA = "caravan/v1/f/d1/data/cloud";
  static final String STATUS = "caravan/v1/f/d1/status";

  final Health health = new Health();
  final Stop stop = new Stop();
  final AtomicLong statusVersion = new AtomicLong(1);
  final Set<Bytes> missing = new HashSet<>(Set.of(Bytes.ofHex("dead")));
  final MqttUplink uplink;
  final Outlet outlet;

  Rig(MqttSettings settings) {
    this(settings, "cloud", true, 0);
  }

  Rig(MqttSettings settings, String route, boolean bearsStatus, long maxAgeNs) {
    this(settings, route, bearsStatus, maxAgeNs, new SystemTimeline());
  }

  Rig(MqttSettings settings, String route, boolean bearsStatus, long maxAgeNs, Timeline timeline) {
    this(
        settings,
        route,
        bearsStatus,
        maxAgeNs,
        timeline,
        (entry, late) ->
            batch(text(entry.sequence() + (late ? " late " : " ")).then(entry.body())));
  }

  Rig(
      MqttSettings settings,
      String route,
      boolean bearsStatus,
      long maxAgeNs,
      Timeline timeline,
      Envelope envelope) {
    uplink = new MqttUplink(
        settings,
        new Origin(new DeviceName("f", "d1"), route, bearsStatus),
        new StatusSource() {
          @Override
          public Bytes online() {
            return text("online " + statusVersion.get());
          }

          @Override
          public Bytes offline() {
            return text("offline");
          }

          @Override
          public long version() {
            return statusVersion.get();
          }
        },
        timeline,
        health,
        stop);
    outlet = uplink.outlet(new Channel(
        route,
        envelope,
        id -> missing.contains(id) ? Optional.empty() : Optional.of(text("schema " + id)),
        maxAgeNs));
  }

  /** What leaves as a batch. */
  static List<Message> batch(Bytes body) {
    return List.of(new Message(DATA, "caravan.v1.Batch", body));
  }

  /** An entry of now. */
  static Entry entry(long sequence, Bytes body) {
    return new Entry(
        sequence, System.currentTimeMillis() * 1_000_000, 3, Bytes.ofHex("5c4e"), body);
  }

  /** Sends them in as many turns as it takes on a slow machine; those not begun when the link ended are kept. */
  Receipt send(long from, long to) throws IOException {
    List<Entry> entries = entries(from, to);
    Receipt receipt = turn(entries);
    List<Fate> fates = new ArrayList<>(receipt.fates());
    while (fates.size() < entries.size() && fates.stream().allMatch(this::isTaken)) {
      try {
        receipt = turn(entries.subList(fates.size(), entries.size()));
        fates.addAll(receipt.fates());
      } catch (IOException e) {
        fates.addAll(Collections.nCopies(entries.size() - fates.size(), Fate.KEPT));
      }
    }
    return new Receipt(fates, receipt.why());
  }

  private static List<Entry> entries(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> entry(sequence, Bytes.EMPTY))
        .toList();
  }

  /** Sends of them what one turn has time for. */
  Receipt turn(long from, long to) throws IOException {
    return turn(entries(from, to));
  }

  private Receipt turn(List<Entry> entries) throws IOException {
    return outlet.send(entries, Collections.nCopies(entries.size(), false));
  }

  private boolean isTaken(Fate fate) {
    return fate == Fate.ACCEPTED || fate == Fate.UNHEARD;
  }

  /** The lane from a queue to the uplink. */
  Lane lane(EntryQueue queue) {
    return new Lane("cloud", queue, outlet, Lane.Terms.UNMETERED, new SystemTimeline(), health);
  }

  IOException awaitLoss(Duration within) {
    IOException[] lost = new IOException[1];
    await().atMost(within).until(() -> {
      try {
        uplink.idle();
        return false;
      } catch (IOException e) {
        lost[0] = e;
        return true;
      }
    });
    return lost[0];
  }

  /** The link is idle for so long, and is not lost. */
  void staysUp(Duration during) {
    await().during(during).atMost(during.multipliedBy(4)).until(() -> {
      uplink.idle();
      return true;
    });
  }

  static List<Fate> all(int count, Fate fate) {
    return Collections.nCopies(count, fate);
  }

  static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
