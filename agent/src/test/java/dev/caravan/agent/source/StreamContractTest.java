package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.health.Health;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every source is held to whose far end talks unasked, on a wire on which bytes come in any pieces. */
public abstract class StreamContractTest extends WireContractTest {
  /** Lets bytes arrive at a source. */
  public interface Sender {
    /** Sends them all. */
    void send(byte[] bytes) throws IOException;
  }

  /** A source, its far end, and what cuts the wire. */
  public record Stream(Source source, Health health, Sender sender, Closeable plug)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      plug.close();
    }
  }

  /** A source whose far end is there and ready. */
  protected abstract Stream stream() throws IOException;

  /** Bytes of a wire as they really come: several frames, the last one complete. Short: each cut of it is tried. */
  protected abstract byte[] capture();

  @Override
  protected final Rig rig() throws IOException {
    Stream stream = stream();
    return new Rig(stream.source, stream.health, () -> stream.sender.send(capture()), stream.plug);
  }

  @Test
  void everySplitOfACaptureGivesTheSameFrames() throws IOException {
    byte[] capture = capture();
    try (Stream stream = stream();
        Source source = stream.source()) {
      source.open();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      for (int cut = 0; cut <= capture.length; cut++) {
        List<String> found = new ArrayList<>();
        stream.sender().send(Arrays.copyOfRange(capture, 0, cut));
        chunk.clear();
        if (cut > 0) {
          source.read(chunk);
        }
        addTo(found, chunk);
        stream.sender().send(Arrays.copyOfRange(capture, cut, capture.length));
        found.addAll(readAll(source, frames().size() - found.size()));
        assertEquals(frames(), found, "cut at " + cut);
      }
      assertEquals(0, stream.health().total(Declared.count("source.malformed")));
    }
  }

  @Test
  void noiseIsCountedNotThrown() throws IOException {
    try (Stream stream = stream();
        Source source = stream.source()) {
      source.open();
      Random random = new Random(20261123);
      byte[] noise = new byte[2000];
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      for (int i = 0; i < 20; i++) {
        random.nextBytes(noise);
        stream.sender().send(noise);
        chunk.clear();
        source.read(chunk);
      }
      stream.sender().send(new byte[] {'\r', '\n', '\r', '\n'});
      chunk.clear();
      source.read(chunk);
      assertTrue(stream.health().total(Declared.count("source.malformed")) > 0);
      stream.sender().send(capture());
      List<String> found = readAll(source, frames().size());
      int from = Math.max(0, found.size() - frames().size());
      assertEquals(frames(), found.subList(from, found.size()));
    }
  }
}
