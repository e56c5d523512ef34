package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {
  private final Path file;
  private final Faults faults = new Faults();
  private final Map<String, String> environment =
      Map.of("BROKER", "tcp://b:1883", "EMPTY", "", "TRICK", "${BROKER}", "FLAG", "true");

  YamlFileTest(@TempDir Path folder) {
    this.file = folder.resolve("agent.yaml");
  }

  private Node read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return YamlFile.read(file, faults, name -> Optional.ofNullable(environment.get(name)));
  }

  /** Faults with the folder of the test left out. */
  private List<String> found() {
    return faults.found().stream()
        .map(fault -> fault.toString().replace(file.toString(), "agent.yaml"))
        .toList();
  }

  @Test
  void everyValueKnowsItsPathAndPlace() throws IOException {
    Node root = read("""
        device: {id: x}
        sources:
          - name: can0
            baud: 115200
        """);
    Node baud = root.at("sources").items().get(0).at("baud");
    assertEquals("sources[0].baud", baud.path());
    assertEquals(file + ":4:11", baud.where());
    assertEquals("x", root.at("device").at("id").text());
    assertEquals(List.of(), found());
  }

  @Test
  void duplicateKeyIsAFaultWithBothLines() throws IOException {
    Node root = read("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\n");
    assertEquals(
        List.of(
            "agent.yaml:5:3: c: duplicate key; first in line 3",
            "agent.yaml:6:1: a: duplicate key; first in line 1"),
        found());
    assertEquals("1", root.at("a").text());
  }

  @Test
  void duplicateOfAnEmptyKeyIsAFault() throws IOException {
    read("a:\na: 1\n");
    assertEquals(List.of("agent.yaml:2:1: a: duplicate key; first in line 1"), found());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2                  | agent.yaml:1:4: not YAML: a bracket that is not closed",
        "a: 'x                     | agent.yaml:1:4: not YAML: a quote that is not closed",
        "a: b: c                   | agent.yaml:1:4: not YAML: ",
        "a: @x                     | agent.yaml:1:4: not YAML: ",
        "a: [1, , 2]               | agent.yaml:1:8: ",
      })
  void faultInTheSyntaxHasItsPlace(String yaml, String wanted) throws IOException {
    read(yaml + "\n");
    assertEquals(1, found().size(), found().toString());
    assertTrue(found().get(0).startsWith(wanted), found().toString());
  }

  @Test
  void tabAsIndentationIsAFaultInItsLine() throws IOException {
    read("a:\n\tb: 1\n");
    assertEquals(1, found().size());
    assertTrue(found().get(0).startsWith("agent.yaml:2:1: not YAML: "), found().toString());
    assertTrue(found().get(0).contains("a tab"), found().toString());
  }

  @ParameterizedTest
  @CsvSource({"''", "'# only a comment'", "'---'", "'null'", "'~'"})
  void emptyFileIsAFault(String yaml) throws IOException {
    assertFalse(read(yaml).isPresent());
    assertEquals(List.of("agent.yaml:1:1: the file is empty"), found());
  }

  @Test
  void emptyFileIsAFaultAfterTheFaultsOfOthersToo() throws IOException {
    faults.add("other.yaml", "bad");
    read("");
    assertEquals(List.of("other.yaml: bad", "agent.yaml:1:1: the file is empty"), found());
  }

  @Test
  void secondDocumentIsAFault() throws IOException {
    read("a: 1\n---\nb: 2\n");
    assertEquals(List.of("agent.yaml:2:1: want one document, got another"), found());
  }

  @Test
  void missingFileIsAFault() {
    Node root = YamlFile.read(file, faults);
    assertEquals(List.of("agent.yaml: no such file"), found());
    assertFalse(root.isPresent());
  }

  @Test
  void folderIsAFault() throws IOException {
    Files.createDirectory(file);
    YamlFile.read(file, faults);
    assertEquals(1, found().size());
    assertTrue(
        found().get(0).startsWith("agent.yaml: cannot be read: "), found().toString());
  }

  @Test
  void bytesThatAreNotUtf8AreAFault() throws IOException {
    Files.write(file, "name: Kühlung".getBytes(StandardCharsets.ISO_8859_1));
    YamlFile.read(file, faults);
    assertEquals(List.of("agent.yaml: not UTF-8"), found());
  }

  @Test
  void controlCharacterIsAFault() throws IOException {
    read("a: \u0000\n");
    assertEquals(1, found().size());
    assertTrue(found().get(0).contains("not YAML"), found().toString());
  }

  @Test
  void byteOrderMarkIsPassedOver() throws IOException {
    assertEquals("1", read("\uFEFFa: 1\n").at("a").text());
    assertEquals(List.of(), found());
  }

  @Test
  void fileWithoutEndIsAFault() {
    Path endless = Path.of("/dev/zero");
    if (Files.exists(endless)) {
      assertTimeoutPreemptively(Duration.ofSeconds(20), () -> YamlFile.read(endless, faults));
      assertEquals(
          List.of("/dev/zero: cannot be read: want a file, got a device or a pipe"), found());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: ${BROKER}              | tcp://b:1883",
        "a: ${BROKER}/x            | tcp://b:1883/x",
        "a: \"${BROKER}\"          | tcp://b:1883",
        "a: ${NOT_SET:-x y}        | x y",
        "a: ${EMPTY:-x}            | x",
        "a: ${BROKER:-x}           | tcp://b:1883",
        "a: <${NOT_SET:-}>         | <>",
        "a: ${TRICK}               | ${BROKER}",
        "a: ${NOT_SET:-a\\b$1}     | a\\b$1",
        "a: $BROKER $ {x}          | $BROKER $ {x}",
      })
  void variablesAreReplacedOnce(String yaml, String wanted) throws IOException {
    assertEquals(wanted, read(yaml).at("a").text());
    assertEquals(List.of(), found());
  }

  @Test
  void variableThatIsNotSetIsAFault() throws IOException {
    read("a:\n  - ${NOT_SET}\n  - ${EMPTY}\n");
    assertEquals(
        List.of(
            "agent.yaml:2:5: environment variable NOT_SET is not set, and no default is given",
            "agent.yaml:3:5: environment variable EMPTY is not set, and no default is given"),
        found());
  }

  @ParameterizedTest
  @CsvSource({"${", "${BROKER", "${1A}", "${BROKER-x}", "${}"})
  void halfAVariableIsAFault(String text) throws IOException {
    read("a: '" + text + "'");
    assertEquals(
        List.of("agent.yaml:1:4: want ${NAME} or ${NAME:-default}, got '" + text + "'"), found());
  }

  @Test
  void variableInQuotesMayBeAFlag() throws IOException {
    assertTrue(read("{a: \"${FLAG}\"}").at("a").flag(false));
    assertEquals(List.of(), found());
    assertFalse(read("{a: \"true\"}").at("a").flag(false));
    assertEquals(List.of("agent.yaml:1:5: a: want true or false, got 'true'"), found());
  }

  @Test
  void aliasStandsForTheValueOfItsAnchor() throws IOException {
    Node root = read("a: &x {b: 1}\nc: *x\nd: &n\ne: *n\n");
    assertEquals("1", root.at("c").at("b").text());
    assertFalse(root.at("e").isPresent());
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @CsvSource({"'a: &x [*x]', 8", "'a: &x {b: *x}', 11", "'a: *x', 4"})
  void aliasOfNothingOrOfItselfIsAFault(String yaml, int column) throws IOException {
    read(yaml);
    assertEquals(
        List.of(
            "agent.yaml:1:" + column
                + ": *x: no value with this anchor ends before; if it is a text, put it in quotes: \"*x\""),
        found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u", "\\u12", "\\UFFFFFFFF", "\\U00110000"})
  void escapeThatIsNoCharacterIsAFault(String escape) throws IOException {
    read("a: 1\nb: \"x" + escape);
    assertEquals(1, found().size(), () -> found().toString());
    assertTrue(found().get(0).startsWith("agent.yaml:"), found().get(0));
  }

  @Test
  void faultKeepsToOneLineWhateverItQuotes() throws IOException {
    read("a: \"${x\\n\\e[31my\"");
    assertEquals(
        List.of("agent.yaml:1:4: want ${NAME} or ${NAME:-default}, got '${x  [31my'"), found());
  }

  @Test
  void aliasesOfAliasesCostNothing() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 100; i++) {
      yaml.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
    }
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
      Node root = read(yaml.toString());
      assertEquals(2, root.at("a99").items().size());
    });
    assertEquals(List.of(), found());
  }

  @Test
  void deepNestingIsAFaultAndDoesNotExhaustTheStack() {
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read("a: " + "[".repeat(200_000)));
    assertEquals(List.of("agent.yaml:1:103: not YAML: nested deeper than 100 levels"), found());
  }

  @Test
  void deepNestingByIndentationIsAFaultToo() throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      yaml.append(" ".repeat(i)).append("a:\n");
    }
    read(yaml.append(" ".repeat(200)).append("b\n").toString());
    assertEquals(1, found().size());
    assertTrue(found().get(0).endsWith("nested deeper than 100 levels"), found().toString());
  }

  @Test
  void keyThatIsNoWordIsAFault() throws IOException {
    Node root = read("? [a, b]\n: 1\nc: 2\n");
    assertEquals(List.of("agent.yaml:1:3: want a word as a key"), found());
    assertEquals("2", root.at("c").text());
  }

  @Test
  void emptyItemOfAListIsAFault() throws IOException {
    read("a:\n  - 1\n  -\n  - 2\n");
    assertEquals(List.of("agent.yaml:3:4: an empty item in a list"), found());
  }
}
