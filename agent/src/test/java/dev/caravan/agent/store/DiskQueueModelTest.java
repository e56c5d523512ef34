package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Long random lives of a queue, each from a seed that the name of the test shows, against what must be so. */
class DiskQueueModelTest {
  private static final int STEPS = 400;

  private final Path dir;
  private final Queues queues;

  DiskQueueModelTest(@TempDir Path temporary) {
    dir = temporary.resolve("q");
    queues = new Queues(dir);
  }

  static IntStream seeds() {
    int first = Integer.getInteger("caravan.store.seed", 0);
    return IntStream.range(first, first + Integer.getInteger("caravan.store.seeds", 60));
  }

  private static StoreSettings settings(Path dir, long maxBytes, Random random) {
    return new StoreSettings(
        dir, maxBytes, 0, SECOND_NS, 512L << random.nextInt(4), 1024L << random.nextInt(7));
  }

  /** Nothing fails and nothing is full: the queue is a list. */
  @ParameterizedTest
  @MethodSource("seeds")
  void withoutLossesItIsAList(int seed) throws IOException {
    Random random = new Random(seed);
    queues.settings = settings(dir, 1 << 30, random);
    PowerCutDisk memory = new PowerCutDisk();
    FaultyDisk disk = new FaultyDisk(memory);
    ArrayDeque<Entry> model = new ArrayDeque<>();
    long next = 1;
    DiskQueue queue = queues.open(disk);
    for (int step = 0; step < STEPS; step++) {
      queues.timeline.advanceNs(random.nextInt(1_000_000_000));
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> {
          Bytes body = body(next, random.nextInt(20) == 0 ? 3000 : random.nextInt(300));
          assertEquals(next, queue.append(random.nextInt(5), SCHEMA, body));
          model.add(queue.newest().orElseThrow());
          assertEquals(body, queue.newest().orElseThrow().body());
          next++;
        }
        case 5, 6 -> {
          List<Entry> head = queue.head(1 + random.nextInt(9), random.nextInt(2000), 0);
          assertEquals(model.stream().limit(head.size()).toList(), head);
          assertEquals(model.isEmpty(), head.isEmpty());
        }
        case 7 -> {
          List<Entry> head = queue.head(1 + random.nextInt(20), 1 << 20, 0);
          int count = head.isEmpty() ? 0 : random.nextInt(head.size()) + 1;
          if (count > 0) {
            queue.remove(Queues.sequences(head.subList(0, count)));
          }
          assertEquals(
              head.subList(0, count),
              IntStream.range(0, count).mapToObj(i -> model.remove()).toList());
        }
        case 8 -> queue.sync();
        default -> {
          if (random.nextBoolean()) {
            queue.close();
          } else {
            Queues.kill(queue, disk);
          }
          disk = new FaultyDisk(memory);
          queue = queues.open(disk);
        }
      }
      assertEquals(model.size(), queue.entries());
    }
    assertEquals(List.copyOf(model), Queues.drain(queue));
    assertEquals(0, queues.count("store.corrupt"));
    queue.close();
  }

  /** Over the allowance the oldest go, and what was appended is what was delivered, evicted or is left. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsEvictedIsCountedExactly(int seed) throws IOException {
    Random random = new Random(1000 + seed);
    // which entries were dropped from memory is known until the queue ends, so either there is
    // memory or there is no end
    boolean reopens = random.nextBoolean();
    long memoryMaxBytes = reopens ? 1 << 20 : 1024L << random.nextInt(4);
    queues.settings =
        new StoreSettings(dir, 40_000, 0, SECOND_NS, 512L << random.nextInt(4), memoryMaxBytes);
    PowerCutDisk disk = new PowerCutDisk();
    DiskQueue queue = queues.open(disk);
    long appended = 0;
    long appendedReports = 0;
    long delivered = 0;
    long deliveredReports = 0;
    long evicted = 0;
    long evictedReports = 0;
    long highest = 0;
    for (int step = 0; step < STEPS; step++) {
      queues.timeline.advanceNs(random.nextInt(1_000_000_000));
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4, 5, 6 -> {
          int reports = random.nextInt(5);
          appended++;
          appendedReports += reports;
          assertEquals(
              appended, queue.append(reports, SCHEMA, body(appended, random.nextInt(900))));
        }
        case 7, 8 -> {
          List<Entry> head = queue.head(1 + random.nextInt(6), 1 << 20, 0);
          // the pipeline goes on while the courier is out, and may evict what it carries
          for (int i = random.nextInt(40); i > 0; i--) {
            appended++;
            appendedReports += 2;
            queue.append(2, SCHEMA, body(appended, random.nextInt(900)));
          }
          int count = random.nextInt(head.size() + 1);
          for (Entry each : head.subList(0, count)) {
            assertTrue(each.sequence() > highest, "once, as nothing was reopened without an end");
            highest = each.sequence();
            assertEquals(body(highest, each.body().length()), each.body());
            delivered++;
            deliveredReports += each.reports();
          }
          if (count > 0) {
            queue.remove(Queues.sequences(head.subList(0, count)));
          }
        }
        case 9, 10 -> queue.sync();
        default -> {
          if (!reopens) {
            continue;
          }
          queue.close();
          evicted += queues.count("store.evicted_batches");
          evictedReports += queues.count("store.evicted");
          queue = queues.open(disk);
        }
      }
      assertTrue(queue.sizeBytes() <= queues.settings.maxBytes(), "sizeBytes=" + queue.sizeBytes());
    }
    List<Entry> left = Queues.drain(queue);
    queue.close();
    evicted += queues.count("store.evicted_batches");
    evictedReports += queues.count("store.evicted");
    assertEquals(appended, delivered + left.size() + evicted);
    long leftReports = left.stream().mapToLong(Entry::reports).sum();
    assertEquals(appendedReports, deliveredReports + leftReports + evictedReports);
    assertTrue(evicted > 0, "the allowance is small");
    assertEquals(0, queues.count("store.corrupt"));
  }

  /** The newest go first now and then, over the allowance the oldest are evicted: each entry leaves once, counted exactly. */
  @ParameterizedTest
  @MethodSource("seeds")
  void removedInAnyOrderEachEntryLeavesOnce(int seed) throws IOException {
    Random random = new Random(3000 + seed);
    queues.settings = new StoreSettings(
            dir, 40_000, 0, SECOND_NS, 512L << random.nextInt(4), 1 << 20)
        .with(List.of(WhenFull.DROP_OLDEST, WhenFull.THIN, WhenFull.REFUSE).get(seed % 3));
    DiskQueue queue = queues.open(new PowerCutDisk());
    Set<Long> delivered = new HashSet<>();
    long deliveredReports = 0;
    long appended = 0;
    long appendedReports = 0;
    for (int step = 0; step < STEPS; step++) {
      queues.timeline.advanceNs(random.nextInt(1_000_000_000));
      for (int i = random.nextInt(4); i > 0; i--) {
        int reports = random.nextInt(5);
        appended++;
        appendedReports += reports;
        queue.append(reports, SCHEMA, body(appended, random.nextInt(900)));
      }
      List<Entry> out = new java.util.ArrayList<>(queue.head(1 + random.nextInt(5), 1 << 20, 0));
      long newerThan = appended - random.nextInt(5);
      out.addAll(queue.latest(entry -> entry.sequence() > newerThan, 4, 1 << 20));
      for (int i = random.nextInt(8); i > 0; i--) {
        appended++;
        appendedReports += 2;
        queue.append(2, SCHEMA, body(appended, random.nextInt(900)));
      }
      out.removeIf(entry -> random.nextInt(3) == 0);
      for (Entry each : out) {
        assertTrue(delivered.add(each.sequence()), "sequence " + each.sequence() + " came again");
        assertEquals(body(each.sequence(), each.body().length()), each.body());
        deliveredReports += each.reports();
      }
      queue.remove(Queues.sequences(out));
    }
    List<Entry> left = Queues.drain(queue);
    assertEquals(0, queue.entries());
    queue.close();
    left.forEach(each -> assertTrue(delivered.add(each.sequence()), "sequence " + each.sequence()));
    deliveredReports += left.stream().mapToLong(Entry::reports).sum();
    assertEquals(appended, delivered.size() + queues.count("store.evicted_batches"));
    assertEquals(appendedReports, deliveredReports + queues.count("store.evicted"));
    assertTrue(queues.count("store.evicted") > 0, "the allowance is small");
    assertEquals(0, queues.count("store.corrupt"));
  }

  /** Some of what is out is set aside, to be removed or given again later: each entry leaves once, counted exactly. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsSetAsideLeavesOnceAndIsNotGivenMeanwhile(int seed) throws IOException {
    Random random = new Random(4000 + seed);
    WhenFull full = seed % 2 == 0 ? WhenFull.DROP_OLDEST : WhenFull.THIN;
    queues.settings =
        new StoreSettings(dir, 40_000, 0, SECOND_NS, 512L << random.nextInt(4), 1 << 20).with(full);
    DiskQueue queue = queues.open(new PowerCutDisk());
    Map<Long, Entry> aside = new HashMap<>();
    Map<Long, Integer> reportsOf = new HashMap<>();
    long delivered = 0;
    long deliveredReports = 0;
    for (int step = 0; step < STEPS; step++) {
      queues.timeline.advanceNs(random.nextInt(1_000_000_000));
      for (int i = random.nextInt(9); i > 0; i--) {
        int reports = random.nextInt(5);
        long sequence = queue.append(reports, SCHEMA, body(step, random.nextInt(900)));
        reportsOf.put(sequence, reports);
      }
      List<Entry> out = new java.util.ArrayList<>(queue.head(1 + random.nextInt(9), 1 << 20, 0));
      long newerThan = (long) reportsOf.size() - random.nextInt(5);
      out.addAll(queue.latest(entry -> entry.sequence() > newerThan, 4, 1 << 20));
      for (Entry each : out) {
        assertTrue(!aside.containsKey(each.sequence()), "set aside, and given out");
      }
      List<Entry> some = out.stream().filter(each -> random.nextBoolean()).toList();
      queue.setAside(Queues.sequences(some));
      some.forEach(each -> aside.put(each.sequence(), each));
      List<Entry> rest = out.stream()
          .filter(each -> !some.contains(each) && random.nextBoolean())
          .toList();
      queue.remove(Queues.sequences(rest));
      delivered += rest.size();
      deliveredReports += rest.stream().mapToLong(Entry::reports).sum();
      List<Long> again =
          aside.keySet().stream().filter(each -> random.nextInt(9) == 0).toList();
      queue.giveAgain(again);
      aside.keySet().removeAll(again);
      if (full == WhenFull.THIN) {
        // what is left is not known before the end
        continue;
      }
      aside.keySet().retainAll(Set.copyOf(Queues.sequences(queue.left().entries())));
      List<Entry> settled =
          aside.values().stream().filter(each -> random.nextInt(5) == 0).toList();
      queue.remove(Queues.sequences(settled));
      aside.values().removeAll(settled);
      delivered += settled.size();
      deliveredReports += settled.stream().mapToLong(Entry::reports).sum();
    }
    queue.giveAgain(aside.keySet());
    List<Entry> left = Queues.drain(queue);
    assertEquals(0, queue.entries());
    queue.close();
    assertEquals(reportsOf.size(), delivered + left.size() + queues.count("store.evicted_batches"));
    assertEquals(
        reportsOf.values().stream().mapToLong(each -> each).sum(),
        deliveredReports
            + left.stream().mapToLong(Entry::reports).sum()
            + queues.count("store.evicted"));
    assertTrue(queues.count("store.evicted") > 0, "the allowance is small");
    assertEquals(0, queues.count("store.corrupt"));
  }

  /** The power goes, now and then with calls failing before: what was handed out or synced is there, and the same. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aPowerCutTakesNothingThatWasHandedOutOrSynced(int seed) throws IOException {
    Random random = new Random(2000 + seed);
    // memory enough for what the disk does not take, so that nothing is evicted
    queues.settings =
        new StoreSettings(dir, 1 << 20, 0, SECOND_NS, 512L << random.nextInt(4), 64 << 10);
    PowerCutDisk memory = new PowerCutDisk();
    Map<Long, Bytes> ever = new HashMap<>();
    Set<Long> promised = new HashSet<>();
    long removed = 0;
    for (int life = 0; life < 12; life++) {
      FaultyDisk disk = new FaultyDisk(memory);
      DiskQueue queue = queues.open(disk);
      if (random.nextInt(3) == 0) {
        int every = 5 + random.nextInt(60);
        FaultyDisk.Fault[] kinds = {FaultyDisk.Fault.TORN, FaultyDisk.Fault.ERROR};
        disk.failWhen(call -> call % every == 0, kinds[random.nextInt(2)]);
      }
      Map<Long, Bytes> thisLife = new HashMap<>();
      for (int step = random.nextInt(80); step >= 0; step--) {
        queues.timeline.advanceNs(random.nextInt(2_000_000_000));
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> {
            Bytes body = body(random.nextLong(), random.nextInt(700));
            long sequence = queue.append(1, SCHEMA, body);
            assertTrue(!promised.contains(sequence), "sequence " + sequence + " is used again");
            thisLife.put(sequence, body);
          }
          case 4, 5 -> {
            List<Entry> head = queue.head(1 + random.nextInt(9), 1 << 20, 0);
            for (Entry each : head) {
              Bytes before = thisLife.getOrDefault(each.sequence(), ever.get(each.sequence()));
              assertEquals(before, each.body(), "life " + life + ", sequence " + each.sequence());
              promised.add(each.sequence());
            }
            if (!head.isEmpty() && random.nextBoolean()) {
              removed = Math.max(removed, head.get(head.size() - 1).sequence());
              queue.remove(Queues.sequences(head));
            }
          }
          case 6 -> {
            try {
              queue.sync();
              promised.addAll(thisLife.keySet());
            } catch (IOException e) {
              // then it promised nothing
            }
          }
          default -> queue.idle(0);
        }
      }
      long evicted = queues.count("store.evicted_batches");
      assertEquals(0, evicted, "memory is enough");
      memory.cutPower(random);
      Queues.kill(queue, disk);
      ever.putAll(thisLife);
      checkPromise(memory, promised, removed, ever, "life " + life);
    }
  }

  private void checkPromise(
      PowerCutDisk memory, Set<Long> promised, long removed, Map<Long, Bytes> ever, String where)
      throws IOException {
    FaultyDisk disk = new FaultyDisk(memory);
    DiskQueue queue = queues.open(disk);
    Set<Long> missing = new HashSet<>(promised);
    missing.removeIf(sequence -> sequence <= removed);
    long before = 0;
    List<Entry> all = queue.head(Integer.MAX_VALUE, Long.MAX_VALUE, 0);
    for (Entry each : all) {
      assertTrue(each.sequence() > before, where);
      before = each.sequence();
      assertEquals(ever.get(each.sequence()), each.body(), where + ", sequence " + before);
      missing.remove(each.sequence());
    }
    assertEquals(Set.of(), missing, where);
    long highest = promised.stream().mapToLong(Long::longValue).max().orElse(0);
    assertTrue(
        queue.newest().map(Entry::sequence).orElse(0L) >= highest, where + ": newest is there");
    Queues.kill(queue, disk);
  }
}
