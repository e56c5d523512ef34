package dev.caravan.agent.store;

import java.io.IOException;

/** A store under measurement: records go in at one end and out at the other. One thread. */
interface Shelf extends AutoCloseable {
  /** What it is called in the table. */
  String name();

  /** Adds a record behind the others; it need not be durable yet. */
  void append(byte[] record) throws IOException;

  /** Makes durable whatever was appended. */
  void commit() throws IOException;

  /**
   * Reads the oldest records and removes them.
   *
   * @return how many bytes they were; 0 if there are none
   */
  long consume(int records) throws IOException;

  /**
   * Reads all records, and checks what can be checked, without removing any.
   *
   * @return how many bytes they are
   */
  long scrub() throws IOException;

  @Override
  void close() throws IOException;
}
