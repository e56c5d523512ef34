package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.security.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The list {@code privacy} of a route: rules, of which all that match a signal count. */
public final class PrivacySettings {
  private static final String WITHIN = "within";
  private static final String OUTSIDE = "outside";
  private static final int LEAST_KEY_BYTES = 16;
  private static final int MOST_RULES = 1000;

  private static final Key<String> LATITUDE = Key.text("latitude")
      .absent("a rule of `match`")
      .range("as `match`")
      .says("the latitudes of positions, in degrees; beside `longitude`");
  private static final Key<String> LONGITUDE = Key.text("longitude")
      .absent("a rule of `match`")
      .range("as `match`")
      .says("the longitudes of the same positions: of one message or line, there those with the "
          + "same path up to its last dot, or the only ones");
  private static final Key<Integer> DECIMALS = Key.whole("decimals", 0, 7)
      .absent("not rounded")
      .says("round positions to so many decimals of a degree; not beside `grid`");
  private static final Key<Double> GRID = Key.number("grid", 1, 1_000_000)
      .unit("m")
      .absent("not rounded")
      .says("round positions to the points of a grid with so much between them");
  private static final Key<String> LEAVE_OUT = Key.oneOf("leave_out", WITHIN, OUTSIDE)
      .absent("none")
      .says("leave out positions within `circle`, or outside of it, by what was measured");
  private static final Key<Double> CENTRE_LATITUDE =
      Key.number("latitude", -90, 90).required().unit("degrees").says("of the centre");
  private static final Key<Double> CENTRE_LONGITUDE =
      Key.number("longitude", -180, 180).required().unit("degrees").says("of the centre");
  private static final Key<Double> RADIUS = Key.number("radius", 1, 20_000_000)
      .required()
      .unit("m")
      .says("along the ground, taken for a sphere");
  private static final Key<Node> CIRCLE = Key.block(
          "circle", List.of(CENTRE_LATITUDE, CENTRE_LONGITUDE, RADIUS))
      .absent("none")
      .says("the area of `leave_out`");
  private static final Key<String> MATCH = Key.text("match")
      .absent("a rule of positions")
      .range("words, `*` and `**` between dots, as of `shape`")
      .says("identifiers, such as a VIN: texts or blocks; or, with `drop`, any signals");
  private static final Key<String> HASH_KEY = Key.secret("hash_key")
      .says("one environment variable, `${NAME}`, and nothing else; not beside `hash_key_file`");
  private static final Key<Path> HASH_KEY_FILE = Key.file("hash_key_file")
      .absent("not hashed")
      .range("a readable file, 16 bytes or more in its first line")
      .says("file with the key by which identifiers are hashed, in its first line, read at the "
          + "start: HMAC-SHA-256, a text as 64 hex digits, a block as 32 bytes");
  private static final Key<String> SALT = Key.text("salt")
      .absent("none")
      .says("text that is hashed before the identifier, with a byte 0 between them, so that two "
          + "routes of one key have two pseudonyms");
  private static final Key<Boolean> DROP = Key.flag("drop", false)
      .says("leave these signals out, of events too; the only key of its rule beside `match`");

  /** The keys of a rule. */
  public static final List<Key<?>> KEYS = List.of(
      LATITUDE,
      LONGITUDE,
      DECIMALS,
      GRID,
      LEAVE_OUT,
      CIRCLE,
      MATCH,
      HASH_KEY,
      HASH_KEY_FILE,
      SALT,
      DROP);

  private static final PathPattern EVERYTHING = PathPattern.of("**");

  private final boolean isSaid;
  private final List<PositionRule> positions;
  private final List<NameRule> names;

  private PrivacySettings(boolean isSaid, List<PositionRule> positions, List<NameRule> names) {
    this.isSaid = isSaid;
    this.positions = List.copyOf(positions);
    this.names = List.copyOf(names);
  }

  /** Reads the list; where it is absent or empty, everything leaves as it is. */
  public static PrivacySettings from(Node list) {
    List<PositionRule> positions = new ArrayList<>();
    List<NameRule> names = new ArrayList<>();
    List<Node> items = list.items();
    if (items.size() > MOST_RULES) {
      list.fault("want at most " + MOST_RULES + " rules, got " + items.size());
      items = items.subList(0, MOST_RULES);
    }
    for (Node item : items) {
      if (!item.isMapping()) {
        item.fault("want a rule such as {latitude: \"**.Latitude\", longitude: \"**.Longitude\", "
            + "grid: 1000} or {match: \"**.VIN\", drop: true}");
        continue;
      }
      boolean isPosition = item.at(LATITUDE).isPresent() || item.at(LONGITUDE).isPresent();
      if (isPosition) {
        positions.add(position(item));
        refuse(item, "of a position", MATCH, HASH_KEY, HASH_KEY_FILE, SALT, DROP);
      } else {
        names.add(name(item));
        refuse(item, "with match", DECIMALS, GRID, LEAVE_OUT, CIRCLE);
      }
      item.refuseUnknownKeys();
    }
    return new PrivacySettings(list.isPresent(), positions, names);
  }

  private static void refuse(Node item, String rule, Key<?>... others) {
    for (Key<?> other : others) {
      Node value = item.at(other);
      if (value.isPresent()) {
        value.fault("has no meaning in a rule " + rule + "; want a rule of its own");
      }
    }
  }

  private static PositionRule position(Node item) {
    Node decimals = item.at(DECIMALS);
    Node grid = item.at(GRID);
    Node leaveOut = item.at(LEAVE_OUT);
    Node circle = item.at(CIRCLE);
    PathPattern latitude = pattern(item.at(LATITUDE));
    PathPattern longitude = pattern(item.at(LONGITUDE));
    if (item.at(LONGITUDE).isPresent() && latitude.toString().equals(longitude.toString())) {
      item.at(LONGITUDE).fault("the same as latitude; want the other half of the position");
    }
    if (decimals.isPresent() && grid.isPresent()) {
      grid.fault("want decimals or grid, got both");
    }
    if (leaveOut.isPresent() && !circle.isPresent()) {
      leaveOut.fault("want a circle beside it, {latitude: 48.137, longitude: 11.575, radius: 500}");
    }
    if (circle.isPresent() && !leaveOut.isPresent()) {
      circle.fault("want leave_out: within or leave_out: outside beside it");
    }
    if (!decimals.isPresent() && !grid.isPresent() && !leaveOut.isPresent()) {
      item.fault("asks for nothing; want decimals, grid or leave_out");
    }
    boolean rounds = decimals.isPresent() || grid.isPresent();
    return new PositionRule(
        item.where(),
        item.path(),
        latitude,
        longitude,
        circle.isPresent() ? Optional.of(circle(circle)) : Optional.empty(),
        leaveOut.isPresent() && item.get(LEAVE_OUT).equals(OUTSIDE),
        rounds
            ? Optional.of(
                new Rounding(item.find(DECIMALS).orElse(0), item.find(GRID).orElse(0.0)))
            : Optional.empty());
  }

  private static Circle circle(Node node) {
    Circle circle =
        new Circle(node.get(CENTRE_LATITUDE), node.get(CENTRE_LONGITUDE), node.get(RADIUS));
    node.refuseUnknownKeys();
    return circle;
  }

  private static NameRule name(Node item) {
    Node match = item.at(MATCH);
    Node key = item.at(item.at(HASH_KEY_FILE).isPresent() ? HASH_KEY_FILE : HASH_KEY);
    Optional<Bytes> secret = Secret.from(item, HASH_KEY, HASH_KEY_FILE).map(of -> key(of, key));
    Node salt = item.at(SALT);
    boolean drops = item.get(DROP);
    if (drops && (secret.isPresent() || salt.isPresent())) {
      item.at(DROP).fault("true, so nothing is sent; remove the other keys of the rule");
    } else if (!drops && secret.isEmpty()) {
      item.fault("asks for nothing; want hash_key_file, hash_key or drop: true");
    }
    return new NameRule(item.where(), item.path(), pattern(match), secret, salt.text(""));
  }

  private static Bytes key(Secret secret, Node node) {
    try {
      byte[] key = secret.reveal();
      if (key.length > 0 && key.length < LEAST_KEY_BYTES) {
        node.fault("the key has " + key.length + " bytes; want " + LEAST_KEY_BYTES
            + " or more, such as `openssl rand -hex 32` makes");
      }
      return Bytes.owning(key);
    } catch (IOException e) {
      return Bytes.EMPTY; // it is a fault already
    }
  }

  private static PathPattern pattern(Node match) {
    String text = match.text();
    Optional<String> flaw = PathPattern.flaw(text);
    if (flaw.isPresent() && match.isPresent() && !match.isList() && !match.isMapping()) {
      match.fault(flaw.get());
    }
    return flaw.isEmpty() ? PathPattern.of(text) : EVERYTHING;
  }

  /** Whether the route says that everything may leave as it is. */
  public boolean saysNothingNeedBe() {
    return isSaid && isEmpty();
  }

  /** Whether everything leaves as it is. */
  public boolean isEmpty() {
    return positions.isEmpty() && names.isEmpty();
  }

  List<PositionRule> positions() {
    return positions;
  }

  List<NameRule> names() {
    return names;
  }

  /** Whether no sample of a signal of that name ever leaves. */
  public boolean drops(String path) {
    return names.stream()
        .anyMatch(rule -> rule.secret().isEmpty() && rule.match().matches(path));
  }

  /** Whether a position of that name is left out somewhere, rounded, or never sent. */
  boolean coversPosition(String path) {
    return drops(path) || positions.stream().anyMatch(rule -> rule.isFor(path));
  }

  /** Whether an identifier of that name is hashed, or never sent. */
  boolean coversName(String path) {
    return names.stream().anyMatch(rule -> rule.match().matches(path));
  }

  /**
   * Rules that touch none of these signals, or leave out what they were to round or hash: place in the configuration, and
   * why.
   *
   * @param mayCome whether a pattern may match what is not known yet
   */
  public List<Fault> flaws(List<Signal> signals, Predicate<String> mayCome) {
    List<Fault> found = new ArrayList<>();
    for (PositionRule rule : positions) {
      for (PathPattern half : List.of(rule.latitude(), rule.longitude())) {
        unmatched(half, signals, mayCome).ifPresent(what -> found.add(rule.fault(what)));
      }
      signals.stream()
          .filter(signal -> rule.isFor(signal.path()) && !PositionCover.isFit(signal.spec()))
          .forEach(signal -> found.add(rule.fault(signal + " is left out, it is "
              + (signal.kind().isNumber() ? "in " + signal.spec().unit() : "no number")
              + "; want numbers in degrees")));
      signals.stream()
          .filter(signal -> rule.isFor(signal.path()) && PositionCover.isFit(signal.spec()))
          .forEach(signal ->
              flaw(rule, signal, signals).ifPresent(what -> found.add(rule.fault(signal + what))));
    }
    for (NameRule rule : names) {
      unmatched(rule.match(), signals, mayCome).ifPresent(what -> found.add(rule.fault(what)));
      signals.stream()
          .filter(signal -> rule.secret().isPresent()
              && rule.match().matches(signal.path())
              && signal.kind().isNumber())
          .forEach(signal -> found.add(
              rule.fault(signal + " is left out, a number is not hashed; want drop: true for it")));
    }
    return found;
  }

  /** What a rule cannot do for a signal of degrees that it matches. */
  private Optional<String> flaw(PositionRule rule, Signal signal, List<Signal> signals) {
    Halves halves = Halves.of(positions, signal.path());
    if (halves.isBoth(signal)) {
      return Optional.of(
          " is left out, it is latitude and longitude by the rules; want each in one");
    }
    List<Signal> together = signals.stream()
        .filter(other -> other.groupIndex() == signal.groupIndex())
        .toList();
    if (rule.needsBoth(halves.isLongitude(signal))
        && halves.other(signal, together).isEmpty()) {
      return Optional.of(
          " is left out, no other half of its position, or more than one, comes with it "
              + "in one message or line; want decimals alone, or drop: true for both");
    }
    return rule.isAllFiner(signal.spec())
        ? Optional.of(" leaves as it is, it has no steps so fine that they are rounded")
        : Optional.empty();
  }

  private static Optional<String> unmatched(
      PathPattern pattern, List<Signal> signals, Predicate<String> mayCome) {
    return signals.stream().anyMatch(signal -> pattern.matches(signal.path()))
            || mayCome.test(pattern.toString())
        ? Optional.empty()
        : Optional.of("no signal matches '" + pattern + "'");
  }

  /** Whether it does what another does. */
  public boolean isAs(PrivacySettings other) {
    return describe().equals(other.describe());
  }

  /** What it does, in lines for a person. */
  public List<String> describe() {
    return Stream.concat(positions.stream(), names.stream())
        .map(Object::toString)
        .toList();
  }
}
