package dev.caravan.agent.decode.line;

import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a sensor sends in place of a value.
 *
 * @param texts as they stand
 * @param numbers those of the texts that are numbers, however they are written: -999 is -999.0 too
 */
record Sentinels(Set<String> texts, List<Double> numbers) {
  Sentinels {
    texts = Set.copyOf(texts);
    numbers = List.copyOf(numbers);
  }

  /** Reads a list of texts. */
  static Sentinels from(Node list, NumberForm form) {
    Set<String> texts = new HashSet<>();
    List<Double> numbers = new ArrayList<>();
    for (Node item : list.items()) {
      String text = item.text();
      texts.add(text);
      number(text, form).ifPresent(numbers::add);
    }
    return new Sentinels(texts, numbers);
  }

  private static Optional<Double> number(String text, NumberForm form) {
    try {
      return Optional.of(Double.parseDouble(form.plain(text)));
    } catch (NumberFormatException e) {
      return Optional.empty(); // a word
    }
  }

  boolean has(String text) {
    return texts.contains(text);
  }

  /** Whether it has a number; {@code isSingle} if that has only the precision of 32 bits. */
  boolean has(double raw, boolean isSingle) {
    for (double one : numbers) {
      if (isSingle ? (float) one == (float) raw : one == raw) {
        return true;
      }
    }
    return false;
  }
}
