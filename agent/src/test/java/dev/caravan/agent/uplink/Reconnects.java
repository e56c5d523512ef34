package dev.caravan.agent.uplink;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Program;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.EntryQueue;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.MqttUplink;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Couriers with real uplinks that connect again and again, with hardly a pause, to far sides that do not keep them: one
 * that accepts and closes, one that refuses the CONNECT, one that lets them in and cuts them off, and a port where
 * nobody listens.
 */
final class Reconnects implements AutoCloseable {
  private static final long PAUSE_NS = 2_000_000;
  private static final long EMPTY_NS = 5_000_000;
  private static final int SERVER_BUSY = 0x89;
  private static final int LET_IN_SHARE = 8;
  private static final long LONGEST_NS = 900_000_000_000L;

  private final LoopbackBroker closing = new LoopbackBroker(0);
  private final LoopbackBroker refusing = new LoopbackBroker(0);
  private final LoopbackBroker cutting = new LoopbackBroker(0);
  private final String nobody;
  private final Health health = new Health();
  private final int couriers;

  /** So many couriers, a quarter of them at each far side. */
  Reconnects(int couriers) throws IOException {
    this.couriers = couriers;
    closing.faults().acceptThenClose(true);
    refusing.faults().refuseConnects(SERVER_BUSY);
    nobody = "tcp://127.0.0.1:" + Program.freePort();
  }

  /** Connections that were tried, whatever became of them, since the start. */
  long attempts() {
    return health.total(Declared.count("uplink.failures"));
  }

  /** Those that came about, of them. */
  long connects() {
    return health.total(Declared.count("uplink.connects"));
  }

  /** Lets them connect until there were so many attempts more, and an eighth as many let in; then all of them have ended. */
  void run(long more) throws InterruptedException {
    long attempts = attempts() + more;
    long connects = connects() + more / LET_IN_SHARE;
    Stop stop = new Stop();
    List<String> urls = List.of(closing.url(), refusing.url(), cutting.url(), nobody);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < couriers; i++) {
      Courier courier = courier("r" + i, urls.get(i % urls.size()), stop);
      threads.add(new Thread(courier, "courier-r" + i));
    }
    threads.forEach(Thread::start);
    long cutAt = connects();
    long untilNs = System.nanoTime() + LONGEST_NS;
    while (attempts() < attempts || connects() < connects) {
      // only those that are let in: else none ever is
      if (connects() > cutAt) {
        cutAt = connects();
        cutting.cut();
      }
      stop.await(5_000_000);
      if (System.nanoTime() > untilNs) {
        break;
      }
    }
    stop.request();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private Courier courier(String route, String url, Stop stop) {
    SystemTimeline timeline = new SystemTimeline();
    Random random = new Random(1);
    MqttUplink uplink = new MqttUplink(
        MqttSettings.of(url, KeyMaterial.ofRuntime()),
        new Origin(new DeviceName("f", "soak"), route, true),
        new Status(),
        timeline,
        health,
        stop);
    Outlet outlet = uplink.outlet(new Channel(
        route,
        (entry, late) -> List.of(new Message("caravan/v1/f/soak/data/x", "", entry.body())),
        id -> Optional.empty(),
        0));
    return new Courier(
        route,
        List.of(new Lane(
            route, new Nothing(stop), outlet, Lane.Terms.UNMETERED, timeline, health, PAUSE_NS)),
        uplink,
        Budget.UNLIMITED,
        timeline,
        health,
        stop,
        new Patience(
            new Backoff(PAUSE_NS, PAUSE_NS, random),
            new Backoff(PAUSE_NS, PAUSE_NS, random),
            new Backoff(PAUSE_NS, PAUSE_NS, random)));
  }

  @Override
  public void close() {
    closing.close();
    refusing.close();
    cutting.close();
  }

  /** A queue without entries. */
  private record Nothing(Stop stop) implements EntryQueue {
    @Override
    public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
      stop.await(Math.min(waitNs, EMPTY_NS));
      return List.of();
    }

    @Override
    public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
      return List.of();
    }

    @Override
    public void remove(Collection<Long> sequences) {}

    @Override
    public void idle(long waitNs) {
      stop.await(Math.min(waitNs, EMPTY_NS));
    }
  }

  /** A status that never changes. */
  static final class Status implements StatusSource {
    private static final Bytes TEXT = Bytes.ofHex("0801");

    @Override
    public Bytes online() {
      return TEXT;
    }

    @Override
    public Bytes offline() {
      return TEXT;
    }

    @Override
    public long version() {
      return 1;
    }
  }
}
