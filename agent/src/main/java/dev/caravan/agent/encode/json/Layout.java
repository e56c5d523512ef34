package dev.caravan.agent.encode.json;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How samples lie in a message. */
enum Layout {
  /** A list with an object for each sample. */
  ROWS("[{"),
  /** A list with an object for what arrived together. */
  GROUPS("[{"),
  /** One object, in which such objects are a list. */
  BATCH("{"),
  /** A list of {@code {ts, values}}, as ThingsBoard reads it. */
  THINGSBOARD("[{"),
  /** As a {@link LayoutFile} says. */
  FILE("{"),
  /** An event. */
  EVENT("{");

  /** The word of {@link LayoutFile#SIGNAL}. */
  static final String SIGNAL = "signal";

  private final String opening;

  Layout(String opening) {
    this.opening = opening;
  }

  /** What a message begins with, before what is told of the stream. */
  String opening() {
    return opening;
  }

  /** Whether what is told of the stream stands in the first object of a list. */
  boolean isList() {
    return opening.startsWith("[");
  }

  /** What ends the list of objects, and the message. */
  String closing() {
    return isList() ? "]" : "]}";
  }

  /** The words of those that a route may have without a file. */
  static List<String> words() {
    return Stream.concat(
            Arrays.stream(values())
                .filter(each -> each != EVENT && each != FILE)
                .map(Layout::word),
            Stream.of(SIGNAL))
        .toList();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** That of a word. */
  static Layout of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
