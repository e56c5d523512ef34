package dev.caravan.agent.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a word that nobody knows may have been meant to be. Has no state; any thread. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known word that is nearest to another, counted in characters to insert, remove or change; none if more than a third
   * of it, and more than two, would have to be.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String each) -> distance(word, each))
            .thenComparing(each -> each))
        .filter(near -> distance(word, near) <= Math.max(2, word.length() / 3));
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
