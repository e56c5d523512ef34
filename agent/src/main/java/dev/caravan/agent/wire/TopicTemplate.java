package dev.caravan.agent.wire;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A topic in which words stand for what differs from one message to another: {@code cars/DEVICE/data/ROUTE}. */
final class TopicTemplate {
  /** What a word stands for. */
  enum Word {
    /** The fleet. */
    FLEET,
    /** The device. */
    DEVICE,
    /** The route. */
    ROUTE,
    /** The signal of formats that send each on a topic of its own. */
    SIGNAL,
    /** What is on the topic. */
    KIND,
    /** The id of a schema, in hex. */
    ID
  }

  private static final int LONGEST = 1024;
  private static final Pattern WORD =
      Pattern.compile("(?<![\\p{L}\\p{N}])(FLEET|DEVICE|ROUTE|SIGNAL|KIND|ID)(?![\\p{L}\\p{N}])");
  // MQTT 5, 4.7.1 and 1.5.4
  private static final Pattern NO_TOPIC = Pattern.compile("[+#\\p{Cc}\\p{Cs}\\p{Cn}]");
  private static final String NAME = "[^/+#\\p{Cntrl}]+?";
  private static final Pattern OF_NAMES = Pattern.compile("[A-Za-z0-9._-]*");

  private final String text;
  private final Map<Word, Integer> groups = new EnumMap<>(Word.class);
  private final Pattern form;

  /** Whether a text has a word of a template in it. */
  static boolean hasWord(String text) {
    return WORD.matcher(text).find();
  }

  /**
   * Of such a text.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wanted
   */
  TopicTemplate(String text) {
    this.text = text;
    if (text.isEmpty()
        || text.length() > LONGEST
        || NO_TOPIC.matcher(text).find()
        || text.startsWith("$share/")) {
      throw new IllegalArgumentException("want a topic of 1.." + LONGEST
          + " characters, such as cars/FLEET/DEVICE/KIND/ROUTE, without + # and control characters,"
          + " and not in $share/");
    }
    StringBuilder regex = new StringBuilder();
    Matcher matcher = WORD.matcher(text);
    int end = 0;
    while (matcher.find()) {
      String between = text.substring(end, matcher.start());
      Word word = Word.valueOf(matcher.group());
      if (groups.putIfAbsent(word, groups.size() + 1) != null) {
        throw new IllegalArgumentException("want " + word + " once in " + text);
      }
      if (groups.size() > 1 && OF_NAMES.matcher(between).matches()) {
        throw new IllegalArgumentException("want / before " + word + " in " + text
            + ", or another character that no name has in it: where the one begins cannot be told");
      }
      regex.append(Pattern.quote(between)).append('(').append(NAME).append(')');
      end = matcher.end();
    }
    form = Pattern.compile(regex + Pattern.quote(text.substring(end)));
  }

  boolean has(Word word) {
    return groups.containsKey(word);
  }

  /** Its words. */
  Set<Word> words() {
    return groups.isEmpty() ? EnumSet.noneOf(Word.class) : EnumSet.copyOf(groups.keySet());
  }

  /** The topic with these in the places of its words. */
  String topic(Map<Word, String> values) {
    return filled(text, values);
  }

  /** A text with these in the places of its words. */
  static String filled(String text, Map<Word, String> values) {
    return WORD.matcher(text).replaceAll(found -> {
      String value = values.get(Word.valueOf(found.group()));
      return Matcher.quoteReplacement(value == null ? found.group() : value);
    });
  }

  /** What a topic has in the places of the words; nothing if it is none of these. */
  Optional<Map<Word, String>> read(String topic) {
    Matcher matcher = form.matcher(topic);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<Word, String> read = new EnumMap<>(Word.class);
    groups.forEach((word, group) -> read.put(word, matcher.group(group)));
    return Optional.of(read);
  }

  /** The filter for all of its topics, and some more where a word is a part of a level. */
  String filter() {
    String[] levels = text.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      levels[i] = hasWord(levels[i]) ? "+" : levels[i];
    }
    return String.join("/", levels);
  }

  /** This template for one kind of messages: KIND is its word, and ROUTE and SIGNAL are levels of data alone; a schema has its ID there. */
  TopicTemplate of(Topics.Kind kind) {
    List<String> levels = new ArrayList<>();
    for (String level : text.split("/", -1)) {
      boolean isRoute = level.equals(Word.ROUTE.name());
      if (kind == Topics.Kind.SCHEMA && isRoute) {
        levels.add(Word.ID.name());
      } else if (kind == Topics.Kind.DATA || !(isRoute || level.equals(Word.SIGNAL.name()))) {
        levels.add(level);
      }
    }
    if (kind == Topics.Kind.SCHEMA && !has(Word.ROUTE)) {
      levels.add(Word.ID.name());
    }
    return new TopicTemplate(filled(String.join("/", levels), Map.of(Word.KIND, kind.level())));
  }

  /** Whether some topic may be of both. */
  boolean meets(TopicTemplate other) {
    String[] mine = text.split("/", -1);
    String[] others = other.text.split("/", -1);
    if (mine.length != others.length) {
      return false;
    }
    for (int i = 0; i < mine.length; i++) {
      if (!meets(mine[i], others[i])) {
        return false;
      }
    }
    return true;
  }

  /** By what stands before the first word of each level, and behind the last. */
  private static boolean meets(String one, String two) {
    if (!hasWord(one) && !hasWord(two)) {
      return one.equals(two);
    }
    String[] first = around(one);
    String[] second = around(two);
    return (first[0].startsWith(second[0]) || second[0].startsWith(first[0]))
        && (first[1].endsWith(second[1]) || second[1].endsWith(first[1]));
  }

  private static String[] around(String level) {
    String[] literals = WORD.split(level, -1);
    return new String[] {literals[0], literals[literals.length - 1]};
  }

  @Override
  public String toString() {
    return text;
  }
}
