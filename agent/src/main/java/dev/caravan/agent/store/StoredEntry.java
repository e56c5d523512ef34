package dev.caravan.agent.store;

/**
 * An entry with what only its record on disk says.
 *
 * @param reportsBefore reports in all entries ever written to this queue before this one
 * @param clockKnown whether the time of day had a source when the entry was stored
 */
record StoredEntry(Entry entry, long reportsBefore, boolean clockKnown) {
  /** Reports in all entries ever written, this one among them. */
  long reportsThrough() {
    return reportsBefore + entry.reports();
  }
}
