package dev.caravan.agent.source.replay;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Dates in the headers of logs. They carry no zone and are taken as UTC.
 *
 * <p>Vector ASC writes weekday, month, day, time, at times {@code am} or {@code pm}, and year, in the language of the
 * machine: {@code Wed Nov 23 06:37:07.000 pm 2026}, {@code Mit Nov 23 18:37:07.000 2026}.
 */
final class LogDate {
  /** Day 25569 of PCAN's calendar, which counts days since 1899-12-30, is 1970-01-01. */
  private static final BigDecimal DAYS_BEFORE_1970 = BigDecimal.valueOf(25_569);

  /** Up to the year 2173. */
  private static final Pattern DAYS = Pattern.compile("\\d{1,5}(\\.\\d{1,20})?");

  private static final BigDecimal DAY_NS = BigDecimal.valueOf(86_400_000_000_000L);

  /** Beginnings of the months' names: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Russian. */
  private static final Map<Integer, List<String>> MONTHS = Map.ofEntries(
      Map.entry(1, List.of("jan", "ene", "gen", "янв")),
      Map.entry(2, List.of("feb", "fev", "fév", "фев")),
      Map.entry(3, List.of("mar", "mrz", "mär", "maa", "mrt", "мар")),
      Map.entry(4, List.of("apr", "abr", "avr", "апр")),
      Map.entry(5, List.of("may", "mai", "mag", "mei", "мая", "май", "maj")),
      Map.entry(6, List.of("jun", "juin", "giu", "июн")),
      Map.entry(7, List.of("jul", "juil", "lug", "июл")),
      Map.entry(8, List.of("aug", "aoû", "aou", "ago", "авг")),
      Map.entry(9, List.of("sep", "set", "сен")),
      Map.entry(10, List.of("oct", "okt", "ott", "out", "окт")),
      Map.entry(11, List.of("nov", "ноя")),
      Map.entry(12, List.of("dec", "dez", "déc", "dic", "дек")));

  private static final List<String> CHINESE_MONTHS =
      List.of("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月");

  private LogDate() {}

  /** Epoch nanoseconds of Vector's form; empty if it is not understood. */
  static OptionalLong ofVector(String text) {
    String[] words = text.strip().toLowerCase(Locale.ROOT).split("\\s+", -1);
    int time = 0;
    while (time < words.length && words[time].indexOf(':') < 0) {
      time++;
    }
    if (time < 2 || time + 1 >= words.length) {
      return OptionalLong.empty();
    }
    boolean isDayLast = number(words[time - 1]) > 0;
    int day = number(words[isDayLast ? time - 1 : time - 2]);
    int month = month(words[isDayLast ? time - 2 : time - 1]);
    int year = number(words[words.length - 1]);
    String half = words.length - time > 2 ? words[time + 1] : "";
    return at(year, month, day, words[time], half);
  }

  /** Epoch nanoseconds of {@code 11.09.2002 16:00:20.682} or {@code 23:9:2015 22:17:28:928}: day, month, year, time. */
  static OptionalLong ofDayMonthYear(String text) {
    String[] words = text.strip().split("\\s+", -1);
    String[] date = words[0].split("[.:]", -1);
    if (words.length < 2 || date.length != 3) {
      return OptionalLong.empty();
    }
    return at(number(date[2]), number(date[1]), number(date[0]), words[1], "");
  }

  /** Epoch nanoseconds of days and their fraction since 1899-12-30. */
  static OptionalLong ofDays(String text) {
    if (!DAYS.matcher(text.strip()).matches()) {
      return OptionalLong.empty();
    }
    BigDecimal days = new BigDecimal(text.strip()).subtract(DAYS_BEFORE_1970);
    return days.signum() < 0
        ? OptionalLong.empty()
        : OptionalLong.of(days.multiply(DAY_NS).longValue());
  }

  private static OptionalLong at(int year, int month, int day, String time, String half) {
    String[] parts = time.split("[:.]", -1);
    int[] numbers = Arrays.stream(parts).mapToInt(LogDate::number).toArray();
    if (parts.length < 3 || numbers[0] < 0 || year < 1970 || year > 2261) {
      return OptionalLong.empty();
    }
    int hour = numbers[0];
    if (half.startsWith("p") && hour < 12) {
      hour += 12;
    } else if (half.startsWith("a") && hour == 12) {
      hour = 0;
    }
    try {
      long seconds = LocalDateTime.of(year, month, day, hour, numbers[1], numbers[2])
          .toEpochSecond(ZoneOffset.UTC);
      return OptionalLong.of(seconds * 1_000_000_000L + fractionNs(parts));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /** What stands behind the seconds, groups of digits joined: {@code .317.3} is 317.3 ms. */
  private static long fractionNs(String[] parts) {
    StringBuilder digits = new StringBuilder();
    for (int i = 3; i < parts.length && number(parts[i]) >= 0; i++) {
      digits.append(parts[i]);
    }
    long ns = 0;
    for (int i = 0; i < 9; i++) {
      ns = ns * 10 + (i < digits.length() ? digits.charAt(i) - '0' : 0);
    }
    return ns;
  }

  private static int month(String word) {
    int number = number(word.endsWith("月") ? word.substring(0, word.length() - 1) : word);
    int chinese = CHINESE_MONTHS.indexOf(word) + 1;
    if (number > 0 || chinese > 0) {
      return Math.max(number, chinese);
    }
    for (var month : MONTHS.entrySet()) {
      if (month.getValue().stream().anyMatch(word::startsWith)) {
        return month.getKey();
      }
    }
    return -1;
  }

  /** A whole number of at most four digits, or -1. */
  private static int number(String text) {
    boolean isNumber = !text.isEmpty()
        && text.length() <= 4
        && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    return isNumber ? Integer.parseInt(text) : -1;
  }
}
