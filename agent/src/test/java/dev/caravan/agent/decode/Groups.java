package dev.caravan.agent.decode;

import java.util.function.Consumer;

/** Groups of samples for tests that look at one sample at a time. */
public final class Groups {
  private Groups() {}

  /** A group of one. */
  public static SampleGroup of(SignalTable table, Sample sample) {
    SampleGroup group = new SampleGroup().begin(table.group(sample.signal()), sample.timeNs());
    group.add(sample);
    return group;
  }

  /** Takes groups apart. */
  public static Consumer<SampleGroup> each(Consumer<? super Sample> out) {
    return group -> group.forEach(out);
  }
}
