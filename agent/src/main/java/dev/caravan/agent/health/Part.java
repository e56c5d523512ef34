package dev.caravan.agent.health;

/**
 * A part of the agent that can be well or not: a source, a route. Safe from any thread.
 *
 * <p>A new part is {@link State#STARTING}.
 */
public final class Part {
  /** How a part is. */
  public enum State {
    /** Not yet well for the first time. */
    STARTING,
    /** Doing its work. */
    OK,
    /** Not doing its work now, and trying again. */
    DEGRADED,
    /** Ended as it should: a log that was read to its end, a part that was told to stop. */
    ENDED
  }

  private record Now(State state, String why) {}

  private volatile Now now = new Now(State.STARTING, "");

  Part() {}

  /** Says how the part is, and in a few words why; the words are empty while all is well. */
  public void set(State state, String why) {
    now = new Now(state, why);
  }

  /** How the part is. */
  public State state() {
    return now.state;
  }

  /** Why, in a few words; may be empty. */
  public String why() {
    return now.why;
  }
}
