package dev.caravan.agent.health;

import java.util.function.BooleanSupplier;

/**
 * The body of a thread that goes on for as long as the program: round after round, until one says that it was the last, or a stop is
 * asked for. A fault of the program ends its round and not the thread: {@link Bugs} counts and tells it, then the body is asked what
 * to do. Any other {@link Error} ends the thread, and with it the program.
 */
public final class RunLoop implements Runnable {
  /** What is done. */
  public interface Body {
    /** Does one round, and sees itself to what may heal. @return whether there is to be another */
    boolean round();

    /** A fault of the program has ended a round. @return whether there is to be another */
    default boolean survived(Throwable fault) {
      return true;
    }
  }

  private final Bugs bugs;
  private final BooleanSupplier stop;
  private final Body body;

  /** A loop that asks {@code stop} before each round. */
  public RunLoop(Bugs bugs, BooleanSupplier stop, Body body) {
    this.bugs = bugs;
    this.stop = stop;
    this.body = body;
  }

  @Override
  public void run() {
    boolean more = true;
    while (more && !stop.getAsBoolean()) {
      try {
        more = body.round();
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bugs.survived(e);
        more = body.survived(e);
      }
    }
  }
}
