package dev.caravan.agent.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of whole number with a unit behind it, as texts write it.
 *
 * @param wanted in words, what such a text looks like
 * @param units those that it knows
 */
public record Quantity(String wanted, List<Unit> units) {
  /** In nanoseconds. */
  public static final Quantity DURATION = new Quantity(
      "a duration such as 250ms, 10s, 5m, 2h or 7d",
      List.of(
          new Unit("us", 1_000L),
          new Unit("ms", 1_000_000L),
          new Unit("s", 1_000_000_000L),
          new Unit("m", 60_000_000_000L),
          new Unit("h", 3_600_000_000_000L),
          new Unit("d", 86_400_000_000_000L)));
  /** In bytes. */
  static final Quantity SIZE = new Quantity(
      "a size such as 512B, 64KiB, 256MiB or 2GiB",
      List.of(
          new Unit("B", 1),
          new Unit("KiB", 1L << 10),
          new Unit("MiB", 1L << 20),
          new Unit("GiB", 1L << 30)));
  /** In units per second. */
  static final Quantity RATE = new Quantity(
      "a rate such as 500k, 1M or 33333",
      List.of(new Unit("", 1), new Unit("k", 1_000), new Unit("M", 1_000_000)));

  /** A unit and how many of the smallest it is. */
  record Unit(String name, long factor) {}

  private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([A-Za-z]*)");

  /** The number in the smallest unit; empty if the text is none. */
  public Optional<Long> parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    for (Unit unit : units) {
      if (unit.name.equals(form.group(2))) {
        double exact = Double.parseDouble(form.group(1)) * unit.factor;
        return exact > 9e18 ? Optional.empty() : Optional.of(Math.round(exact));
      }
    }
    return text.strip().equals("0") ? Optional.of(0L) : Optional.empty();
  }
}
