package dev.caravan.agent.encode;

import dev.caravan.agent.decode.Signal;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is the same in every sample of a signal, made when it comes first. One thread.
 *
 * @param <T> what that is
 */
public final class PerSignal<T> {
  private static final int MORE = 16;

  private final Function<Signal, T> maker;
  private @Nullable Object[] made = {};

  /** What makes it. */
  public PerSignal(Function<Signal, T> maker) {
    this.maker = maker;
  }

  /** That of a signal. */
  @SuppressWarnings("unchecked")
  public T of(Signal signal) {
    int index = signal.index();
    Object found = index < made.length ? made[index] : null;
    return found == null ? make(signal) : (T) found;
  }

  private T make(Signal signal) {
    if (signal.index() >= made.length) {
      made = Arrays.copyOf(made, Math.max(2 * made.length, signal.index() + MORE));
    }
    T one = maker.apply(signal);
    made[signal.index()] = one;
    return one;
  }
}
