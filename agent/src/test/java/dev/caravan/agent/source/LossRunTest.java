package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Told;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossRunTest {
  private static final long SECOND = 1_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000L * SECOND);
  private final Counter counter = new Health().counter(Declared.count("source.overrun"), "can0");
  private final LossRun run = new LossRun("can0", "frames dropped", counter, timeline);

  @Test
  void eachKindIsToldOnceARunAndTheirSumAtItsEnd() throws Exception {
    List<String> told = Told.by(() -> {
      run.lost(3, "receive_buffer is full");
      run.lost(1, "the controller's receive buffer is full");
      run.lost(40, "receive_buffer is full", () -> "not shown");
      run.tick();
      timeline.advanceNs(11 * SECOND);
      run.tick();
      run.lost(1, "port's buffer full", () -> "port's buffer full: held up for 30 ms");
      run.end();
      run.end();
    });
    assertEquals(
        List.of(
            "WARN LossRun - can0: frames dropped, first: receive_buffer is full",
            "WARN LossRun - can0: frames dropped, first: the controller's receive buffer is full",
            "WARN LossRun - can0: frames dropped came to an end, count=44",
            "WARN LossRun - can0: frames dropped, first: port's buffer full: held up for 30 ms",
            "WARN LossRun - can0: frames dropped came to an end, count=1"),
        told);
    assertEquals(45, counter.value());
  }
}
