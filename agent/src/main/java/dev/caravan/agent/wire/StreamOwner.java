package dev.caravan.agent.wire;

import java.util.Comparator;

/**
 * Whose stream it is.
 *
 * @param device that sends it
 * @param route by which it goes
 * @param kind what is in it
 */
public record StreamOwner(DeviceName device, String route, StreamKind kind)
    implements Comparable<StreamOwner> {
  private static final Comparator<StreamOwner> ORDER = Comparator.comparing(StreamOwner::device)
      .thenComparing(StreamOwner::route)
      .thenComparing(StreamOwner::kind);

  /** {@code FLEET/DEVICE/ROUTE data}. */
  @Override
  public String toString() {
    return device + "/" + route + " " + kind;
  }

  /** By device, then by route, data before events. */
  @Override
  public int compareTo(StreamOwner other) {
    return ORDER.compare(this, other);
  }
}
