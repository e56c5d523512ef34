package dev.caravan.agent.uplink;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every uplink promises its courier. One class for each uplink extends it. */
public abstract class UplinkContractTest {
  /** The far side of an uplink, which can misbehave. */
  public interface FarSide extends AutoCloseable {
    /** An uplink that leads there. */
    Uplink uplink();

    /** Where entries go that arrive there. */
    Outlet outlet();

    /** The sequences of the entries that arrived, in the order of their first arrival. */
    List<Long> arrived();

    /** Takes entries, but answers none. */
    void withholdAnswers(boolean on);

    /** Refuses each entry for good. */
    void refuseForGood(boolean on);

    /** Refuses each entry for now. */
    void refuseForNow(boolean on);

    /** Cuts the link. */
    void cut();

    @Override
    void close();
  }

  private FarSide farSide;
  private Uplink uplink;
  private Outlet outlet;

  /** A far side that behaves. */
  protected abstract FarSide farSide() throws IOException;

  @BeforeEach
  void open() throws IOException {
    farSide = farSide();
    uplink = farSide.uplink();
    outlet = farSide.outlet();
    uplink.open();
  }

  @AfterEach
  void close() {
    uplink.close();
    farSide.close();
  }

  /** Entries of those sequences. */
  protected static List<Entry> entries(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> new Entry(
            sequence,
            System.currentTimeMillis() * 1_000_000,
            3,
            Bytes.ofHex("5c4e"),
            Bytes.of(Long.toString(sequence).getBytes(java.nio.charset.StandardCharsets.UTF_8))))
        .toList();
  }

  /** None of so many is late. */
  protected static List<Boolean> onTime(List<Entry> entries) {
    return Collections.nCopies(entries.size(), false);
  }

  private Receipt send(long from, long to) throws IOException {
    List<Entry> entries = entries(from, to);
    return outlet.send(entries, onTime(entries));
  }

  private void awaitArrived(long from, long to) {
    List<Long> all = LongStream.rangeClosed(from, to).boxed().toList();
    await().untilAsserted(() -> assertEquals(all, farSide.arrived()));
  }

  @Test
  void entriesArriveInTheirOrderAndAreAccepted() throws IOException {
    assertEquals(Collections.nCopies(100, Fate.ACCEPTED), send(1, 100).fates());
    awaitArrived(1, 100);
  }

  @Test
  void nothingIsSettledWithoutAnAnswer() throws IOException {
    assertEquals(List.of(Fate.ACCEPTED), send(1, 1).fates());
    farSide.withholdAnswers(true);
    Thread cutter = new Thread(() -> {
      await().until(() -> farSide.arrived().size() > 1);
      farSide.cut();
    });
    cutter.start();
    assertThrows(IOException.class, () -> send(2, 4));
    assertThrows(IOException.class, () -> uplink.idle());
  }

  @Test
  void refusedForGoodIsNotALostLink() throws IOException {
    assertEquals(List.of(Fate.ACCEPTED), send(1, 1).fates());
    farSide.refuseForGood(true);
    assertEquals(List.of(Fate.REJECTED, Fate.REJECTED), send(2, 3).fates());
    farSide.refuseForGood(false);
    assertEquals(List.of(Fate.ACCEPTED), send(4, 4).fates());
    uplink.idle();
    await().until(() -> farSide.arrived().equals(List.of(1L, 4L)));
  }

  @Test
  void refusedForNowIsKept() throws IOException {
    farSide.refuseForNow(true);
    assertTrue(
        send(1, 2).fates().stream().allMatch(fate -> fate == Fate.KEPT || fate == Fate.REFUSED));
    farSide.refuseForNow(false);
    assertEquals(List.of(Fate.ACCEPTED, Fate.ACCEPTED), send(1, 2).fates());
    awaitArrived(1, 2);
  }

  @Test
  void afterACutItOpensAgainAndSendsFromTheFirstUnsettled() throws IOException {
    assertEquals(List.of(Fate.ACCEPTED, Fate.ACCEPTED), send(1, 2).fates());
    farSide.cut();
    await().until(() -> {
      try {
        uplink.idle();
        return false;
      } catch (IOException e) {
        return true;
      }
    });
    assertThrows(IOException.class, () -> send(3, 4));
    uplink.open();
    assertEquals(List.of(Fate.ACCEPTED, Fate.ACCEPTED), send(3, 4).fates());
    awaitArrived(1, 4);
  }

  @Test
  void closingTwiceIsFineAndSendingThenIsALostLink() {
    uplink.close();
    uplink.close();
    assertThrows(IOException.class, () -> send(1, 1));
    assertTrue(farSide.arrived().isEmpty());
  }

  @Test
  void nothingToSendIsNothing() throws IOException {
    assertEquals(List.of(), outlet.send(List.of(), List.of()).fates());
  }
}
