package dev.caravan.agent.receive;

import org.jspecify.annotations.Nullable;

/**
 * So many bytes of memory for what a reader of foreign messages has to remember, reckoned by whoever remembers. What does not
 * fit is given up, counted and told, so that no sender can use the memory up. A room may lie within another, which then gives
 * what it takes. One thread.
 */
public final class Room {
  private final long mostBytes;
  private final @Nullable Room around;
  private long takenBytes;

  private Room(long mostBytes, @Nullable Room around) {
    this.mostBytes = mostBytes;
    this.around = around;
  }

  /** So many bytes. */
  public static Room of(long bytes) {
    return new Room(bytes, null);
  }

  /** One part in so many of the memory that the program may use; a third is a good one for a program that does little else. */
  public static Room share(int parts) {
    return of(bytes(parts));
  }

  /** One part in so many of the memory that the program may use, in bytes. */
  public static long bytes(int parts) {
    return Runtime.getRuntime().maxMemory() / parts;
  }

  /** So many twentieths of it, in bytes. */
  long twentieths(int parts) {
    return mostBytes / 20 * parts;
  }

  /** A room of at most so many quarters of this one, within it. */
  Room within(int quarters) {
    return new Room(mostBytes / 4 * quarters, this);
  }

  /** Whether so much is there. */
  boolean has(long bytes) {
    return takenBytes + bytes <= mostBytes && (around == null || around.has(bytes));
  }

  /** Takes so much, if it is there. */
  boolean take(long bytes) {
    if (!has(bytes)) {
      return false;
    }
    add(bytes);
    return true;
  }

  /** Takes so much for what can be done without, if a quarter stays free, here and around. */
  boolean takeSpare(long bytes) {
    for (Room each = this; each != null; each = each.around) {
      if (each.takenBytes + bytes > each.mostBytes / 4 * 3) {
        return false;
      }
    }
    add(bytes);
    return true;
  }

  /** Takes so much, whether it is there or not. */
  void add(long bytes) {
    for (Room each = this; each != null; each = each.around) {
      each.takenBytes += bytes;
    }
  }

  /** Gives back what was taken. */
  void give(long bytes) {
    add(-bytes);
  }

  /** Gives back all that was taken. */
  void giveAll() {
    give(takenBytes);
  }
}
