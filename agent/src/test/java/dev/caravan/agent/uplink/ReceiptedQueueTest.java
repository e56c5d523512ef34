package dev.caravan.agent.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.security.SigningKey;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.LendingQueue;
import dev.caravan.agent.store.Lost;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.store.StoreSettings;
import dev.caravan.agent.wire.StoreReceipt;
import dev.caravan.agent.wire.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a receipt removes, and what it does not. */
class ReceiptedQueueTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final Receipts.Signers ANYBODY = new Receipts.Signers(List.of(), true);

  private final Path folder;
  private final FakeTimeline timeline = new FakeTimeline(1_796_040_000L * SECOND_NS);
  private final Health health = new Health();
  private Store store;
  private Receipts receipts;
  private ReceiptedQueue queue;

  ReceiptedQueueTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void open() throws Exception {
    store = Store.open(
        StoreSettings.usual(folder.resolve("q")), "cloud", Keepers.CLOUD, timeline, health);
    take(ANYBODY);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void take(Receipts.Signers signers) {
    receipts = new Receipts("receipts", "f/d1", signers, "cloud", timeline, health);
    queue = new ReceiptedQueue("cloud", store, receipts, timeline, health);
  }

  private void store(int count) {
    for (int i = 0; i < count; i++) {
      store.append(3, Bytes.EMPTY, Bytes.ofHex("ab"));
    }
  }

  /** Takes up to so many as a broker would, and gives their sequences. */
  private List<Long> send(int atMost) {
    List<Long> sent =
        queue.head(atMost, 1 << 20, 0).stream().map(Entry::sequence).toList();
    queue.remove(sent);
    return sent;
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static StoreReceipt.Range of(long from, long to) {
    return new StoreReceipt.Range(from, to);
  }

  private static StoreReceipt.Part part(long sequence, int parts, int part) {
    return new StoreReceipt.Part(sequence, parts, part);
  }

  private static Bytes unsigned(StoreReceipt receipt) {
    return new StoreReceipt.Signed(receipt.bytes(), Bytes.EMPTY).message();
  }

  private void come(StoreReceipt.Range... ranges) {
    come(new StoreReceipt("f/d1", store.stream(), List.of(ranges), List.of()));
  }

  private void come(StoreReceipt receipt) {
    receipts.arrived(unsigned(receipt));
    queue.idle(0);
  }

  private void come(StoreReceipt.Part... parts) {
    come(new StoreReceipt("f/d1", store.stream(), List.of(), List.of(parts)));
  }

  private long count(String name) {
    return health.counter(Declared.count(name), "cloud").value();
  }

  @Test
  void whatTheBrokerTookStaysUntilAReceiptNamesIt() {
    store(5);
    assertEquals(range(1, 3), send(3));
    assertEquals(5, store.entries());
    assertEquals(range(4, 5), send(3));
    assertEquals(List.of(), send(3));
    come(of(1, 2), of(4, 4));
    assertEquals(2, store.entries());
    assertEquals(3, count("uplink.durable"));
    assertEquals(9, count("uplink.durable_reports"));
    come(of(1, 5));
    assertEquals(0, store.entries());
    assertEquals(5, count("uplink.durable"));
  }

  @Test
  void aReceiptForMoreThanWasSentRemovesWhatWasSent() {
    store(5);
    assertEquals(range(1, 2), send(2));
    come(of(1, Long.MAX_VALUE));
    assertEquals(3, store.entries());
    assertEquals(range(3, 5), send(10));
  }

  @Test
  void partsOfOneDivisionFromAnySendersMakeAWhole() {
    store(2);
    send(2);
    come(part(1, 3, 1), part(1, 3, 3));
    come(part(1, 2, 2));
    assertEquals(2, store.entries());
    come(part(1, 3, 2));
    assertEquals(1, store.entries());
    come(part(2, 2, 1), part(2, 2, 1));
    assertEquals(1, store.entries());
    come(part(2, 2, 2));
    assertEquals(0, store.entries());
  }

  @Test
  void whileNoReceiptComesOneIsSentAgainEachHalfMinute() {
    store(100);
    assertEquals(range(1, 100), send(200));
    timeline.advanceNs(29 * SECOND_NS);
    assertEquals(List.of(), send(200));
    timeline.advanceNs(SECOND_NS);
    assertEquals(List.of(1L), send(200));
    timeline.advanceNs(29 * SECOND_NS);
    assertEquals(List.of(), send(200));
    timeline.advanceNs(SECOND_NS);
    assertEquals(List.of(2L), send(200));
    assertEquals("no receipt says that what was taken is durable: awaiting=100", queue.heldWhy());
    assertEquals(2, count("uplink.again"));
  }

  @Test
  void onceReceiptsComeTheRestIsSentAgainAFewASecond() {
    store(100);
    send(200);
    timeline.advanceNs(30 * SECOND_NS);
    assertEquals(List.of(1L), send(200));
    timeline.advanceNs(30 * SECOND_NS);
    come(of(1, 1));
    assertEquals("", queue.heldWhy());
    assertEquals(range(2, 33), send(200));
    assertEquals(List.of(), send(200));
    timeline.advanceNs(SECOND_NS);
    assertEquals(range(34, 65), send(200));
  }

  @Test
  void theReceiptForTheOneThatWasSentAgainBringsTheRestASecondLater() {
    store(100);
    send(200);
    timeline.advanceNs(30 * SECOND_NS);
    assertEquals(List.of(1L), send(200));
    timeline.advanceNs(SECOND_NS / 5);
    come(of(1, 1));
    assertEquals(List.of(), send(200));
    timeline.advanceNs(SECOND_NS);
    assertEquals(range(2, 33), send(200));
  }

  @Test
  void afterANewConnectionAllIsSentAgain() {
    store(3);
    send(1);
    come(of(1, 1));
    timeline.advanceNs(SECOND_NS);
    assertEquals(range(2, 3), send(5));
    timeline.advanceNs(SECOND_NS);
    queue.linked();
    assertEquals(range(2, 3), send(5));
    assertEquals(List.of(), send(5));
  }

  @Test
  void noMoreAwaitTheirReceiptsThanItRemembers() {
    store(ReceiptedQueue.MOST + 10);
    for (int i = 0; i < ReceiptedQueue.MOST; i += 64) {
      assertEquals(range(i + 1, i + 64), send(64));
    }
    assertEquals(List.of(), send(64));
    come(of(3, 5));
    assertEquals(range(ReceiptedQueue.MOST + 1, ReceiptedQueue.MOST + 3), send(64));
  }

  @Test
  void aReceiptThatComesBeforeTheBrokersAnswerCounts() {
    store(3);
    queue.head(3, 1 << 20, 0);
    come(of(1, 2));
    assertEquals(3, store.entries());
    assertEquals(0, count("uplink.durable"));
    queue.remove(range(1, 3));
    assertEquals(1, store.entries());
    assertEquals(2, count("uplink.durable"));
    assertEquals(6, count("uplink.durable_reports"));
  }

  @Test
  void whatTheBrokerNeverTookIsSentThoughAReceiptNamesIt() {
    store(3);
    queue.head(3, 1 << 20, 0);
    come(of(1, 2));
    queue.linked();
    assertEquals(range(1, 3), send(3));
    assertEquals(3, store.entries());
    come(of(1, 3));
    assertEquals(0, store.entries());
  }

  @Test
  void aLateReceiptCountsForWhatIsAboutToBeSentAgain() {
    store(2);
    send(2);
    timeline.advanceNs(30 * SECOND_NS);
    queue.idle(0);
    assertEquals(1, count("uplink.again"));
    come(of(1, 2));
    assertEquals(List.of(), send(2));
    assertEquals(0, store.entries());
    assertEquals(2, count("uplink.durable"));
  }

  @Test
  void partsOfWhatIsSentAgainAreUnitedWithThoseOfBefore() {
    store(1);
    send(1);
    come(part(1, 2, 1));
    timeline.advanceNs(30 * SECOND_NS);
    assertEquals(List.of(1L), send(1));
    come(part(1, 2, 2));
    assertEquals(0, store.entries());
  }

  @Test
  void aReceiptForAnotherDiskRemovesNothingOfTheSameNumberFromThisOne() throws Exception {
    store(2);
    send(2);
    StreamId former = store.stream();
    Store other = Store.open(
        StoreSettings.usual(folder.resolve("other")), "cloud", Keepers.CLOUD, timeline, health);
    Swapped swapped = new Swapped(store);
    queue = new ReceiptedQueue("cloud", swapped, receipts, timeline, health);
    timeline.advanceNs(30 * SECOND_NS);
    store.giveAgain(range(1, 2));
    assertEquals(range(1, 2), send(2));
    swapped.now = other;
    other.append(3, Bytes.EMPTY, Bytes.ofHex("cd"));
    other.append(3, Bytes.EMPTY, Bytes.ofHex("cd"));
    assertEquals(List.of(1L), send(1));
    come(new StoreReceipt("f/d1", former, List.of(of(1, 2)), List.of()));
    assertEquals(2, other.entries());
    assertEquals(List.of(2L), send(2));
    come(new StoreReceipt("f/d1", former, List.of(of(1, 2)), List.of()));
    assertEquals(2, other.entries());
    come(new StoreReceipt("f/d1", other.stream(), List.of(of(1, 2)), List.of()));
    assertEquals(0, other.entries());
    other.close();
  }

  /** A disk in whose place another comes. */
  private static final class Swapped implements LendingQueue {
    Store now;

    Swapped(Store now) {
      this.now = now;
    }

    @Override
    public List<Entry> head(int atMost, long atMostBytes, long waitNs) {
      return now.head(atMost, atMostBytes, waitNs);
    }

    @Override
    public List<Entry> latest(Predicate<Entry> wanted, int atMost, long atMostBytes) {
      return now.latest(wanted, atMost, atMostBytes);
    }

    @Override
    public void undelivered(long sequence, Lost lost) {
      now.undelivered(sequence, lost);
    }

    @Override
    public void remove(Collection<Long> sequences) {
      now.remove(sequences);
    }

    @Override
    public void setAside(Collection<Long> sequences) {
      now.setAside(sequences);
    }

    @Override
    public void giveAgain(Collection<Long> sequences) {
      now.giveAgain(sequences);
    }

    @Override
    public Place place(long sequence) {
      return now.place(sequence);
    }

    @Override
    public void idle(long waitNs) {
      now.idle(waitNs);
    }
  }

  @Test
  void whatIsRefusedForGoodIsRemovedWithoutAReceipt() {
    store(2);
    queue.head(2, 1 << 20, 0);
    queue.undelivered(1, new Lost(0, 0, 1, 3));
    queue.remove(range(1, 2));
    assertEquals(1, store.entries());
    assertEquals(0, count("uplink.durable"));
  }

  @Test
  void receiptsForOthersAndUnreadableOnesRemoveNothing() {
    store(2);
    send(2);
    come(new StoreReceipt("f/d2", store.stream(), List.of(of(1, 2)), List.of()));
    come(new StoreReceipt("f/d1", StreamId.NONE, List.of(of(1, 2)), List.of()));
    receipts.arrived(Bytes.ofHex("ffff"));
    queue.idle(0);
    assertEquals(3, count("uplink.receipts_ignored"));
    come(new StoreReceipt("f/d1", StreamId.random(), List.of(of(1, 2)), List.of()));
    assertEquals(2, store.entries());
  }

  @Test
  void aReceiptIsTakenFromThoseWhoMaySignAlone() throws Exception {
    KeyPair good = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    KeyPair bad = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    take(new Receipts.Signers(List.of(good.getPublic()), false));
    store(2);
    send(2);
    StoreReceipt receipt = new StoreReceipt("f/d1", store.stream(), List.of(of(1, 2)), List.of());
    receipts.arrived(unsigned(receipt));
    receipts.arrived(
        new StoreReceipt.Signed(receipt.bytes(), SigningKey.sign(bad.getPrivate(), receipt.bytes()))
            .message());
    queue.idle(0);
    assertEquals(2, store.entries());
    assertEquals(2, count("uplink.receipts_ignored"));
    receipts.arrived(new StoreReceipt.Signed(
            receipt.bytes(), SigningKey.sign(good.getPrivate(), receipt.bytes()))
        .message());
    queue.idle(0);
    assertEquals(0, store.entries());
  }

  @Test
  void aFloodOfForgedReceiptsIsNotCheckedWhole() throws Exception {
    KeyPair good = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    take(new Receipts.Signers(List.of(good.getPublic()), false));
    store(1);
    send(1);
    StoreReceipt receipt = new StoreReceipt("f/d1", store.stream(), List.of(of(1, 1)), List.of());
    Bytes forged = new StoreReceipt.Signed(receipt.bytes(), Bytes.owning(new byte[64])).message();
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += receipts.arrived(forged) ? 1 : 0;
    }
    queue.idle(0);
    assertEquals(256, taken);
    assertEquals(256, count("uplink.receipts_ignored"));
    assertEquals(1, store.entries());
  }
}
