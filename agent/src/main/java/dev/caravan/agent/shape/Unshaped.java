package dev.caravan.agent.shape;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.stage.Stage;
import java.util.function.Consumer;

/**
 * Lets everything pass as it is: all that there is to do in a route without rules, and with what passes the rules of another.
 * The samples of a group that a fault of the program keeps from being sent are counted as withheld. One thread.
 */
public final class Unshaped implements Stage<SampleGroup, Report> {
  private final Counter withheld;
  private final Reading reading = new Reading();

  /** {@code withheld}: {@code shape.withheld} of the route. */
  public Unshaped(Counter withheld) {
    this.withheld = withheld;
  }

  @Override
  public void accept(SampleGroup group, Consumer<? super Report> out) {
    boolean isSent = false;
    try {
      out.accept(reading.of(group));
      isSent = true;
    } finally {
      if (!isSent) {
        withheld.add(group.size());
      }
    }
  }
}
