package dev.caravan.agent.store;

/** What a queue gives up when its room on disk is used up; all of it is counted. */
public enum WhenFull {
  /** The oldest entries. */
  DROP_OLDEST,
  /** Every second of the oldest entries, then of what is left every second again, down to every sixteenth; then the oldest. */
  THIN,
  /** What comes in, until there is room again. */
  REFUSE
}
