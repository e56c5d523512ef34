package dev.caravan.agent.cli;

/**
 * So many bytes of memory for what a reader of foreign messages has to remember, reckoned by whoever remembers. What does not
 * fit is given up, counted and told, so that no sender can use the memory up. One thread.
 */
final class Room {
  private long leftBytes;

  private Room(long bytes) {
    this.leftBytes = bytes;
  }

  /** One part in so many of the memory that the program may use. */
  static Room share(int parts) {
    return new Room(bytes(parts));
  }

  /** One part in so many of the memory that the program may use, in bytes. */
  static long bytes(int parts) {
    return Runtime.getRuntime().maxMemory() / parts;
  }

  /** Takes so much, if it is there. */
  boolean take(long bytes) {
    if (bytes > leftBytes) {
      return false;
    }
    leftBytes -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  void give(long bytes) {
    leftBytes += bytes;
  }
}
