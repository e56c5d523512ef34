package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What tells where a vehicle is, or which one it is, by the names that VSS, NMEA 0183, J1939, OBD and makers of DBC files give:
 * for a person to look at, since a name proves nothing. For one reading, at start-up.
 */
public final class Revealing {
  private static final Pattern WORDS =
      Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final Set<String> HALVES = Set.of("lat", "lon", "lng", "long");
  private static final Set<String> BESIDE_HALVES = Set.of(
      "", "gps", "gnss", "pos", "position", "location", "loc", "coord", "deg", "fix", "car", "ego");
  private static final Pattern HALF = Pattern.compile("latitude|longitude");
  private static final List<String> UNITS_OF_PARTS =
      List.of("min", "arcmin", "sec", "arcsec", "'", "′", "\"", "″", "rad");
  private static final Pattern VIN = Pattern.compile(
      "(vehicleidentification|chassis|fahrgestell)(number|no|nr|nummer)|vehicleidnumber");
  private static final Pattern VIN_AND_MORE = Pattern.compile("(?<![A-Z])VIN(?![A-Z][A-Z])");
  private static final Pattern SHAPE_OF_VIN =
      Pattern.compile("(?=.*[0-9])(?=.*[A-Z])[A-HJ-NPR-Z0-9]{17}");

  /** What a table of OBD and a J1939 bus say of themselves. */
  private static final List<String> TO_COME = List.of("Vin", "VehicleIdentificationNumber");

  private final PrivacySettings settings;
  private final Predicate<String> leaves;

  /** {@code leaves}: whether samples of a signal of that name leave by the route at all. */
  public Revealing(PrivacySettings settings, Predicate<String> leaves) {
    this.settings = settings;
    this.leaves = leaves;
  }

  /** Positions that leave as they were measured. */
  public List<String> positions(List<Signal> signals) {
    return signals.stream()
        .filter(signal -> isPosition(signal.spec()))
        .map(Signal::path)
        .filter(path -> leaves.test(path) && !settings.coversPosition(path))
        .toList();
  }

  /** Vehicle identification numbers that leave as they are. */
  public List<String> vins(List<Signal> signals) {
    return signals.stream()
        .filter(signal -> isVin(signal.path(), signal.spec().unit()))
        .map(Signal::path)
        .filter(path -> leaves.test(path) && !settings.coversName(path))
        .toList();
  }

  /** Such numbers of signals that are defined only when they are heard, which these patterns cover. */
  public List<String> vinsToCome(List<PathPattern> toCome) {
    List<String> found = new ArrayList<>();
    for (PathPattern pattern : toCome) {
      named(pattern)
          .filter(path -> leaves.test(path) && !settings.coversName(path))
          .filter(path -> found.stream().noneMatch(other -> isDeeper(path, other)))
          .ifPresent(found::add);
    }
    return found;
  }

  private static Optional<String> named(PathPattern pattern) {
    String text = pattern.toString();
    String last = text.substring(text.lastIndexOf('.') + 1);
    if (!last.equals("*")) {
      return isVin(text, "") ? Optional.of(text) : Optional.empty();
    }
    String stem = text.substring(0, text.length() - 1);
    return stem.contains(".J1939.")
        ? stem.endsWith(".VI.") ? Optional.of(stem + TO_COME.get(1)) : Optional.empty()
        : Optional.of(stem + TO_COME.get(0));
  }

  /** Whether it is the same with more levels in between. */
  private static boolean isDeeper(String path, String other) {
    int dot = other.lastIndexOf('.');
    return path.startsWith(other.substring(0, dot + 1)) && path.endsWith(other.substring(dot));
  }

  private static boolean isPosition(SignalSpec spec) {
    String name = name(spec.path());
    String unit = spec.unit().strip().toLowerCase(Locale.ROOT);
    boolean isAngle = PositionCover.isDegrees(unit, false);
    if (HALF.matcher(letters(name)).find()) {
      // of degrees, minutes or without a unit, in numbers or as text
      return isAngle || unit.isEmpty() || UNITS_OF_PARTS.stream().anyMatch(unit::startsWith);
    }
    if (!spec.kind().isNumber()) {
      return false;
    }
    // lateral and longitudinal are called so too, but not in degrees
    List<String> words = words(name);
    return words.stream().anyMatch(HALVES::contains)
        && (isAngle
            || (unit.isEmpty()
                && words.stream()
                    .allMatch(word -> HALVES.contains(word) || BESIDE_HALVES.contains(word))));
  }

  /** By the name of the signal, or of its message. */
  private static boolean isVin(String path, String unit) {
    int dot = path.lastIndexOf('.');
    return unit.isEmpty()
        && (isVin(path.substring(dot + 1)) || isVin(name(path.substring(0, Math.max(0, dot)))));
  }

  private static boolean isVin(String name) {
    return words(name).contains("vin")
        || VIN_AND_MORE.matcher(name).find()
        || VIN.matcher(letters(name)).find();
  }

  /** Whether a text looks like a vehicle identification number (ISO 3779). */
  public static boolean looksLikeVin(String text) {
    return SHAPE_OF_VIN.matcher(text).matches();
  }

  private static List<String> words(String name) {
    return WORDS.splitAsStream(name).map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String letters(String name) {
    return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
  }
}
