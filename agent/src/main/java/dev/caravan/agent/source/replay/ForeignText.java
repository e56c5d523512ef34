package dev.caravan.agent.source.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a text is whose lines are of no known form, by the way its lines begin. */
final class ForeignText {
  private static final String WANTED = "; want a log of CAN frames";

  /** Separators of columns. */
  private static final String SEPARATORS = ",;\t";

  private static final List<String> DBC_WORDS =
      List.of("VERSION", "NS_", "NS_DESC_", "BS_:", "BU_:", "BO_", "SG_", "CM_", "BA_DEF_");

  private static final int MOST_NAMED = 400;

  private ForeignText() {}

  /** What a line belongs to, in words that end a message; empty if it could be anything. */
  static Optional<String> of(LineCursor line) {
    int first = line.peek();
    int second = line.peek(1);
    boolean isOpened = second == -1 || second == '"' || second == '{' || second == ' ';
    if ((first == '{' || first == '[') && isOpened) {
      return Optional.of("JSON" + WANTED);
    }
    if ((first == '$' || first == '!') && second >= 'A' && second <= 'Z') {
      return Optional.of("a log of NMEA 0183 sentences" + WANTED);
    }
    if (first == '<') {
      return Optional.of("XML or HTML" + WANTED);
    }
    int start = line.at();
    line.word();
    boolean isDbc = DBC_WORDS.stream().anyMatch(line::wordIs);
    line.moveTo(start);
    return isDbc ? Optional.of("a DBC file" + WANTED) : Optional.empty();
  }

  /** What separates the columns of a head of a table, whose names all begin with letters; 0 if the line is none. */
  static char headSeparator(LineCursor line) {
    int first = line.peek();
    // a column of row numbers has no name
    int letter = first == ',' ? line.peek(1) : first;
    boolean isLetter = Character.isLetter(letter) || letter == '"';
    if (!isLetter || hasControls(line)) {
      return 0;
    }
    for (int i = 0; i < SEPARATORS.length(); i++) {
      char separator = SEPARATORS.charAt(i);
      boolean isHead = false;
      for (int at = line.at(); at < line.end(); at++) {
        isHead |= line.bytes()[at] == separator;
      }
      if (isHead) {
        boolean areNames = columns(line, separator).stream()
            .allMatch(name -> name.isEmpty() || !Character.isDigit(name.charAt(0)));
        return areNames ? separator : 0;
      }
    }
    return 0;
  }

  private static boolean hasControls(LineCursor line) {
    boolean hasControls = false;
    for (int at = line.at(); at < line.end(); at++) {
      int here = line.bytes()[at];
      hasControls |= here >= 0 && here < ' ' && here != '\t';
    }
    return hasControls;
  }

  /** The names of columns, without quotes and blanks around them. */
  static List<String> columns(LineCursor line, char separator) {
    List<String> names = new ArrayList<>();
    for (String name : line.rest().split(String.valueOf(separator), -1)) {
      names.add(name.replace("\"", "").strip());
    }
    return names;
  }

  /** Why a table with these columns is not read. */
  static String table(List<String> columns) {
    String names = String.join(", ", columns);
    boolean isLong = names.length() > MOST_NAMED;
    return "a table with the columns " + (isLong ? names.substring(0, MOST_NAMED) + " ..." : names)
        + ": not known; known are those of " + HeadedTable.known();
  }
}
