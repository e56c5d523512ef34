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
  private static final Pattern WORDS = Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])");
  private static final Set<String> HALVES = Set.of("lat", "lon", "lng", "long");
  private static final Pattern HALF = Pattern.compile("latitude|longitude");
  private static final Pattern VIN =
      Pattern.compile("vehicleidentification(number|no|nr)|vehicleidnumber");

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
    if (!spec.kind().isNumber() || !PositionCover.isDegrees(spec.unit(), true)) {
      return false;
    }
    String name = name(spec.path());
    if (HALF.matcher(letters(name)).find()) {
      return true;
    }
    // lateral and longitudinal are called so too, but not in degrees
    boolean isShort =
        WORDS.splitAsStream(name).anyMatch(word -> HALVES.contains(word.toLowerCase(Locale.ROOT)));
    return isShort
        && (PositionCover.isDegrees(spec.unit(), false)
            || HALVES.contains(name.toLowerCase(Locale.ROOT)));
  }

  private static boolean isVin(String path, String unit) {
    String name = name(path);
    return unit.isEmpty()
        && (WORDS.splitAsStream(name).anyMatch("vin"::equalsIgnoreCase)
            || VIN.matcher(letters(name)).find());
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String letters(String name) {
    return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
  }
}
