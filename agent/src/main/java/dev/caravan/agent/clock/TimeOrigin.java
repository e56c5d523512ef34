package dev.caravan.agent.clock;

/** Where a time of day comes from. */
public enum TimeOrigin {
  /** Not known, or never set since boot. */
  NONE,
  /** The board's battery-backed clock. */
  RTC,
  /** Network time, as the kernel's clock discipline says. */
  NTP,
  /** Precision time protocol, IEEE 1588. */
  PTP,
  /** A satellite receiver. */
  GNSS
}
