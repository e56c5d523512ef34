package dev.caravan.agent.health;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  private final Map<String, Now> remarks = new ConcurrentSkipListMap<>();

  Part() {}

  /** Says how the part is, and in a few words why; the words are empty while all is well. */
  public void set(State state, String why) {
    now = new Now(state, why);
  }

  /**
   * Says more of a part that does its work: of one matter (a bus, the units on it), in a few words. It holds until it is
   * said otherwise.
   *
   * @param matter tells remarks apart, and orders them
   * @param state {@link State#DEGRADED} makes a part that is {@link State#OK} so
   * @param words empty takes the remark back
   */
  public void remark(String matter, State state, String words) {
    if (words.isEmpty()) {
      remarks.remove(matter);
    } else {
      remarks.put(matter, new Now(state, words));
    }
  }

  /** How the part is. */
  public State state() {
    State own = now.state;
    boolean isWorse = own == State.OK
        && remarks.values().stream().anyMatch(remark -> remark.state == State.DEGRADED);
    return isWorse ? State.DEGRADED : own;
  }

  /** Why, in a few words, with all remarks unless the part fails or has ended; may be empty. */
  public String why() {
    Now own = now;
    boolean isWorking = own.state == State.OK || own.state == State.STARTING;
    if (!isWorking || remarks.isEmpty()) {
      return own.why;
    }
    return Stream.concat(Stream.of(own.why), remarks.values().stream().map(Now::why))
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining("; "));
  }
}
