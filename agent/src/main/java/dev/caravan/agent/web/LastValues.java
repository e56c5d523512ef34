package dev.caravan.agent.web;

import java.util.List;

/** The values seen last, for the page. The thread {@code web} asks, while others go on changing them. */
public interface LastValues {
  /** Where there are none to show. */
  LastValues NONE = List::of;

  /**
   * The value of one signal seen last.
   *
   * @param path name of the signal, {@code Vehicle.Speed}
   * @param value as text, in the unit
   * @param unit empty for none
   * @param timeNs when it was measured, epoch nanoseconds UTC
   * @param quality in a word, {@code ok} where all is well
   */
  record Value(String path, String value, String unit, long timeNs, String quality) {}

  /** One for each signal that was seen, in the order to be shown. */
  List<Value> all();
}
