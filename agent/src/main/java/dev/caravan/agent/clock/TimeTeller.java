package dev.caravan.agent.clock;

/** Something that learns the time from outside, and tells it. */
public interface TimeTeller {
  /** Whether it is meant to. */
  boolean tellsTime();

  /** From now on tells {@code fixes}; called before anything runs. */
  void tellTo(TimeFixes fixes);
}
