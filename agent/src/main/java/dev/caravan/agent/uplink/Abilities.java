package dev.caravan.agent.uplink;

/**
 * What the far side takes, as far as it is known.
 *
 * @param largestBytes the largest message, with its topic and all that is around it; {@link Long#MAX_VALUE} for no bound
 * @param retains whether what is published to stay is there for who comes later
 */
public record Abilities(long largestBytes, boolean retains) {
  /** Whatever it is given. */
  public static final Abilities ALL = new Abilities(Long.MAX_VALUE, true);
}
