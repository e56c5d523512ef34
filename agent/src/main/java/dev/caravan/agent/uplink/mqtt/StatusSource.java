package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;

/** Where the retained status of the device comes from. The courier's thread calls it. */
public interface StatusSource {
  /** The device is there: how it is now, as bytes of {@code caravan.v1.Status}. */
  Bytes online();

  /** The device is gone; also what the broker publishes when it loses sight of it. */
  Bytes offline();

  /** Changes whenever the status is worth publishing again. */
  long version();
}
