package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;

/** Where the status of the device comes from. The courier's thread calls it. */
public interface StatusSource {
  /** The device is there: how it is now, as bytes of {@code caravan.v1.Status}. */
  Bytes online();

  /** The device is gone; also what the far side makes known when it loses sight of it. */
  Bytes offline();

  /** Changes whenever the status is worth publishing again. */
  long version();
}
