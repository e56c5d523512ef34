package dev.caravan.agent.config;

import dev.caravan.agent.config.Node.Mapping;
import dev.caravan.agent.config.Node.Place;
import dev.caravan.agent.config.Node.Scalar;
import dev.caravan.agent.config.Node.Sequence;
import dev.caravan.agent.config.Node.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a YAML 1.2 file into a {@link Node}. {@code ${NAME}} and {@code ${NAME:-default}} in values are replaced by
 * environment variables. Duplicate keys, a second document, a value that holds itself and nesting deeper than
 * {@value #MOST_LEVELS} levels are faults. An alias stands for the very value of its anchor, so aliases of aliases cost
 * nothing.
 */
public final class YamlFile {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\\}");

  private static final String YAML_TAGS = "tag:yaml.org,2002:";

  private static final Place TOP = new Place(1, 1);

  /** Far above any configuration, far below what exhausts the memory or the stack. */
  private static final int MOST_BYTES = 16 << 20;

  private static final int BYTES_SHARE = 16;

  /** A value takes some 300 bytes with its key and its place. */
  private static final int MOST_VALUES = 1_000_000;

  private static final int VALUES_SHARE = 640;
  private static final int MOST_LEVELS = 100;

  private final Path file;
  private final Faults faults;
  private final Function<String, Optional<String>> environment;
  private final Function<String, Optional<String>> unset;
  private final Map<String, Optional<Value>> anchors = new HashMap<>();
  private final int mostValues = FileRoom.most(MOST_VALUES, VALUES_SHARE);

  // while reading
  private int values;
  private Place latest = TOP;

  private YamlFile(
      Path file,
      Faults faults,
      Function<String, Optional<String>> environment,
      Function<String, Optional<String>> unset) {
    this.file = file;
    this.faults = faults;
    this.environment = environment;
    this.unset = unset;
  }

  /** Reads a file; faults are collected, and the answer is then as much of the tree as was understood. */
  public static Node read(Path file, Faults faults) {
    return read(file, faults, name -> Optional.ofNullable(System.getenv(name)));
  }

  /** Reads a file with variables from elsewhere than the environment of this process. */
  public static Node read(
      Path file, Faults faults, Function<String, Optional<String>> environment) {
    return read(file, faults, environment, name -> Optional.empty());
  }

  /**
   * Reads a file with variables from elsewhere than the environment of this process.
   *
   * @param unset what stands for a variable that is not set where no default is given; a fault where it says nothing
   */
  public static Node read(
      Path file,
      Faults faults,
      Function<String, Optional<String>> environment,
      Function<String, Optional<String>> unset) {
    Node nothing = new Node(file, "", null, TOP, faults);
    return FileRoom.orFault(
        file, faults, nothing, () -> new YamlFile(file, faults, environment, unset).read());
  }

  private Node read() {
    Value value = null;
    String text = content();
    if (text != null) {
      try {
        LoadSettings settings = LoadSettings.builder()
            .setLabel(file.toString())
            .setUseMarks(true)
            .setCodePointLimit(MOST_BYTES)
            .build();
        value = document(new Parse(settings).parseString(text).iterator());
      } catch (MarkedYamlEngineException e) {
        YamlMistake mistake = YamlMistake.of(text, e);
        fault(mistake.place(), mistake.words());
      } catch (ReaderException e) {
        fault(
            place(text, e.getPosition()),
            String.format("not YAML: a control character, U+%04X", e.getCodePoint()));
      } catch (YamlEngineException e) {
        fault(TOP, "not YAML: " + e.getMessage());
      } catch (IllegalArgumentException e) {
        // what the parser has for an escape that is cut off, or above U+10FFFF
        fault(latest, "not YAML: behind this an escape in a text that is no character");
      }
    }
    return new Node(file, "", value, value == null ? TOP : value.place(), faults);
  }

  private @Nullable String content() {
    try {
      byte[] content = FileRoom.read(file, FileRoom.most(MOST_BYTES, BYTES_SHARE));
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content))
          .toString();
    } catch (CharacterCodingException e) {
      faults.add(file.toString(), "not UTF-8");
    } catch (IOException e) {
      faults.add(file.toString(), String.valueOf(e.getMessage()));
    }
    return null;
  }

  private @Nullable Value document(Iterator<Event> events) {
    int faultsBefore = faults.found().size();
    Value value = null;
    int documents = 0;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent && ++documents > 1) {
        fault(place(event), "want one document, got another");
        break;
      }
      if (event instanceof NodeEvent) {
        value = value(event, events, 1);
      }
    }
    if (value == null && faults.found().size() == faultsBefore) {
      fault(TOP, "the file is empty");
    }
    return value;
  }

  /** The value that begins with an event already taken; null for an empty one. */
  private @Nullable Value value(Event first, Iterator<Event> rest, int level) {
    Place at = place(first);
    latest = at;
    if (level > MOST_LEVELS) {
      throw unwanted("nested deeper than " + MOST_LEVELS + " levels", first);
    }
    if (++values > mostValues) {
      throw unwanted("more than " + mostValues + " values", first);
    }
    if (first instanceof AliasEvent alias) {
      // An anchor is known from the end of its value on, so no value can hold itself.
      String name = alias.getAlias().toString();
      if (!anchors.containsKey(name)) {
        fault(
            at,
            "*" + name
                + ": no value with this anchor ends before; if it is a text, put it in quotes: "
                + YamlMistake.quoted("*" + name));
      }
      return anchors.getOrDefault(name, Optional.empty()).orElse(null);
    }
    tag(first)
        .ifPresent(tag -> fault(
            at, tag + " is a tag, which nothing here has; if it is a text, put it in quotes"));
    Value value = switch (first.getEventId()) {
      case SequenceStart -> sequence(at, rest, level);
      case MappingStart -> mapping(at, rest, level);
      default -> scalar(at, (ScalarEvent) first);
    };
    if (first instanceof NodeEvent node && node.getAnchor().isPresent()) {
      anchors.put(node.getAnchor().get().toString(), Optional.ofNullable(value));
    }
    return value;
  }

  /** What begins with an exclamation mark; empty for those of YAML itself, which change nothing. */
  private static Optional<String> tag(Event event) {
    Optional<String> tag = event instanceof ScalarEvent scalar
        ? scalar.getTag()
        : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
    return tag.filter(name -> !name.startsWith(YAML_TAGS));
  }

  private static ParserException unwanted(String what, Event at) {
    return new ParserException("", Optional.empty(), what, at.getStartMark());
  }

  private @Nullable Value scalar(Place at, ScalarEvent event) {
    String text = event.getValue();
    if (event.isPlain() && (text.isEmpty() || text.equals("~") || text.equals("null"))) {
      return null;
    }
    String whole = substitute(text, at);
    // In {a: "${B}"} the quotes are YAML's wish, not the writer's.
    Matcher variable = VARIABLE.matcher(text);
    boolean alone = variable.matches() && variable.group(2) == null;
    return new Scalar(whole, !event.isPlain() && whole.equals(text), alone, at);
  }

  private Value sequence(Place at, Iterator<Event> rest, int level) {
    List<Value> items = new ArrayList<>();
    for (Event next = rest.next(); !(next instanceof SequenceEndEvent); next = rest.next()) {
      Value item = value(next, rest, level + 1);
      if (item != null) {
        items.add(item);
      } else if (!(next instanceof AliasEvent)) {
        fault(place(next), "an empty item in a list");
      }
    }
    return new Sequence(items, at);
  }

  private Value mapping(Place at, Iterator<Event> rest, int level) {
    Map<String, Value> entries = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    for (Event next = rest.next(); !(next instanceof MappingEndEvent); next = rest.next()) {
      Place keyAt = place(next);
      if (!(next instanceof ScalarEvent)) {
        Value ignored = value(next, rest, level + 1);
      }
      Value value = value(rest.next(), rest, level + 1);
      if (!(next instanceof ScalarEvent key)) {
        fault(keyAt, "want a word as a key");
        continue;
      }
      Place first = keys.putIfAbsent(key.getValue(), keyAt);
      if (first != null) {
        fault(keyAt, key.getValue() + ": duplicate key; first in line " + first.line());
      } else if (value != null) {
        entries.put(key.getValue(), value);
      }
    }
    return new Mapping(entries, keys, at);
  }

  private String substitute(String text, Place at) {
    if (!text.contains("${")) {
      return text;
    }
    Matcher variable = VARIABLE.matcher(text);
    if (variable.replaceAll("").contains("${")) {
      fault(at, "want ${NAME} or ${NAME:-default}, got '" + text + "'");
      return text;
    }
    return variable.replaceAll(found -> {
      Optional<String> value = environment.apply(found.group(1)).filter(set -> !set.isEmpty());
      if (value.isEmpty() && found.group(2) == null) {
        value = unset.apply(found.group(1));
      }
      if (value.isEmpty() && found.group(2) == null) {
        fault(
            at, "environment variable " + found.group(1) + " is not set, and no default is given");
      }
      return Matcher.quoteReplacement(value.orElse(found.group(3) == null ? "" : found.group(3)));
    });
  }

  private void fault(Place at, String what) {
    faults.add(file + ":" + at.line() + ":" + at.column(), what);
  }

  /** Of a character, by how many stand before it. */
  private static Place place(String text, int position) {
    String before = text.substring(0, text.offsetByCodePoints(0, position));
    int lines = (int) before.chars().filter(c -> c == '\n').count();
    return new Place(lines + 1, before.length() - before.lastIndexOf('\n'));
  }

  private static Place place(Event event) {
    return event.getStartMark().map(YamlFile::place).orElse(TOP);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
