package dev.caravan.agent.encode;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.stage.Stage;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes bodies of reports, and goes on from what a queue holds of earlier ones. What a format does not tell, its encoder need not do:
 * one whose bodies say nothing of others only {@link #accept}s.
 *
 * <p>Before the first report come {@link #restore}, {@link #lostBefore} and {@link #streamHasName}, in this order, if at all. The pipeline's
 * thread calls all methods but {@link #retelling}.
 */
public interface Encoder extends Stage<Report, Payload> {
  /** Goes on from a queue to which it told bodies anew. */
  interface GoingOver {
    /** Behind what was told anew there, where so much was lost. */
    void behind(Retelling told, Losses lost);
  }

  /**
   * Whether what is open has all that fits: then it is ticked before the next frame comes, else once for many frames. Asked after
   * each frame, so it only compares.
   */
  default boolean isFull() {
    return false;
  }

  /** Gives out now what is open, if anything is. */
  default void flush(Consumer<? super Payload> out) {}

  /**
   * Goes on from the newest body that was stored before this start.
   *
   * @throws MalformedMessageException if it is none of this format; then nothing has changed
   */
  default void restore(Bytes newestBody) throws MalformedMessageException {}

  /**
   * Goes on from what the store knows to be lost before this start, where that is more than the newest body says.
   *
   * @param reportsBehindNewest reports in bodies behind the newest, which were lost
   */
  default void lostBefore(Losses lost, long reportsBehindNewest) {}

  /** The stream has a name, which with the count of boots stands for the id of the boot. */
  default void streamHasName() {}

  /** Starts of the agent with this route, from 1, as far as its bodies tell. */
  default long bootCount() {
    return 1;
  }

  /**
   * Begins to tell bodies anew as bodies of another queue. Any thread.
   *
   * @param newestBody the newest one there
   * @param lost what was lost there
   */
  default Retelling retelling(Optional<Bytes> newestBody, Losses lost) {
    return Retelling.AS_THEY_ARE;
  }

  /** Asked before the last bodies are told anew, so that what is counted meanwhile is told twice, not never. */
  default GoingOver goingOver() {
    return (told, lost) -> {};
  }
}
