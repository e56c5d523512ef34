package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every source that reads a wire is held to. A source's own test extends this and says what its far end is.
 */
@Timeout(120)
public abstract class SourceContractTest {
  /** Lets bytes arrive at a source. */
  public interface FarEnd {
    /** Sends them all. */
    void send(byte[] bytes) throws IOException;
  }

  /**
   * A source and the far end of its wire.
   *
   * @param source not yet open
   * @param health where the source counts
   * @param plug closed, it cuts the wire, as pulling it does; closing twice is fine
   */
  public record Rig(Source source, Health health, FarEnd farEnd, Closeable plug)
      implements AutoCloseable {
    void send(byte[] bytes) throws IOException {
      farEnd.send(bytes);
    }

    void cut() throws IOException {
      plug.close();
    }

    @Override
    public void close() throws IOException {
      plug.close();
    }
  }

  /** A source whose far end is there and ready. */
  protected abstract Rig rig() throws IOException;

  /** Bytes of a wire as they really come: several frames, the last one complete. Short: each cut of it is tried. */
  protected abstract byte[] capture();

  /** The frames in the capture, as {@link Object#toString()} tells them, without their times. */
  protected abstract List<String> frames();

  private static List<String> readAll(Source source, int atLeast) throws IOException {
    List<String> found = new ArrayList<>();
    FrameChunk chunk = new FrameChunk(source.name(), 64);
    long endNs = System.nanoTime() + 10_000_000_000L;
    while (found.size() < atLeast && System.nanoTime() < endNs) {
      chunk.clear();
      source.read(chunk);
      for (int i = 0; i < chunk.size(); i++) {
        found.add(chunk.frame(i).toString());
      }
    }
    return found;
  }

  @Test
  void everySplitOfACaptureGivesTheSameFrames() throws IOException {
    byte[] capture = capture();
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      for (int cut = 0; cut <= capture.length; cut++) {
        List<String> found = new ArrayList<>();
        rig.send(Arrays.copyOfRange(capture, 0, cut));
        chunk.clear();
        if (cut > 0) {
          source.read(chunk);
        }
        for (int i = 0; i < chunk.size(); i++) {
          found.add(chunk.frame(i).toString());
        }
        rig.send(Arrays.copyOfRange(capture, cut, capture.length));
        found.addAll(readAll(source, frames().size() - found.size()));
        assertEquals(frames(), found, "cut at " + cut);
      }
      assertEquals(0, rig.health().total("source.malformed"));
    }
  }

  @Test
  void aChunkThatHoldsOneFrameLosesNone() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      rig.send(capture());
      List<String> found = new ArrayList<>();
      FrameChunk one = new FrameChunk(source.name(), 1);
      for (int i = 0; i < 100 && found.size() < frames().size(); i++) {
        one.clear();
        source.read(one);
        if (one.size() == 1) {
          found.add(one.frame(0).toString());
        }
      }
      assertEquals(frames(), found);
    }
  }

  @Test
  void noiseIsCountedNotThrown() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      Random random = new Random(20261123);
      byte[] noise = new byte[2000];
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      for (int i = 0; i < 20; i++) {
        random.nextBytes(noise);
        rig.send(noise);
        chunk.clear();
        source.read(chunk);
      }
      rig.send(new byte[] {'\r', '\n', '\r', '\n'});
      chunk.clear();
      source.read(chunk);
      assertTrue(rig.health().total("source.malformed") > 0);
      rig.send(capture());
      List<String> found = readAll(source, frames().size());
      int from = Math.max(0, found.size() - frames().size());
      assertEquals(frames(), found.subList(from, found.size()));
    }
  }

  @Test
  void readReturnsByItsTimeoutWhenNothingComes() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      long startNs = System.nanoTime();
      assertTrue(source.read(chunk));
      long tookMs = (System.nanoTime() - startNs) / 1_000_000;
      assertEquals(0, chunk.size());
      assertTrue(tookMs < 1000, "took " + tookMs + " ms");
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
        rig.send(capture());
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
      rig.send(capture());
      assertEquals(frames(), readAll(source, frames().size()));
      source.close();
    }
  }

  @Test
  void aLostWireIsAnIoException() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      rig.cut();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      assertThrows(IOException.class, () -> {
        for (int i = 0; i < 10; i++) {
          source.read(chunk);
        }
      });
    }
  }
}
