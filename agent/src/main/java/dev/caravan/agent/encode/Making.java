package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.health.Health;
import java.security.SecureRandom;
import java.util.List;

/**
 * What an encoder is made with.
 *
 * @param known signals that will come, so that what tells them need not change when each comes first
 * @param bootId names this start of the agent, the same for all its routes
 * @param bootCount starts of the agent with this route, from 1, as its batches say; of batches themselves what their queue says goes before it
 */
public record Making(
    List<Signal> known, Timeline timeline, Health health, Bytes bootId, long bootCount) {
  private static final int BOOT_ID_BYTES = 8;

  /** Copies the list. */
  public Making {
    known = List.copyOf(known);
  }

  /** A random name for one start of the agent. */
  public static Bytes newBootId() {
    byte[] id = new byte[BOOT_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return Bytes.owning(id);
  }
}
