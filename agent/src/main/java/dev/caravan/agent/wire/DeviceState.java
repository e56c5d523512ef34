package dev.caravan.agent.wire;

/** Whether a device is there. */
public enum DeviceState {
  /** There, at work. */
  ONLINE,
  /** Gone without a word; the broker says it. */
  OFFLINE,
  /** Going in order: told to stop. */
  STOPPING
}
