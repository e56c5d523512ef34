package dev.caravan.agent.source.modbus;

/** What is known of one slave since the line was opened. */
final class Slave {
  final int unit;
  final String name;

  /** Whether it left its last request without an answer. */
  boolean isSilent;

  /** The longest time it has taken to answer; 0 while it never has. */
  long slowestAnswerNs;

  /** Not to be asked before: an answer that is late may still come and be taken for that to the next request. */
  long holdUntilNs = Long.MIN_VALUE;

  Slave(int unit, String name) {
    this.unit = unit;
    this.name = name;
  }
}
