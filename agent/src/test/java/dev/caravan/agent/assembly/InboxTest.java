package dev.caravan.agent.assembly;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.caravan.agent.Declared;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.SourceLoop;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final Health health = new Health();
  private final Inbox inbox = new Inbox();

  private static void give(SourceLoop.Outlet outlet, int id) {
    FrameChunk chunk = outlet.take("can0");
    chunk.addCan().set(1, id, 0, new byte[0], 0, 0);
    outlet.give(chunk);
  }

  private static int firstId(FrameChunk chunk) {
    return ((CanFrame) chunk.frame(0)).id();
  }

  @Test
  void chunksComeOutInTheOrderGiven() throws InterruptedException {
    SourceLoop.Outlet outlet = inbox.outlet("can0", false, health);
    give(outlet, 1);
    give(outlet, 2);
    assertEquals(1, firstId(assertNotNullChunk(inbox.poll(0))));
    inbox.recycle();
    assertEquals(2, firstId(assertNotNullChunk(inbox.poll(0))));
    inbox.recycle();
    assertNull(inbox.poll(0));
  }

  private static FrameChunk assertNotNullChunk(
      @org.jspecify.annotations.Nullable FrameChunk chunk) {
    assertNotNull(chunk);
    return java.util.Objects.requireNonNull(chunk);
  }

  @Test
  void quietTrafficUsesOneChunkAgainAndAgain() throws InterruptedException {
    SourceLoop.Outlet outlet = inbox.outlet("can0", false, health);
    give(outlet, 1);
    FrameChunk first = assertNotNullChunk(inbox.poll(0));
    inbox.recycle();
    give(outlet, 2);
    assertSame(first, inbox.poll(0));
  }

  @Test
  void anEmptyChunkIsNotHandedOver() throws InterruptedException {
    SourceLoop.Outlet outlet = inbox.outlet("can0", false, health);
    outlet.give(outlet.take("can0"));
    assertNull(inbox.poll(0));
  }

  @Test
  void aLiveSourceLosesItsNewestFramesAndTheyAreCounted() throws InterruptedException {
    SourceLoop.Outlet outlet = inbox.outlet("can0", false, health);
    for (int id = 0; id < 600; id++) {
      give(outlet, id);
    }
    assertEquals(
        600 - 512, health.counter(Declared.count("inbox.dropped"), "can0").value());
    for (int id = 0; id < 512; id++) {
      assertEquals(id, firstId(assertNotNullChunk(inbox.poll(0))));
      inbox.recycle();
    }
    give(outlet, 700);
    assertEquals(700, firstId(assertNotNullChunk(inbox.poll(0))));
  }

  @Test
  void aLogWaitsForThePipelineAndLosesNothing() throws InterruptedException {
    SourceLoop.Outlet outlet = inbox.outlet("log", true, health);
    Thread writer = new Thread(() -> {
      for (int id = 0; id < 100; id++) {
        give(outlet, id);
      }
    });
    writer.start();
    await().until(() -> writer.getState() == Thread.State.WAITING);
    for (int id = 0; id < 100; id++) {
      assertEquals(id, firstId(assertNotNullChunk(inbox.poll(5_000_000_000L))));
      inbox.recycle();
    }
    writer.join();
    assertEquals(0, health.counter(Declared.count("inbox.dropped"), "log").value());
  }
}
