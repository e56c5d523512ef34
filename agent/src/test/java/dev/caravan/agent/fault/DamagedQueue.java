package dev.caravan.agent.fault;

import dev.caravan.agent.store.StoreFaults;
import java.io.IOException;
import java.nio.file.Path;

/** The disk queue alone, on a disk in memory that tears, flips and fails. */
final class DamagedQueue {
  private final Trial trial;
  private final Path folder;

  DamagedQueue(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
  }

  void happen() throws IOException {
    for (StoreFaults.Tally each : StoreFaults.all(folder)) {
      trial.table().add(each);
    }
  }
}
