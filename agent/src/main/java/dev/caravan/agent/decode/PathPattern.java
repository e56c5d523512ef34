package dev.caravan.agent.decode;

import java.util.Arrays;
import java.util.Optional;

/**
 * A pattern over dot-separated signal paths. A level is a word that must be equal, {@code *} for any one level, or
 * {@code **} for any number of levels, none included. Upper and lower case differ. Immutable.
 */
public final class PathPattern {
  private static final String ONE = "*";
  private static final String ANY = "**";

  /** Far above any path; each pattern is held against every signal. */
  private static final int MOST_LEVELS = 255;

  private final String text;
  private final String[] levels;

  // what every path that is covered begins and ends with; most are told apart by that
  private final String begin;
  private final String end;

  private PathPattern(String text, String[] levels) {
    this.text = text;
    this.levels = levels;
    int star = text.indexOf('*');
    // a ** behind a dot may stand for nothing, the dot with it
    this.begin = star < 0 ? text : text.substring(0, Math.max(0, star - 1));
    this.end = star < 0 ? text : text.substring(Math.min(text.length(), text.lastIndexOf('*') + 2));
  }

  /** What is wrong with a pattern, in words; empty for a good one. */
  public static Optional<String> flaw(String text) {
    if (text.isEmpty()) {
      return Optional.of("want a signal path or pattern, got nothing");
    }
    String[] levels = text.split("\\.", -1);
    if (levels.length > MOST_LEVELS) {
      return Optional.of("want at most " + MOST_LEVELS + " levels, got " + levels.length);
    }
    for (String level : levels) {
      if (level.isEmpty()) {
        return Optional.of("want words between the dots, got '" + text + "'");
      }
      if (level.contains("*") && !level.equals(ONE) && !level.equals(ANY)) {
        return Optional.of("want * or ** alone as a level, got '" + level + "' in '" + text + "'");
      }
      if (level.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
        return Optional.of("want no blanks, got '" + text + "'");
      }
    }
    return Optional.empty();
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it has a {@link #flaw}
   */
  public static PathPattern of(String text) {
    flaw(text).ifPresent(flaw -> {
      throw new IllegalArgumentException("path pattern: " + flaw);
    });
    return new PathPattern(text, text.split("\\.", -1));
  }

  /** Whether the whole path is covered. */
  public boolean matches(String path) {
    if (!path.startsWith(begin) || !path.endsWith(end)) {
      return false;
    }
    String[] words = path.split("\\.", -1);
    int level = 0;
    int word = 0;
    // where the last ** was, and the first word that it has not yet taken
    int any = -1;
    int untaken = 0;
    while (word < words.length) {
      if (level < levels.length && levels[level].equals(ANY)) {
        any = level++;
        untaken = word;
      } else if (level < levels.length
          && (levels[level].equals(ONE) || levels[level].equals(words[word]))) {
        level++;
        word++;
      } else if (any >= 0) {
        // It did not fit behind the last **: let that take one word more.
        level = any + 1;
        word = ++untaken;
      } else {
        return false;
      }
    }
    return Arrays.stream(levels, level, levels.length).allMatch(ANY::equals);
  }

  /** Whether there is a path that both cover. */
  public boolean meets(PathPattern other) {
    String[] others = other.levels;
    // whether what this has from a level on meets what the other has from each of its levels on
    boolean[] below = new boolean[others.length + 1];
    for (int i = levels.length; i >= 0; i--) {
      boolean[] row = new boolean[others.length + 1];
      for (int j = others.length; j >= 0; j--) {
        boolean hasMine = i < levels.length;
        boolean hasOther = j < others.length;
        if (hasMine && levels[i].equals(ANY)) {
          row[j] = below[j] || (hasOther && row[j + 1]);
        } else if (hasOther && others[j].equals(ANY)) {
          row[j] = row[j + 1] || (hasMine && below[j]);
        } else if (hasMine && hasOther) {
          row[j] = below[j + 1] && isOneWord(levels[i], others[j]);
        } else {
          row[j] = !hasMine && !hasOther;
        }
      }
      below = row;
    }
    return below[0];
  }

  private static boolean isOneWord(String level, String other) {
    return level.equals(other) || level.equals(ONE) || other.equals(ONE);
  }

  @Override
  public String toString() {
    return text;
  }
}
