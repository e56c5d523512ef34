package dev.caravan.agent.stage;

import java.util.function.Consumer;

/**
 * One step between the inbox and the queue: takes things in, gives things out, now or later.
 *
 * <p>One thread calls all three methods. A stage has no thread, lock, timer or clock of its own, so the same calls give
 * the same output, always. What it gives to {@code out} may be reused by it after the call returns, unless the type is
 * immutable: a receiver that keeps it copies it.
 *
 * @param <I> what comes in
 * @param <O> what goes out
 */
public interface Stage<I, O> {
  /** Takes one thing in. */
  void accept(I in, Consumer<? super O> out);

  /** Tells the time, epoch nanoseconds; called again and again, also when nothing comes in. */
  default void tick(long nowNs, Consumer<? super O> out) {}

  /** Gives out whatever is still held; nothing comes after it. */
  default void finish(Consumer<? super O> out) {}
}
