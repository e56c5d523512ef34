package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Told;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameWatchTest {
  private static final long SECOND = 1_000_000_000L;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000L * SECOND);
  private final Health health = new Health();
  private final Part part = health.part("source", "gnss");
  private final Counter rubbish = health.counter(Declared.count("source.malformed"), "gnss");

  private FrameWatch watch(Part.State silent) {
    FrameWatch watch = new FrameWatch(
        "gnss",
        new FrameWatch.Meaning("sentence", silent, "is it on?", "lines that are none", "baud?"),
        rubbish::value,
        timeline,
        health);
    part.set(Part.State.OK, "");
    watch.opened();
    return watch;
  }

  private void quiet(FrameWatch watch, int seconds) {
    for (int i = 0; i < 4 * seconds; i++) {
      timeline.advanceNs(SECOND / 4);
      watch.read(0);
    }
  }

  @Test
  void silenceIsToldEveryTenSecondsAndTakenBackByOneFrame() {
    FrameWatch watch = watch(Part.State.OK);
    quiet(watch, 9);
    assertEquals("", part.why());
    quiet(watch, 1);
    assertEquals("no sentence for 10 s: is it on?", part.why());
    quiet(watch, 119);
    assertEquals("no sentence for 120 s: is it on?", part.why());
    assertEquals(Part.State.OK, part.state());
    watch.read(1);
    assertEquals("", part.why());
    quiet(watch, 10);
    assertEquals("no sentence for 10 s: is it on?", part.why());
  }

  @Test
  void silenceThatMayNotBeDegrades() {
    FrameWatch watch = watch(Part.State.DEGRADED);
    quiet(watch, 10);
    assertEquals(Part.State.DEGRADED, part.state());
    watch.opened();
    assertEquals(Part.State.OK, part.state());
  }

  @Test
  void rubbishWithoutAFrameDegradesAndIsCountedSinceTheLastFrame() {
    rubbish.add(1000);
    FrameWatch watch = watch(Part.State.OK);
    watch.read(3);
    rubbish.add(7);
    watch.read(1);
    quiet(watch, 1);
    rubbish.add(55);
    quiet(watch, 9);
    assertEquals("no sentence for 10 s, and 55 lines that are none: baud?", part.why());
    assertEquals(Part.State.DEGRADED, part.state());
  }

  @Test
  void aDisturbanceIsNoRubbish() {
    FrameWatch watch = watch(Part.State.OK);
    rubbish.add(2);
    quiet(watch, 10);
    assertEquals("no sentence for 10 s: is it on?", part.why());
    assertEquals(Part.State.OK, part.state());
  }

  @Test
  void rubbishIsToldThoughSilenceWasToldBefore() throws Exception {
    FrameWatch watch = watch(Part.State.OK);
    List<String> told = Told.by(() -> {
      quiet(watch, 30);
      rubbish.add(5);
      quiet(watch, 30);
      watch.read(1);
    });
    assertEquals(
        List.of(
            "INFO FrameWatch - gnss: no sentence for 10 s",
            "WARN FrameWatch - gnss: no sentence for 40 s, and 5 lines that are none: baud?",
            "INFO FrameWatch - gnss: sentence again, after 60 s"),
        told);
  }
}
