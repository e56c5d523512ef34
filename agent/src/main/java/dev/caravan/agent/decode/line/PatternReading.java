package dev.caravan.agent.decode.line;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a regular expression as {@code java.util.regex} writes it for an engine that needs time in proportion to the message and
 * never more stack, whatever the message is: RE2/J. What means the same in both is kept, what that engine writes otherwise is
 * rewritten, and what it has not, or takes for something else, is refused with an alternative. One reading, one thread.
 *
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>
 */
final class PatternReading {
  /** Steps of a compiled pattern; each is looked at for each character of a message, and each may take a frame of the stack. */
  static final int MOST_STEPS = 4_000;

  private static final int DEEPEST = 100;
  private static final int MOST_REPEATS = 1000;

  /** What {@code .} leaves out: the line terminators of java.util.regex. */
  private static final String ANY = "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]";

  private static final Map<String, String> POSIX = Map.ofEntries(
      Map.entry("Lower", "lower"),
      Map.entry("Upper", "upper"),
      Map.entry("ASCII", "ascii"),
      Map.entry("Alpha", "alpha"),
      Map.entry("Digit", "digit"),
      Map.entry("Alnum", "alnum"),
      Map.entry("Punct", "punct"),
      Map.entry("Graph", "graph"),
      Map.entry("Print", "print"),
      Map.entry("Blank", "blank"),
      Map.entry("Cntrl", "cntrl"),
      Map.entry("XDigit", "xdigit"),
      Map.entry("Space", "space"));

  /**
   * A pattern that was taken. One thread uses it.
   *
   * @param matcher used for message after message, which saves an object for each
   * @param groups the number of each named group; the engine forgets the names of groups that are repeated so many times
   */
  record Compiled(Matcher matcher, Map<String, Integer> groups) {
    Compiled {
      groups = Map.copyOf(groups);
    }
  }

  /** A group that is open: the steps of what stands in it, the last piece apart, for a repeat may follow. */
  private static final class Group {
    final boolean dotAllAround;
    long steps = 1;
    long last;

    Group(boolean dotAllAround) {
      this.dotAllAround = dotAllAround;
    }

    void piece(long size) {
      steps += last;
      last = size;
    }
  }

  private final String text;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Group> groups = new ArrayDeque<>();
  private final Map<String, Integer> names = new HashMap<>();
  private Group group = new Group(false);
  private boolean dotAll;
  private int captures;
  private int at;

  private PatternReading(String text) {
    this.text = text;
  }

  /**
   * Compiles a pattern.
   *
   * @throws IllegalArgumentException if it cannot be taken; the message says what it is, where, and what to write
   */
  static Compiled compile(String text) {
    PatternReading reading = new PatternReading(text);
    String rewritten = reading.rewritten();
    try {
      Pattern pattern = Pattern.compile(rewritten);
      if (pattern.programSize() > MOST_STEPS) {
        throw tooLarge();
      }
      return new Compiled(pattern.matcher(""), reading.names);
    } catch (PatternSyntaxException e) {
      String where = e.getPattern().isEmpty() ? "" : ": " + e.getPattern();
      throw new IllegalArgumentException(
          "not a regular expression: " + e.getDescription() + where, e);
    }
  }

  private static IllegalArgumentException tooLarge() {
    return new IllegalArgumentException("a pattern of more than " + MOST_STEPS
        + " steps, each repeat counted; want smaller repeats, or * and +");
  }

  private IllegalArgumentException refused(int from, int to, String what) {
    String piece = text.substring(from, Math.min(to, text.length()));
    return new IllegalArgumentException("character " + (from + 1) + ", " + piece + ": " + what);
  }

  private String rewritten() {
    while (at < text.length()) {
      char one = text.charAt(at);
      switch (one) {
        case '\\' -> escape(false);
        case '[' -> set();
        case '(' -> open();
        case ')' -> close();
        case '*', '+', '?' -> repeat(at + 1, 0, 1);
        case '{' -> counted();
        case '.' -> piece(dotAll ? "." : ANY);
        case '|' -> piece("|");
        default -> piece(String.valueOf(one));
      }
    }
    return out.toString();
  }

  private void piece(String rewritten) {
    out.append(rewritten);
    at++;
    group.piece(1);
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  private void open() {
    if (groups.size() >= DEEPEST) {
      throw refused(at, at + 1, "groups within groups; want them " + DEEPEST + " deep at most");
    }
    if (peek(1) == '?') {
      refuseLooking();
    }
    if (peek(1) == '?' && isFlags()) {
      flags();
    } else {
      out.append('(');
      at++;
      enter(dotAll);
      if (peek(0) == '?') {
        // what follows is a name or a colon, and no piece to repeat
        out.append('?');
        at++;
      }
      capture();
    }
  }

  /** Numbers a group that is one: {@code (}, {@code (?<name>} or {@code (?P<name>}. */
  private void capture() {
    boolean isNamed = text.startsWith("<", at) || text.startsWith("P<", at);
    if (isNamed || text.charAt(at - 1) == '(') {
      captures++;
      group.steps++;
    }
    if (isNamed) {
      int from = text.indexOf('<', at) + 1;
      int end = Math.max(from, text.indexOf('>', from));
      names.put(text.substring(from, end), captures);
    }
  }

  private void enter(boolean dotAllAround) {
    groups.push(group);
    group = new Group(dotAllAround);
  }

  private void refuseLooking() {
    String ahead = "look-ahead is not taken; match what follows too, and give the field a group";
    String behind =
        "look-behind is not taken; match what is before too, and give the field a group";
    switch (peek(2)) {
      case '=', '!' -> throw refused(at, at + 3, ahead);
      case '>' ->
        throw refused(at, at + 3, "atomic groups are not taken, nor needed; write (?:...)");
      case '<' -> {
        if (peek(3) == '=' || peek(3) == '!') {
          throw refused(at, at + 4, behind);
        }
      }
      default -> {
        // a group or flags
      }
    }
  }

  private boolean isFlags() {
    char first = peek(2);
    return (Character.isLetter(first) && first != 'P') || first == '-';
  }

  /** {@code (?i)} up to the end of the group around it, {@code (?i:...)} for a group of its own. */
  private void flags() {
    int from = at;
    at += 2;
    boolean on = true;
    boolean before = dotAll;
    while (Character.isLetter(peek(0)) || peek(0) == '-') {
      switch (peek(0)) {
        case '-' -> on = false;
        case 's' -> dotAll = on;
        case 'x' -> throw refused(from, at + 1, "flag x is not taken; write it without blanks");
        case 'd' -> throw refused(from, at + 1, "flag d is not taken; write [^\\n] for .");
        case 'u' ->
          throw refused(from, at + 1, "flag u is not taken, nor needed: i is for all letters");
        case 'U' -> throw refused(from, at + 1, "flag U is not taken; write \\p{L}, \\p{N}");
        default -> {
          // i and m are the same
        }
      }
      at++;
    }
    boolean isGroup = peek(0) == ':';
    at = Math.min(at + 1, text.length());
    out.append(text, from, at);
    if (isGroup) {
      enter(before);
    }
  }

  private void close() {
    out.append(')');
    at++;
    if (!groups.isEmpty()) {
      dotAll = group.dotAllAround;
      long steps = group.steps + group.last;
      group = groups.pop();
      group.piece(steps);
    }
  }

  /** {@code least} of the piece before, and up to {@code most}; {@code next} stands behind it. */
  private void repeat(int next, long least, long most) {
    group.last = least * group.last + (most - least) * (group.last + 1);
    if (group.last > MOST_STEPS) {
      throw tooLarge();
    }
    out.append(text, at, next);
    if (next < text.length() && text.charAt(next) == '+') {
      throw refused(
          at, next + 1, "possessive repeats are not taken, nor needed; leave out the second +");
    }
    at = next;
    if (peek(0) == '?') {
      out.append('?');
      at++;
    }
  }

  private void counted() {
    int end = text.indexOf('}', at);
    String[] counts = end < 0 ? new String[0] : text.substring(at + 1, end).split(",", -1);
    boolean isOpen = counts.length == 2 && counts[1].isEmpty();
    if (counts.length == 0
        || counts.length > 2
        || !isCount(counts[0])
        || (counts.length == 2 && !isOpen && !isCount(counts[1]))) {
      throw refused(at, at + 1, "no repeat; want {2}, {2,} or {2,5}, and \\{ for the character");
    }
    long least = Long.parseLong(counts[0]);
    long most = isOpen ? least + 1 : Long.parseLong(counts[counts.length - 1]);
    if (Math.max(least, isOpen ? 0 : most) > MOST_REPEATS || most < least) {
      throw refused(at, end + 1, "want 0 to " + MOST_REPEATS + " repeats, the lower number first");
    }
    repeat(end + 1, least, most);
  }

  private static boolean isCount(String digits) {
    return !digits.isEmpty()
        && digits.length() <= 9
        && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }

  private void set() {
    int from = at;
    at += peek(1) == '^' ? 2 : 1;
    out.append(text, from, at);
    if (peek(0) == ']') {
      out.append("\\]");
      at++;
    }
    while (at < text.length() && peek(0) != ']') {
      if (peek(0) == '\\') {
        escape(true);
      } else if (peek(0) == '&' && peek(1) == '&') {
        throw refused(at, at + 2, "sets are not cut; write the set that is left");
      } else if (peek(0) == '[') {
        named();
      } else {
        out.append(peek(0));
        at++;
      }
    }
    out.append(text, at, Math.min(at + 1, text.length()));
    at++;
    group.piece(1);
  }

  /** {@code [:alpha:]} within a set. */
  private void named() {
    int end = text.indexOf(":]", at);
    if (peek(1) != ':' || end < 0) {
      throw refused(at, at + 1, "a set within a set; write one set, and \\[ for the character");
    }
    out.append(text, at, end + 2);
    at = end + 2;
  }

  private void escape(boolean inSet) {
    int from = at;
    char one = peek(1);
    at += 2;
    if ((one >= '1' && one <= '9') || one == 'k') {
      throw refused(from, at, "back references are not taken; give both places a group");
    }
    switch (one) {
      case 'h' -> throw refused(from, at, "not taken; write [ \\t]");
      case 'H' -> throw refused(from, at, "not taken; write [^ \\t]");
      case 'v' -> throw refused(from, at, "not taken; write [\\n\\x0B\\f\\r]");
      case 'V' -> throw refused(from, at, "not taken; write [^\\n\\x0B\\f\\r]");
      case 'R' -> throw refused(from, at, "not taken; write (?:\\r\\n|\\n|\\r)");
      case 'X', 'N' -> throw refused(from, at, "not taken; write the characters, or \\x{...}");
      case 'Z' -> throw refused(from, at, "not taken; write \\z, or leave it out");
      case 'G' ->
        throw refused(from, at, "not taken; leave it out, a pattern is for a whole message");
      case '0' ->
        throw refused(from, at, "octal numbers are not taken; write \\x and two hex digits");
      case 'Q' -> quoted(inSet);
      case 'e' -> character(0x1B);
      case 'c' -> {
        character(peek(0) ^ 0x40);
        at++;
      }
      case 'u' -> utf16(from);
      case 's' -> out.append(inSet ? "\\s\\x0B" : "[\\s\\x0B]");
      case 'S' -> out.append(inSet ? "\\S" : "[^\\s\\x0B]");
      case 'p', 'P' -> property(one == 'P', inSet);
      case 'b' -> {
        if (peek(0) == '{') {
          throw refused(from, at + 1, "not taken; write \\b");
        }
        out.append("\\b");
      }
      case 'x' -> {
        // its number must not be taken for a repeat
        int end = peek(0) == '{' ? text.indexOf('}', at) + 1 : Math.min(at + 2, text.length());
        at = Math.max(at, end);
        out.append(text, from, at);
      }
      default -> {
        at = Math.min(at, text.length());
        out.append(text, one > 0x7F ? from + 1 : from, at);
      }
    }
    if (!inSet) {
      group.piece(1);
    }
  }

  private void character(int code) {
    out.append("\\x{").append(Integer.toHexString(code)).append('}');
  }

  private void utf16(int from) {
    String digits = text.substring(at, Math.min(at + 4, text.length()));
    boolean isHex =
        digits.length() == 4 && digits.chars().allMatch(digit -> Character.digit(digit, 16) >= 0);
    if (!isHex || Character.isSurrogate((char) Integer.parseInt(digits, 16))) {
      throw refused(from, at + 4, "want four hex digits of one character, or \\x{...}");
    }
    at += 4;
    character(Integer.parseInt(digits, 16));
  }

  private void quoted(boolean inSet) {
    int end = text.indexOf("\\E", at);
    int to = end < 0 ? text.length() : end;
    for (; at < to; at++) {
      char one = text.charAt(at);
      boolean isPlain = Character.isLetterOrDigit(one) || one > 0x7F;
      out.append(isPlain ? "" : "\\").append(one);
      if (!inSet) {
        group.piece(1);
      }
    }
    at = end < 0 ? to : end + 2;
  }

  private void property(boolean isNot, boolean inSet) {
    int end = peek(0) == '{' ? text.indexOf('}', at) : -1;
    String name = end < 0 ? String.valueOf(peek(0)) : text.substring(at + 1, end);
    at = end < 0 ? Math.min(at + 1, text.length()) : end + 1;
    String posix = POSIX.get(name);
    if (posix != null) {
      String named = (isNot ? "[:^" : "[:") + posix + ":]";
      out.append(inSet ? named : "[" + named + "]");
    } else {
      String bare = name.startsWith("Is") ? name.substring(2) : name;
      out.append(isNot ? "\\P{" : "\\p{").append(bare).append('}');
    }
  }
}
