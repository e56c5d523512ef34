package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every source is held to. A source's own test extends this, or what is built on it: {@link WireContractTest} for a wire that
 * can be cut, {@link StreamContractTest} for one whose bytes come in pieces.
 */
@Timeout(120)
public abstract class SourceContractTest {
  /** Makes the far end give, once more, what the frames are in. */
  public interface FarEnd {
    /** Gives it, or has it given when it is asked for. */
    void give() throws IOException;
  }

  /**
   * A source and its far end.
   *
   * @param source not yet open
   * @param health where the source counts
   * @param plug closed, it cuts the wire, as pulling it does; closing twice is fine
   */
  public record Rig(Source source, Health health, FarEnd farEnd, Closeable plug)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      plug.close();
    }
  }

  /** A source whose far end is there and ready. */
  protected abstract Rig rig() throws IOException;

  /** The frames that the far end gives at once, as {@link #shown} tells them. */
  protected abstract List<String> frames();

  /** A frame in words, without its time. */
  protected static String shown(Frame frame) {
    return frame.toString().replaceFirst("timeNs=[0-9]+, ", "");
  }

  static void addTo(List<String> found, FrameChunk chunk) {
    for (int i = 0; i < chunk.size(); i++) {
      found.add(shown(chunk.frame(i)));
    }
  }

  /** Reads until there are so many frames, in chunks of so many. */
  static List<String> readAll(Source source, int atLeast, int capacity) throws IOException {
    List<String> found = new ArrayList<>();
    FrameChunk chunk = new FrameChunk(source.name(), capacity);
    while (found.size() < atLeast) {
      chunk.clear();
      source.read(chunk);
      addTo(found, chunk);
    }
    return found;
  }

  static List<String> readAll(Source source, int atLeast) throws IOException {
    return readAll(source, atLeast, 64);
  }

  @Test
  void aChunkThatHoldsOneFrameLosesNone() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      rig.farEnd().give();
      assertEquals(frames(), readAll(source, frames().size(), 1));
    }
  }

  @Test
  void timesNeverRunBackwards() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      long latestNs = 0;
      for (int i = 0; i < 10; i++) {
        rig.farEnd().give();
        chunk.clear();
        source.read(chunk);
        for (int j = 0; j < chunk.size(); j++) {
          assertTrue(chunk.frame(j).timeNs() >= latestNs);
          latestNs = chunk.frame(j).timeNs();
        }
      }
      assertTrue(latestNs > 0);
    }
  }

  @Test
  void closingTwiceIsFine() throws IOException {
    try (Rig rig = rig()) {
      Source source = rig.source();
      source.close();
      source.open();
      source.close();
      source.close();
      source.open();
      rig.farEnd().give();
      assertEquals(frames(), readAll(source, frames().size()));
      source.close();
    }
  }

  @Test
  void readingWhatIsClosedIsAnIoException() throws IOException {
    try (Rig rig = rig()) {
      Source source = rig.source();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      assertThrows(IOException.class, () -> source.read(chunk));
      source.open();
      source.close();
      assertThrows(IOException.class, () -> source.read(chunk));
      assertEquals(0, chunk.size());
    }
  }

  /** Its thread comes back by an IOException, which is no fault of the program, whatever it was doing. */
  @Test
  void closingFreesWhoeverReads() throws Exception {
    try (Rig rig = rig()) {
      Source source = rig.source();
      source.open();
      CountDownLatch reads = new CountDownLatch(1);
      AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
      Thread reader = new Thread(() -> {
        FrameChunk chunk = new FrameChunk(source.name(), 64);
        try {
          while (true) {
            chunk.clear();
            reads.countDown();
            source.read(chunk);
          }
        } catch (IOException | RuntimeException e) {
          end.set(e);
        }
      });
      reader.start();
      assertTrue(reads.await(10, TimeUnit.SECONDS));
      source.close();
      reader.join(10_000);
      assertFalse(reader.isAlive());
      assertTrue(end.get() instanceof IOException, () -> "ended by " + end.get());
    }
  }

  @Test
  void anotherOpeningGivesWhatComesThen() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      for (int i = 0; i < 2; i++) {
        source.open();
        rig.farEnd().give();
        assertEquals(frames(), readAll(source, frames().size()), "opening " + i);
      }
    }
  }
}
