package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.TopicTemplate.Word;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Every topic there is, as templates say: {@code caravan/v1/FLEET/DEVICE/…} where they say nothing. What a template leaves out of
 * fleet, device and route is told by properties of these names beside the messages.
 */
public final class Topics {
  /** The template of all where nothing else is said. */
  public static final String TEMPLATE = "caravan/v1/FLEET/DEVICE/KIND/ROUTE";

  /** What it says. */
  public static final Topics USUAL = of(TEMPLATE, Map.of());

  // of names that come by topics and properties
  private static final Pattern NAME = Pattern.compile("[^/+#\\p{Cntrl}]{1,64}");
  private static final Pattern BELOW = Pattern.compile("(/[^+#\\p{Cntrl}]{0,128})?");
  private static final String UNKNOWN = "-";
  // of a name that is a level as it is; what it refuses is one byte
  private static final Pattern LEVEL = Pattern.compile("[^/+#%\\p{Cc}]+");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** What is on a topic. */
  public enum Kind {
    /** Batches of a route. */
    DATA("data", "Batch"),
    /** A schema, or a piece of one. */
    SCHEMA("schema", "Schema"),
    /** Events. */
    EVENT("event", "Event"),
    /** How the device is. */
    STATUS("status", "Status"),
    /** To the device: what it is asked to do. */
    COMMAND("command", "SignedCommand"),
    /** What became of that. */
    REPLY("reply", "Reply"),
    /** To the device: what is durable. */
    RECEIPT("receipt", "SignedReceipt"),
    /** To the device: what is to be published again. */
    REQUEST("request", "Request");

    private final String level;
    private final String contentType;

    Kind(String level, String message) {
      this.level = level;
      this.contentType = "caravan.v1." + message;
    }

    /** Its word in the topics where nothing else is said, and in configurations. */
    public String level() {
      return level;
    }

    private boolean isNamed() {
      return words().contains(Word.ROUTE) || words().contains(Word.ID);
    }

    /** What its topics may have. */
    private Set<Word> words() {
      return switch (this) {
        case DATA -> EnumSet.of(Word.FLEET, Word.DEVICE, Word.ROUTE, Word.SIGNAL);
        case SCHEMA -> EnumSet.of(Word.FLEET, Word.DEVICE, Word.ID);
        default -> EnumSet.of(Word.FLEET, Word.DEVICE);
      };
    }

    /** The full name of its protobuf message, which is the content type over MQTT 5. */
    public String contentType() {
      return contentType;
    }
  }

  /**
   * What a topic says.
   *
   * @param name the route of data, the id of a schema in hex; empty for others
   */
  public record Place(DeviceName device, Kind kind, String name) {}

  private final Map<Kind, TopicTemplate> templates;

  private Topics(Map<Kind, TopicTemplate> templates) {
    this.templates = templates;
  }

  /**
   * Topics as templates say.
   *
   * @param all of all kinds, with KIND in it
   * @param own of single kinds, for which it replaces that of all
   * @throws IllegalArgumentException if it cannot be told from a topic what is on it; the message says what is wanted
   */
  public static Topics of(String all, Map<Kind, String> own) {
    TopicTemplate shared = new TopicTemplate(all);
    if (!shared.has(Word.KIND) && own.size() < Kind.values().length) {
      throw new IllegalArgumentException("want KIND in " + all + ", which data, schema, status and"
          + " others then have of their own, or topics for each of them");
    }
    Map<Kind, TopicTemplate> templates = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      String text = own.get(kind);
      templates.put(kind, text == null ? shared.of(kind) : of(kind, text));
    }
    templates.forEach((kind, template) -> refuseStrangers(kind, template));
    Topics made = new Topics(templates);
    made.refuseMeeting(made);
    return made;
  }

  private static TopicTemplate of(Kind kind, String text) {
    TopicTemplate template = new TopicTemplate(text);
    if (kind == Kind.SCHEMA && !template.has(Word.ID)) {
      throw new IllegalArgumentException(
          "want ID, which is the schema's, in " + text + ", or each would replace the one before");
    }
    return template;
  }

  private static void refuseStrangers(Kind kind, TopicTemplate template) {
    Set<Word> strangers = template.words();
    strangers.removeAll(kind.words());
    if (!strangers.isEmpty()) {
      throw new IllegalArgumentException("want of the words no others than " + kind.words()
          + " in the topic of " + kind.level + ", got " + template
          + (strangers.contains(Word.ROUTE) ? "; in that of all, ROUTE is a level alone" : ""));
    }
  }

  /**
   * Refuses others at the same broker with which these would be mixed up.
   *
   * @throws IllegalArgumentException if a topic may be of one kind by these and of another by those
   */
  public void refuseMeeting(Topics others) {
    templates.forEach((kind, template) -> others.templates.forEach((other, its) -> {
      if (kind != other && template.meets(its)) {
        throw new IllegalArgumentException("want topics of which each is of one kind: " + template
            + " is that of " + kind.level + ", and " + its + " that of " + other.level);
      }
    }));
  }

  /** A text with the names in the places of FLEET, DEVICE and ROUTE. */
  public static String filled(String text, DeviceName device, String route) {
    return TopicTemplate.filled(
        text, Map.of(Word.FLEET, device.fleet(), Word.DEVICE, device.device(), Word.ROUTE, route));
  }

  /** Whether a text has a word of a template in it. */
  public static boolean isTemplate(String text) {
    return TopicTemplate.hasWord(text);
  }

  private String topic(Kind kind, DeviceName device, Map<Word, String> more) {
    Map<Word, String> values = new EnumMap<>(Word.class);
    values.put(Word.FLEET, device.fleet());
    values.put(Word.DEVICE, device.device());
    values.putAll(more);
    return template(kind).topic(values);
  }

  private TopicTemplate template(Kind kind) {
    TopicTemplate template = templates.get(kind);
    if (template == null) {
      throw new IllegalStateException("no topic of " + kind);
    }
    return template;
  }

  /** Where the batches of a route go. */
  public String data(DeviceName device, String route) {
    return topic(Kind.DATA, device, Map.of(Word.ROUTE, route));
  }

  /** Where the values of one signal go; its name becomes a level, in which {@code %2F} stands for what no level may have. */
  public String signal(DeviceName device, String route, String signal) {
    return topic(Kind.DATA, device, Map.of(Word.ROUTE, route, Word.SIGNAL, level(signal)));
  }

  private static String level(String name) {
    if (LEVEL.matcher(name).matches()) {
      return name;
    }
    StringBuilder level = new StringBuilder(name.isEmpty() ? "%" : "");
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      if (LEVEL.matcher(Character.toString(each)).matches() || Character.isSurrogate(each)) {
        level.append(each);
      } else {
        level.append('%').append(HEX.toHexDigits((byte) each));
      }
    }
    return level.toString();
  }

  /** The same, with a topic for each signal: where the template of data has none, below its topic. */
  public Topics withSignals() {
    if (hasSignals()) {
      return this;
    }
    Map<Kind, TopicTemplate> all = new EnumMap<>(templates);
    all.put(Kind.DATA, new TopicTemplate(template(Kind.DATA) + "/" + Word.SIGNAL));
    return new Topics(all);
  }

  /** Whether there is a topic for each signal. */
  public boolean hasSignals() {
    return template(Kind.DATA).has(Word.SIGNAL);
  }

  /** Where a schema, or a piece of one, lies. */
  public String schema(DeviceName device, Bytes id) {
    return topic(Kind.SCHEMA, device, Map.of(Word.ID, id.toString()));
  }

  /** Where a device's messages of a kind go that has no names. */
  public String plain(DeviceName device, Kind kind) {
    if (kind.isNamed()) {
      throw new IllegalArgumentException(kind + " has a topic for each name");
    }
    return topic(kind, device, Map.of());
  }

  /** Whether a topic is that of replies of a device of this fleet, or lies below it, and may be published to. */
  public boolean isReply(String topic, String fleet) {
    TopicTemplate template = template(Kind.REPLY);
    int levels = template.toString().split("/", -1).length;
    String[] given = topic.split("/", levels + 1);
    boolean isOfOther = place(topic).filter(place -> place.kind() != Kind.REPLY).isPresent();
    if (given.length < levels || isOfOther) {
      return false;
    }
    String own = String.join("/", Arrays.asList(given).subList(0, levels));
    return BELOW.matcher(topic.substring(own.length())).matches()
        && template
            .read(own)
            .filter(read -> read.getOrDefault(Word.FLEET, fleet).equals(fleet))
            .filter(read -> isName(read.getOrDefault(Word.DEVICE, UNKNOWN)))
            .isPresent();
  }

  /** The filter for a kind of all devices. */
  public String all(Kind kind) {
    return template(kind).filter();
  }

  /** Which of {@code fleet}, {@code device} and {@code route} the topics leave out, so that properties tell it. */
  public Set<String> leftOut() {
    Set<String> names = new TreeSet<>();
    for (Kind kind : List.of(Kind.DATA, Kind.EVENT, Kind.STATUS)) {
      Set<Word> missing = EnumSet.copyOf(kind.words());
      missing.remove(Word.SIGNAL);
      missing.removeAll(template(kind).words());
      missing.forEach(word -> names.add(property(word)));
    }
    return names;
  }

  private static String property(Word word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** What a topic says; nothing if it is none of these. */
  public Optional<Place> place(String topic) {
    return place(topic, Map.of());
  }

  /** The same with the properties of a message on it; nothing, too, where neither says of whom data, an event or a status is. */
  public Optional<Place> place(String topic, Map<String, String> properties) {
    for (Kind kind : Kind.values()) {
      Optional<Map<Word, String>> read = template(kind).read(topic);
      if (read.isPresent()) {
        return place(kind, read.get(), properties);
      }
    }
    return Optional.empty();
  }

  private static Optional<Place> place(
      Kind kind, Map<Word, String> read, Map<String, String> properties) {
    boolean isOfOne = kind == Kind.DATA || kind == Kind.EVENT || kind == Kind.STATUS;
    for (Word word : List.of(Word.FLEET, Word.DEVICE, Word.ROUTE)) {
      String told = properties.get(property(word));
      if (told != null && isName(told)) {
        read.putIfAbsent(word, told);
      }
      if (!read.containsKey(word) && isOfOne && kind.words().contains(word)) {
        return Optional.empty();
      }
    }
    DeviceName device = new DeviceName(
        read.getOrDefault(Word.FLEET, UNKNOWN), read.getOrDefault(Word.DEVICE, UNKNOWN));
    String name = read.getOrDefault(kind == Kind.SCHEMA ? Word.ID : Word.ROUTE, "");
    return Optional.of(new Place(device, kind, kind.isNamed() ? name : ""));
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The topic of such a place. */
  public String of(Place place) {
    return topic(
        place.kind(), place.device(), Map.of(Word.ROUTE, place.name(), Word.ID, place.name()));
  }
}
