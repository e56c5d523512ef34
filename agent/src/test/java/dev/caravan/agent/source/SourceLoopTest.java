package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A source that follows a script of what each call does; waits are a microsecond at most. */
class SourceLoopTest {
  /** What one call of open or read does. */
  private interface Step {
    /** False when there will never be another frame. */
    boolean run(FrameChunk chunk) throws IOException;
  }

  private final Stop stop = new Stop();
  private final Health health = new Health();
  private final Part part = health.part("source", "can0");
  private final Queue<Step> opens = new ArrayDeque<>();
  private final Queue<Step> reads = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private final List<Integer> given = new ArrayList<>();
  private int chunksOut;
  private boolean closeFails;

  private final Source source = new Source() {
    @Override
    public String name() {
      return "can0";
    }

    @Override
    public void open() throws IOException {
      calls.add("open");
      Step step = opens.poll();
      if (step != null) {
        step.run(new FrameChunk("can0", 0));
      }
    }

    @Override
    public boolean read(FrameChunk out) throws IOException {
      calls.add("read");
      Step step = reads.poll();
      return step != null && step.run(out);
    }

    @Override
    public void close() {
      calls.add("close");
      if (closeFails) {
        throw new IllegalStateException("close, on purpose");
      }
    }
  };

  private final SourceLoop.Outlet outlet = new SourceLoop.Outlet() {
    @Override
    public FrameChunk take(String name) {
      assertEquals("can0", name);
      chunksOut++;
      return new FrameChunk(name, 10);
    }

    @Override
    public void give(FrameChunk chunk) {
      chunksOut--;
      given.add(chunk.size());
    }
  };

  /** Runs until the script ends; a read past its end says that the source has ended. */
  private void run() {
    run(new Backoff(1, 1000, new Random(1)));
  }

  private void run(Backoff backoff) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> new SourceLoop(source, outlet, health, stop, backoff).run());
    assertEquals(0, chunksOut, "chunks not given back");
  }

  private static Step frames(int count) {
    return chunk -> {
      for (int i = 0; i < count; i++) {
        chunk.addCan();
      }
      return true;
    };
  }

  private static Step failure(String why) {
    return chunk -> {
      throw new IOException(why);
    };
  }

  private long counter(String name) {
    return health.counter(Declared.count(name), "can0").value();
  }

  @Test
  void framesGoOutChunkByChunkUntilTheSourceEnds() {
    reads.add(frames(3));
    reads.add(frames(0));
    reads.add(frames(2));
    run();
    assertEquals(List.of("open", "read", "read", "read", "read", "close"), calls);
    assertEquals(List.of(3, 0, 2, 0), given);
    assertEquals(5, counter("source.frames"));
    assertEquals(0, counter("source.failures"));
    assertEquals(Part.State.ENDED, part.state());
  }

  @Test
  void lostWireIsClosedAndOpenedAgainAndItsLastFramesAreKept() {
    reads.add(chunk -> {
      frames(2).run(chunk);
      throw new IOException("read /dev/x: errno=5");
    });
    reads.add(frames(1));
    run();
    assertEquals(List.of("open", "read", "close", "open", "read", "read", "close"), calls);
    assertEquals(List.of(2, 1, 0), given);
    assertEquals(3, counter("source.frames"));
    assertEquals(1, counter("source.failures"));
  }

  @Test
  void deviceThatIsAbsentAtFirstIsWaitedFor() {
    for (int i = 0; i < 5; i++) {
      opens.add(failure("open /dev/x: errno=2"));
    }
    List<Part.State> seen = new ArrayList<>();
    List<String> whys = new ArrayList<>();
    opens.add(chunk -> {
      seen.add(part.state());
      whys.add(part.why());
      return true;
    });
    reads.add(frames(1));
    reads.add(chunk -> {
      seen.add(part.state());
      return true;
    });
    run();
    assertEquals(5, counter("source.failures"));
    assertEquals(List.of(Part.State.DEGRADED, Part.State.OK), seen);
    assertEquals(List.of("open /dev/x: errno=2"), whys);
  }

  @Test
  void portThatOpensAndFailsAtOnceStaysDegradedAndWaitsLongerEachTime() {
    List<Part.State> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      reads.add(failure("gone"));
      opens.add(chunk -> seen.add(part.state()));
    }
    List<Long> asked = new ArrayList<>();
    run(new Backoff(1, 1000, new Random(1) {
      @Override
      public long nextLong(long bound) {
        asked.add(bound);
        return 0;
      }
    }));
    assertEquals(
        List.of(Part.State.STARTING, Part.State.DEGRADED, Part.State.DEGRADED, Part.State.DEGRADED),
        seen);
    // Waits of 1, 2, 4 and 8 ns, each with a random part of up to a half.
    assertEquals(List.of(1L, 2L, 3L, 5L), asked);
  }

  @Test
  void frameThatWasReadBringsBackTheFirstWait() {
    List<Long> asked = new ArrayList<>();
    reads.add(failure("gone"));
    reads.add(failure("gone"));
    reads.add(frames(1));
    reads.add(failure("gone"));
    run(new Backoff(1, 1000, new Random(1) {
      @Override
      public long nextLong(long bound) {
        asked.add(bound);
        return 0;
      }
    }));
    assertEquals(List.of(1L, 2L, 1L), asked);
  }

  @Test
  void faultOfTheProgramIsCountedAndDoesNotEndTheLoop() {
    opens.add(chunk -> {
      throw new IllegalStateException("open, on purpose");
    });
    reads.add(chunk -> {
      frames(1).run(chunk);
      throw new IllegalStateException("read, on purpose");
    });
    reads.add(frames(1));
    run();
    assertEquals(2, counter("bugs"));
    assertEquals(2, counter("source.failures"));
    assertEquals(2, counter("source.frames"));
  }

  @Test
  void fullStackOrAMissingClassDoesNotEndTheLoop() {
    opens.add(chunk -> {
      throw new UnsatisfiedLinkError("open, on purpose");
    });
    reads.add(chunk -> {
      throw new StackOverflowError("read, on purpose");
    });
    reads.add(frames(1));
    run();
    assertEquals(2, counter("bugs"));
    assertEquals(2, counter("frames.given_up"));
    assertEquals(1, counter("source.frames"));
  }

  @Test
  void faultInCloseDoesNotEndTheLoop() {
    closeFails = true;
    reads.add(failure("gone"));
    reads.add(frames(1));
    run();
    assertEquals(2, counter("bugs"));
    assertEquals(1, counter("source.frames"));
    assertEquals(2, calls.stream().filter("close"::equals).count());
  }

  @Test
  void errorClosesTheSourceAndGoesUp() {
    reads.add(chunk -> {
      throw new OutOfMemoryError("on purpose");
    });
    SourceLoop loop =
        new SourceLoop(source, outlet, health, stop, new Backoff(1, 1, new Random(1)));
    assertThrows(OutOfMemoryError.class, loop::run);
    assertEquals(List.of("open", "read", "close"), calls);
    assertEquals(0, chunksOut);
  }

  @Test
  void stopEndsReading() {
    reads.add(frames(1));
    reads.add(chunk -> {
      stop.request();
      return frames(2).run(chunk);
    });
    reads.add(frames(100));
    run();
    assertEquals(List.of(1, 2), given);
    assertEquals(List.of("open", "read", "read", "close"), calls);
    assertEquals(Part.State.ENDED, part.state());
  }

  @Test
  void stopEndsTheWaitForADevice() {
    opens.add(chunk -> {
      stop.request();
      throw new IOException("absent");
    });
    run(new Backoff(Long.MAX_VALUE, Long.MAX_VALUE, new Random(1)));
    assertEquals(List.of("open", "close"), calls);
  }

  @Test
  void stopBeforeTheStartOpensNothing() {
    stop.request();
    run();
    assertEquals(List.of(), calls);
    assertEquals(Part.State.ENDED, part.state());
  }

  @Test
  void interruptEndsTheLoopInsteadOfMakingItSpin() {
    opens.add(chunk -> {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    });
    run();
    assertEquals(List.of("open", "close"), calls);
    assertFalse(stop.isRequested());
  }

  @Test
  void failureWithoutWordsIsPutIntoSome() {
    opens.add(chunk -> {
      throw new java.nio.channels.ClosedChannelException();
    });
    List<String> whys = new ArrayList<>();
    opens.add(chunk -> whys.add(part.why()));
    run();
    assertEquals(List.of("closed meanwhile"), whys);
  }

  /** What a remark makes of a source that is read is not its loop's to end. */
  @Test
  void remarkThatDegradesIsKeptWhileTheSourceIsRead() {
    List<String> seen = new ArrayList<>();
    reads.add(chunk -> {
      part.remark("bus", Part.State.DEGRADED, "bus off");
      return true;
    });
    for (int i = 0; i < 2; i++) {
      reads.add(chunk -> {
        seen.add(part.state() + " " + part.why());
        return true;
      });
    }
    run();
    assertEquals(List.of("DEGRADED bus off", "DEGRADED bus off"), seen);
    assertEquals(0, counter("source.failures"));
  }

  @Test
  void sourceThatWasReadToItsEndSaysSo() {
    reads.add(chunk -> false);
    run();
    assertEquals(Part.State.ENDED, part.state());
    assertEquals("read to its end", part.why());
  }
}
