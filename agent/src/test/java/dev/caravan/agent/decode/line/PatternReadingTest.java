package dev.caravan.agent.decode.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Matcher;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected of a pattern that is taken is what java.util.regex makes of it, which is another engine. */
class PatternReadingTest {
  private static final String CHARACTERS = "abcxA1. ,\t\n\r\u000b\u0085\u2028é-]&[:";

  private static final String[] PIECES = {
    "a",
    "b",
    "[ab]",
    "[^a]",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\S",
    "\\D",
    "\\W",
    "(a)",
    "(?:b|c)",
    "(?i:A)",
    "\\.",
    "x",
    "1",
    "(?<n>a|b)",
    "\\u0061",
    "\\p{Alpha}",
    "\\P{Alpha}",
    "[\\p{Upper},]",
    "[\\s,]",
    "(?s:.)",
    "(?-s:.)",
    "\\cJ",
    "\\x0A",
    "\\x{61}",
    "é",
    "\\é",
    "\\Qa.\\E",
    "[]a]",
    "[^]a]",
    "[a\\-c]",
    "\\p{L}",
    "\\pL",
    "\\p{IsLatin}",
    "[\\x61-\\x63]",
    "\\ ",
    "\\["
  };

  private static final String[] REPEATS = {
    "", "", "", "*", "+", "?", "{2}", "{1,3}", "{1,}", "*?", "+?", "??", "{0,2}?"
  };

  private static Matcher matcher(String pattern) {
    return PatternReading.compile(pattern).matcher();
  }

  private static String refusal(String pattern) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> PatternReading.compile(pattern))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:T|H|[0-9.,= ])*",
        "(?<t>(?:T|H|[0-9.,= ])*)",
        "(?:[TH]|[0-9][.,]?| |=)+",
        "((a*)*)*b|[^b]*",
        "(?:.|\\n)*",
        "(T|TT)*|[^x]*"
      })
  void noMessageTakesTheStackOrTheTime(String pattern) {
    String message = "T=21.5,H=40.0 ".repeat(150) + "a".repeat(2000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> matcher(pattern).reset(message).matches());
    assertTrue(matcher("(?:T|H|[0-9.,= ])*").reset("T=1,H=2 ".repeat(250)).matches());
  }

  @Test
  void whatIsTakenMeansWhatItMeantToJava() {
    Random random = new Random(13);
    for (int i = 0; i < 40_000; i++) {
      String pattern = pattern(random);
      String message = message(random);
      var wanted = java.util.regex.Pattern.compile(pattern).matcher(message);
      PatternReading.Compiled compiled = PatternReading.compile(pattern);
      Matcher found = compiled.matcher().reset(message);
      assertEquals(wanted.matches(), found.matches(), pattern + " on " + message);
      if (wanted.matches() && pattern.contains("<n>")) {
        assertEquals(
            wanted.group("n"),
            found.group(Objects.requireNonNull(compiled.groups().get("n"))),
            pattern);
      }
    }
  }

  private static String pattern(Random random) {
    StringBuilder pattern = new StringBuilder();
    boolean isNamed = false;
    for (int pieces = 1 + random.nextInt(5); pieces > 0; pieces--) {
      String piece = PIECES[random.nextInt(PIECES.length)];
      boolean names = piece.contains("<n>");
      pattern.append(names && isNamed ? "a" : piece);
      isNamed |= names;
      // the repeat behind \Q..\E is of its last character in both
      pattern.append(REPEATS[random.nextInt(REPEATS.length)]);
      pattern.append(pieces > 1 && random.nextInt(8) == 0 ? "|" : "");
    }
    return pattern.toString();
  }

  private static String message(Random random) {
    StringBuilder message = new StringBuilder();
    for (int length = random.nextInt(8); length > 0; length--) {
      message.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return message.toString();
  }

  @ParameterizedTest
  @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
          a(?=b)b            => character 2, (?=: look-ahead is not taken
          (?!a)b             => character 1, (?!: look-ahead is not taken
          (?<=a)b            => character 1, (?<=: look-behind is not taken
          (?<!a)b            => character 1, (?<!: look-behind is not taken
          a(?>b)             => character 2, (?>: atomic groups are not taken, nor needed; write (?:...)
          (a)\\1           => character 4, \\1: back references are not taken
          (a)(b)\\12       => character 7, \\1: back references are not taken
          (?<n>a)\\k<n>    => character 8, \\k: back references are not taken
          \\d++            => character 3, ++: possessive repeats are not taken
          a*+b               => character 2, *+: possessive
          a?+b               => character 2, ?+: possessive
          a{2,3}+b           => character 2, {2,3}+: possessive
          a\\h+            => character 2, \\h: not taken; write [ \\t]
          [\\h,]           => character 2, \\h: not taken
          \\v              => character 1, \\v: not taken
          \\R              => character 1, \\R: not taken; write (?:\\r\\n|\\n|\\r)
          a\\Z             => character 2, \\Z: not taken; write \\z
          \\Ga             => character 1, \\G: not taken
          \\0377           => character 1, \\0: octal numbers are not taken
          \\b{g}           => character 1, \\b{: not taken
          [a-z&&[^b]]        => character 5, &&: sets are not cut
          [a[bc]]            => character 3, [: a set within a set
          (?x)a b            => character 1, (?x: flag x is not taken
          (?iU)a             => character 1, (?iU: flag U is not taken
          (?d).              => character 1, (?d: flag d is not taken
          (?u)a              => character 1, (?u: flag u is not taken
          a{,5}              => character 2, {: no repeat; want {2}
          {a}                => character 1, {: no repeat
          a{1001}            => character 2, {1001}: want 0 to 1000 repeats
          a{3,2}             => character 2, {3,2}: want 0 to 1000 repeats
          \\ud83d\\ude00 => character 1, \\ud83d: want four hex digits
          (                  => not a regular expression: missing closing )
          a)                 => not a regular expression
          [z-a]              => not a regular expression: invalid character class range: z-a
          \\               => not a regular expression: trailing backslash
          [a                 => not a regular expression: missing closing ]
          (?<a>x)(?<a>y)     => not a regular expression: duplicate
          """)
  void whatIsNotTakenIsNamedWithItsPlace(String pattern, String beginning) {
    String message = refusal(pattern);
    assertTrue(message.startsWith(beginning), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        "((((((((a{9}){9}){9}){9}){9}){9}){9}){9})",
        "(a{1,1000}b{1,1000}){2}",
        "(?:a??){900}(?:a??){900}(?:a??){900}(?:a??){900}(?:a??){900}",
        "(?:){1000}(?:(?:){1000}){1000}"
      })
  void aPatternThatIsTooLargeIsRefusedBeforeItIsMade(String pattern) {
    assertTrue(refusal(pattern).startsWith("a pattern of more than 4000 steps"), pattern);
  }

  @Test
  void groupsAreNestedAHundredDeepAtMost() {
    String most = "(".repeat(100) + "a" + ")".repeat(100);
    assertTrue(matcher(most).reset("a").matches());
    assertTrue(refusal("(" + most + ")").contains("100 deep at most"));
    assertTrue(refusal("(?:".repeat(100_000)).contains("100 deep at most"));
  }

  @Test
  void aLongPatternWithinTheBoundTakesNoStackEither() {
    assertTrue(matcher("(?:a??){1000}").reset("a".repeat(1000)).matches());
    assertFalse(matcher("[0-9]{1,1000}").reset("1".repeat(1001)).matches());
  }
}
