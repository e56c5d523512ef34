package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every source is held to whose wire may be silent, and may be cut. */
public abstract class WireContractTest extends SourceContractTest {
  /** If it did not, the test would not end in time. */
  @Test
  @Timeout(20)
  void readReturnsByItsTimeoutWhenNothingComes() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      assertTrue(source.read(chunk));
      assertEquals(0, chunk.size());
    }
  }

  @Test
  void aLostWireIsAnIoException() throws IOException {
    try (Rig rig = rig();
        Source source = rig.source()) {
      source.open();
      rig.plug().close();
      FrameChunk chunk = new FrameChunk(source.name(), 64);
      assertThrows(IOException.class, () -> {
        for (int i = 0; i < 10; i++) {
          source.read(chunk);
        }
      });
    }
  }
}
