package dev.caravan.agent.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what words that nobody knows may have been meant to be: an object of it for the first {@value #MOST} that ask. One thread. */
public final class Spelling {
  /** Whoever has more slips of the pen than that has another list. */
  private static final int MOST = 100;

  private final Collection<String> known;
  private int asked;

  /** For words that are held against the same known ones, of which there may be very many. */
  public Spelling(Collection<String> known) {
    this.known = known;
  }

  /** What {@link #nearest(String, Collection)} finds; nothing once very many have asked. */
  public Optional<String> nearest(String word) {
    return asked++ < MOST ? nearest(word, known) : Optional.empty();
  }

  /**
   * The known word that is nearest to another, counted in characters to insert, remove or change; none if more than a third
   * of it, and more than two, would have to be.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    int most = Math.max(2, word.length() / 3);
    return known.stream()
        .filter(each -> Math.abs(each.length() - word.length()) <= most)
        .min(Comparator.comparingInt((String each) -> distance(word, each))
            .thenComparing(each -> each))
        .filter(near -> distance(word, near) <= most);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1)
            ? diagonal
            : 1 + Math.min(diagonal, Math.min(row[j], row[j - 1]));
        diagonal = row[j];
        row[j] = cost;
      }
    }
    return row[b.length()];
  }
}
