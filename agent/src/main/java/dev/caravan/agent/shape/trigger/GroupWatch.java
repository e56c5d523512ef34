package dev.caravan.agent.shape.trigger;

import java.util.List;

/**
 * What is to be done with the samples of one group of signals.
 *
 * @param watches of its signals so far, in the order of their places
 * @param isOfUse whether anybody asks for one of them
 */
record GroupWatch(List<Watch> watches, boolean isOfUse) {
  /** Of a group that was not seen yet. */
  static final GroupWatch NONE = new GroupWatch(List.of());

  /** Copies the list. */
  GroupWatch {
    watches = List.copyOf(watches);
  }

  GroupWatch(List<Watch> watches) {
    this(watches, watches.stream().anyMatch(Watch::isOfUse));
  }

  int size() {
    return watches.size();
  }

  Watch of(int place) {
    return watches.get(place);
  }
}
