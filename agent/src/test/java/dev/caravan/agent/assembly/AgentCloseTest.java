package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Told;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order an agent stops, how long it waits for what, and what it says of that which hangs. */
@Timeout(60)
class AgentCloseTest {
  private final Path folder;
  private final AtomicLong nowNs = new AtomicLong();

  /** The threads that were waited for, and until when, in ms after the beginning. */
  private final List<String> waits = new ArrayList<>();

  AgentCloseTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A source that is open and has nothing to say. */
  private static final class Quiet implements Source {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public String name() {
      return "can0";
    }

    @Override
    public void open() {}

    @Override
    public boolean read(FrameChunk into) throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("closed");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private Agent agent() throws Exception {
    Path file = Files.writeString(folder.resolve("agent.yaml"), """
        device: {id: a, fleet: b}
        routes:
          - name: cloud
            store: {dir: spool}
            uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}
            events: {triggers: [{name: fast, when: can0.Engine.Speed > 100}]}
        """);
    Plan read = Plan.read(file, new Faults());
    SourcePlan quiet = new SourcePlan(
        "can0",
        "quiet",
        "",
        false,
        (timeline, health) -> new Quiet(),
        (signals, health) -> List.of(),
        List.of());
    Plan plan = Plans.with(read, List.of(quiet), read.routes());
    return new Agent(plan, new SystemTimeline(), new Agent.Build("0", "test"));
  }

  /** A stop at which some threads seem to hang: the time that they may take passes at once. */
  private Stopping stopping(Set<String> hanging) {
    return new Stopping(nowNs::get, (thread, mostNs) -> {
      long untilMs = TimeUnit.NANOSECONDS.toMillis(nowNs.get() + mostNs);
      waits.add(thread.getName() + " " + untilMs);
      if (hanging.contains(thread.getName())) {
        nowNs.addAndGet(mostNs);
        return false;
      }
      thread.join();
      return true;
    });
  }

  @Test
  void stopsFromTheFrontToTheBackEachWithItsTime() throws Exception {
    Agent agent = agent();
    agent.start();
    agent.close(stopping(Set.of()));
    assertEquals(
        List.of(
            "source-can0 2000",
            "close-can0 2000",
            "pipeline 4500",
            "courier-cloud 8000",
            "close-store-cloud 9000",
            "close-store-cloud.events 9000"),
        waits);
    assertTrue(agent.isWhole());
    assertEquals(Part.State.ENDED, agent.health().part("store", "cloud").state());
  }

  @ParameterizedTest
  @CsvSource({
    "source-can0, 2000, true",
    "close-can0, 2000, true",
    "pipeline, 4500, false",
    "courier-cloud, 8000, true",
    "close-store-cloud, 9000, false",
    "close-store-cloud.events, 9000, false"
  })
  void whatHangsIsLeftBehindAtItsTimeAndNamed(String thread, long afterMs, boolean isWhole)
      throws Exception {
    Agent agent = agent();
    agent.start();
    Stopping stopping = stopping(Set.of(thread));
    agent.close(stopping);
    assertEquals(6, waits.size());
    assertEquals(List.of(thread), stopping.givenUp());
    assertEquals(afterMs, stopping.tookMs());
    assertEquals(isWhole, agent.isWhole());
  }

  @Test
  void lastLineNamesAllThatHangsAndWhatIsLost() throws Exception {
    Agent agent = agent();
    agent.start();
    List<String> lines = Told.by(() -> agent.close(stopping(Set.of("close-can0", "pipeline"))));
    String last = lines.get(lines.size() - 1);
    assertTrue(
        last.endsWith("agent: stopped: after=4500 ms, gave up waiting for close-can0, pipeline;"
            + " lost is what was not on disk, frames not decoded=0"),
        last);
  }

  @Test
  void whatWasNeverStartedHasEnded() throws Exception {
    Agent agent = agent();
    Stopping stopping = stopping(Set.of());
    agent.close(stopping);
    assertEquals(List.of(), stopping.givenUp());
    assertTrue(agent.isWhole());
  }
}
