package dev.caravan.agent.fault;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a test leaves in the system and has to take away, the latest first: also if it fails, or its process is told to end. */
final class Leftovers implements AutoCloseable {
  /** Takes something away. */
  interface Removal {
    /** Does it. */
    void remove() throws IOException;
  }

  private final Deque<Removal> removals = new ArrayDeque<>();
  private final Thread atExit = new Thread(
      () -> {
        try {
          removeAll();
        } catch (IOException e) {
          System.err.println("left over: " + e.getMessage());
        }
      },
      "leftovers");

  Leftovers() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  synchronized void add(Removal removal) {
    removals.push(removal);
  }

  private synchronized void removeAll() throws IOException {
    IOException first = null;
    while (!removals.isEmpty()) {
      try {
        removals.pop().remove();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      removeAll();
    } finally {
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }
}
