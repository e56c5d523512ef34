package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {
  private final Path folder;
  private final Faults faults = new Faults();

  NodeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Node read(String yaml) throws IOException {
    return YamlFile.read(Files.writeString(folder.resolve("agent.yaml"), yaml), faults);
  }

  private Node a(String value) throws IOException {
    return read("a: " + value).at("a");
  }

  private List<String> found() {
    return faults.found().stream().map(Fault::what).toList();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "250, 250", "-7, -7", "010, 10", "0x1F, 31", "0xfF, 255", "1_000, 1000"})
  void wholeNumberIsDecimalOrHex(String text, long wanted) throws IOException {
    assertEquals(wanted, a(text).whole(-10, 1000));
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "1.5", "0x", "0xG", "'#10'", "1e3", "99999999999999999999", "''", "[1]", "{}"
      })
  void anythingElseIsNoWholeNumber(String text) throws IOException {
    assertEquals(3, a(text).whole(3, 1000));
    assertEquals(1, found().size());
    assertTrue(
        found().get(0).startsWith("a: want a whole number, 3..1000, got "),
        found().toString());
  }

  @Test
  void wholeNumberOutsideItsRangeIsAFaultWithTheRange() throws IOException {
    assertEquals(1, a("0").whole(1, 5));
    assertEquals(1, a("6").whole(1, 5));
    assertEquals(1, a("1").whole(1, 5));
    assertEquals(5, a("5").whole(1, 5));
    assertEquals(List.of("a: want 1..5, got 0", "a: want 1..5, got 6"), found());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1.5, -1.5", "1e3, 1000", ".5, 0.5", "5., 5", "+2, 2"})
  void numberIsDecimal(String text, double wanted) throws IOException {
    assertEquals(wanted, a(text).number(-10, 1000));
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1d", "1f", "0x1p3", "NaN", "Infinity", ".nan", "1 000", "[1]"})
  void anythingElseIsNoNumber(String text) throws IOException {
    a(text).number(0, 10);
    assertEquals(1, found().size());
    assertTrue(
        found().get(0).startsWith("a: want a number, 0..10, got "), found().toString());
  }

  @Test
  void numberOutsideItsRangeIsAFault() throws IOException {
    a("10.01").number(0, 10);
    assertEquals(List.of("a: want 0..10, got 10.01"), found());
  }

  @ParameterizedTest
  @CsvSource({
    "250us, 250000",
    "250ms, 250000000",
    "1.5s, 1500000000",
    "5 m, 300000000000",
    "2h, 7200000000000",
    "7d, 604800000000000",
    "0, 0",
    "0s, 0",
  })
  void durationHasAUnit(String text, long wantedNs) throws IOException {
    assertEquals(wantedNs, a(text).quantity(Quantity.DURATION, "0", "7d", "1s"));
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10", "s", "-1s", "1S", "1sec", "1e3s", "9999999999999s", "999999999999d"})
  void anythingElseIsNoDuration(String text) throws IOException {
    assertEquals(1_000_000_000L, a(text).quantity(Quantity.DURATION, "0", "7d", "1s"));
    assertEquals(1, found().size());
    assertTrue(
        found().get(0).startsWith("a: want a duration such as 250ms"), found().toString());
  }

  @Test
  void durationOutsideItsRangeIsAFaultInTheWordsOfTheRange() throws IOException {
    a("8d").quantity(Quantity.DURATION, "1ms", "7d", "1s");
    a("999us").quantity(Quantity.DURATION, "1ms", "7d", "1s");
    assertEquals(List.of("a: want 1ms..7d, got 8d", "a: want 1ms..7d, got 999us"), found());
  }

  @ParameterizedTest
  @CsvSource({"512B, 512", "64KiB, 65536", "1.5MiB, 1572864", "2GiB, 2147483648"})
  void sizeHasAUnit(String text, long wanted) throws IOException {
    assertEquals(wanted, a(text).quantity(Quantity.SIZE, "1B", "2GiB", "1B"));
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "64KB", "64kib", "64K"})
  void anythingElseIsNoSize(String text) throws IOException {
    a(text).quantity(Quantity.SIZE, "1B", "2GiB", "1B");
    assertEquals(1, found().size());
  }

  @ParameterizedTest
  @CsvSource({"500k, 500000", "1M, 1000000", "33333, 33333", "83.333k, 83333"})
  void rateMayHaveAFactor(String text, long wanted) throws IOException {
    assertEquals(wanted, a(text).quantity(Quantity.RATE, "10k", "1M", "500k"));
    assertEquals(List.of(), found());
  }

  @Test
  void absentKeyGivesTheDefault() throws IOException {
    Node root = read("b: 1");
    Node absent = root.at("a");
    assertFalse(absent.isPresent());
    assertEquals(7, absent.whole(0, 9, 7));
    assertEquals(0.5, absent.number(0, 1, 0.5));
    assertEquals("x", absent.text("x"));
    assertEquals(Optional.empty(), absent.optionalText());
    assertEquals("y", absent.oneOf(List.of("x", "y"), "y"));
    assertTrue(absent.flag(true));
    assertEquals(2_000_000_000L, absent.quantity(Quantity.DURATION, "1s", "3s", "2s"));
    assertEquals(List.of(), absent.items());
    assertEquals(List.of(), absent.keys());
    assertEquals(Path.of("z"), absent.path(Path.of("z")));
    assertFalse(absent.at("deeper").isPresent());
    assertEquals(List.of(), found());
  }

  @Test
  void oneOrMoreIsAListOfAtLeastOneOrAValueAlone() throws IOException {
    assertEquals(List.of(), read("b: 1").at("a").oneOrMore());
    assertEquals(1, a("x").oneOrMore().size());
    assertEquals(2, a("[x, y]").oneOrMore().size());
    assertEquals(List.of(), found());
    a("[]").oneOrMore();
    assertEquals(List.of("a: want at least one, or the key left out"), found());
  }

  @Test
  void absentKeyThatIsNeededIsAFaultAtItsMapping() throws IOException {
    Node sources = read("x: 1\nsources:\n  - b: 1\n").at("sources");
    Node source = sources.items().get(0);
    assertEquals("", source.at("name").text());
    assertEquals(5, source.at("baud").whole(5, 9));
    assertEquals(0, source.at("factor").number(0, 1));
    assertEquals(
        List.of(
            "sources[0].name: missing",
            "sources[0].baud: missing; want 5..9",
            "sources[0].factor: missing; want a number, 0..1"),
        found());
    assertEquals(folder.resolve("agent.yaml") + ":3:5", faults.found().get(0).where());
  }

  @Test
  void wrongTypeSaysWhatWasWantedAndFound() throws IOException {
    a("[1, 2]").text();
    a("{b: 1}").text();
    a("x").items();
    a("'true'").flag(false);
    a("yes").flag(false);
    a("zz").oneOf(List.of("x", "y"));
    a("zz").text(Pattern.compile("[0-9]+"), "digits");
    assertEquals(
        List.of(
            "a: want a text, got a list",
            "a: want a text, got a mapping",
            "a: want a list, got 'x'",
            "a: want true or false, got 'true'",
            "a: want true or false, got 'yes'",
            "a: want one of x, y, got 'zz'",
            "a: want digits, got 'zz'"),
        found());
  }

  @Test
  void valueThatIsNoMappingIsBlamedOnce() throws IOException {
    Node source = a("x");
    source.at("name");
    source.at("baud");
    source.keys();
    source.refuseUnknownKeys();
    assertEquals(List.of("a: want a mapping of keys to values, got 'x'"), found());
  }

  @Test
  void unknownKeyIsRefusedAtItsPlaceWithTheNearestKnownOne() throws IOException {
    Node root = read("a:\n  baud: 1\n  buad: 2\n  quite_other: 3\n  lissten_only:\n");
    Node source = root.at("a");
    source.at("baud");
    source.at("listen_only");
    source.refuseUnknownKeys();
    assertEquals(
        List.of(
            "a.buad: unknown key; did you mean 'baud'?",
            "a.quite_other: unknown key; known here: baud, listen_only",
            "a.lissten_only: unknown key; did you mean 'listen_only'?"),
        found());
    assertEquals(folder.resolve("agent.yaml") + ":3:3", faults.found().get(0).where());
  }

  @Test
  void pathIsRelativeToTheFileThatNamesIt() throws IOException {
    assertEquals(folder.resolve("dbc/x.dbc"), a("dbc/x.dbc").path(folder));
    assertEquals(folder.resolve("x"), a("sub/../x").path(folder));
    assertEquals(Path.of("/dev/ttyS1"), a("/dev/ttyS1").path(folder));
    assertEquals(List.of(), found());
    a("\"a\\0b\"").path(folder);
    assertEquals(1, found().size());
  }

  @Test
  void fileMustBeThereAndBeAFile() throws IOException {
    Files.writeString(folder.resolve("there"), "");
    Files.createDirectory(folder.resolve("sub"));
    assertEquals(folder.resolve("there"), a("there").readableFile());
    assertEquals(List.of(), found());
    a("absent").readableFile();
    a("sub").readableFile();
    read("b: 1").at("a").readableFile();
    assertEquals(
        List.of(
            "a: no such file: " + folder.resolve("absent"),
            "a: want a file, got a folder: " + folder.resolve("sub"),
            "a: missing"),
        found());
  }

  @Test
  void entriesKeepTheOrderOfTheFileAndCountAsKnown() throws IOException {
    Node map = a("{z: 1, b: 2}");
    assertEquals(List.of("z", "b"), List.copyOf(map.entries().keySet()));
    map.refuseUnknownKeys();
    assertEquals(List.of(), found());
  }

  @Test
  void allFaultsAreThrownAtOnceAndWarningsAreNot() throws Exception {
    Node node = a("x");
    node.warn("odd");
    faults.throwIfAny();
    node.fault("bad");
    node.fault("worse");
    ConfigException e = assertThrows(ConfigException.class, faults::throwIfAny);
    String where = folder.resolve("agent.yaml") + ":1:4: a: ";
    assertEquals(where + "bad\n" + where + "worse", e.getMessage());
    assertEquals(2, e.faults().size());
    assertEquals("a: odd", faults.warnings().get(0).what());
  }
}
