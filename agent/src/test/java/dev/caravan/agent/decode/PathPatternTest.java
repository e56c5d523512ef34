package dev.caravan.agent.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "Vehicle.Speed,              Vehicle.Speed,                          true",
    "Vehicle.Speed,              Vehicle.Speed.Max,                      false",
    "Vehicle.Speed,              Vehicle,                                false",
    "Vehicle.Speed,              vehicle.speed,                          false",
    "Vehicle.*,                  Vehicle.Speed,                          true",
    "Vehicle.*,                  Vehicle.Cabin.Door,                     false",
    "Vehicle.*,                  Vehicle,                                false",
    "*.EngineData.*,             can0.EngineData.Speed,                  true",
    "*.EngineData.*,             can0.x.EngineData.Speed,                false",
    "Vehicle.Powertrain.**,      Vehicle.Powertrain.Battery.Cell.3.Volt, true",
    "Vehicle.Powertrain.**,      Vehicle.Powertrain,                     true",
    "Vehicle.Powertrain.**,      Vehicle.PowertrainX.A,                  false",
    "**,                         a,                                      true",
    "**.Speed,                   Speed,                                  true",
    "**.Speed,                   a.b.Speed,                              true",
    "**.Speed,                   a.Speed.c,                              false",
    "a.**.d,                     a.d,                                    true",
    "a.**.d,                     a.b.c.d,                                true",
    "a.**.d,                     a.d.d,                                  true",
    "a.**.*.d,                   a.d,                                    false",
    "a.**.*.d,                   a.b.d,                                  true",
    "**.b.**.c,                  b.x.b.y.c,                              true",
    "**.b.**.c,                  b.x.b.y.d,                              false",
    "**.**,                      a.b.c,                                  true",
    "Vehicle.Speed#2,            Vehicle.Speed#2,                        true",
  })
  void pathIsCoveredAsAWhole(String pattern, String path, boolean covered) {
    assertEquals(covered, PathPattern.of(pattern).matches(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a.", ".a", "a..b", "a*", "*a.b", "a.***", "a b", "a. b", "a.b ", "\t"})
  void badPatternHasAFlaw(String text) {
    assertTrue(PathPattern.flaw(text).isPresent());
    assertThrows(IllegalArgumentException.class, () -> PathPattern.of(text));
  }

  @Test
  void flawSaysWhatIsWrong() {
    assertEquals(
        "want * or ** alone as a level, got 'Row*' in 'Vehicle.Row*.Speed'",
        PathPattern.flaw("Vehicle.Row*.Speed").orElseThrow());
    assertEquals(
        "want words between the dots, got 'Vehicle..Speed'",
        PathPattern.flaw("Vehicle..Speed").orElseThrow());
  }

  @Test
  void agreesWithTheDefinition() {
    Random random = new Random(20261123);
    int covered = 0;
    for (int round = 0; round < 20_000; round++) {
      List<String> pattern = words(random, List.of("a", "b", "*", "**"));
      List<String> path = words(random, List.of("a", "b"));
      boolean wanted = isCovered(pattern, path);
      covered += wanted ? 1 : 0;
      assertEquals(
          wanted,
          PathPattern.of(String.join(".", pattern)).matches(String.join(".", path)),
          () -> pattern + " against " + path);
    }
    assertTrue(covered > 2_000 && covered < 18_000, "covered=" + covered);
  }

  private static List<String> words(Random random, List<String> from) {
    List<String> words = new ArrayList<>();
    for (int left = 1 + random.nextInt(5); left > 0; left--) {
      words.add(from.get(random.nextInt(from.size())));
    }
    return words;
  }

  private static boolean isCovered(List<String> pattern, List<String> path) {
    if (pattern.isEmpty()) {
      return path.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("**")) {
      return isCovered(rest, path)
          || (!path.isEmpty() && isCovered(pattern, path.subList(1, path.size())));
    }
    return !path.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(path.get(0)))
        && isCovered(rest, path.subList(1, path.size()));
  }

  @Test
  void manyDoubleStarsTakeNoExponentialTime() {
    String[] levels = new String[61];
    Arrays.fill(levels, "**.a");
    levels[60] = "b";
    String[] words = new String[500];
    Arrays.fill(words, "a");
    PathPattern pattern = PathPattern.of(String.join(".", levels));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertFalse(pattern.matches(String.join(".", words))));
  }

  @Test
  void patternOfVeryManyLevelsIsRefused() {
    assertEquals(Optional.empty(), PathPattern.flaw("**." + "a.".repeat(253) + "b"));
    assertEquals(
        Optional.of("want at most 255 levels, got 3001"),
        PathPattern.flaw("**.".repeat(3000) + "x"));
  }

  /** Worked by hand; whichever is asked. */
  @ParameterizedTest
  @CsvSource({
    "a.b, a.b, true", "a.b, a.c, false", "a.*, *.b, true", "a.*.c, a.b.*, true",
    "a.*.c, a.b.d, false", "**, a.b, true", "a.**, a, true", "a.**, b.**, false",
    "**.b, a.**, true", "**.b, a.*.c, false", "a.**.c, a.*.*.c, true", "a.**.c, a.*.*.d, false",
    "a.*, a.*.*, false", "**.x.**, a.*.c, true", "**, **, true", "a.**.b.**.c, a.*.c, true"
  })
  void patternsThatCoverOnePathMeet(String one, String other, boolean meets) {
    assertEquals(meets, PathPattern.of(one).meets(PathPattern.of(other)));
    assertEquals(meets, PathPattern.of(other).meets(PathPattern.of(one)));
  }
}
