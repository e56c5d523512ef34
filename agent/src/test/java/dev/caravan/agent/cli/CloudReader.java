package dev.caravan.agent.cli;

/** Who reads what a broker passes on. */
interface CloudReader extends AutoCloseable {
  boolean isSubscribed();

  long samples();

  /** That all is there. */
  void prove(long samples);

  @Override
  void close();
}
