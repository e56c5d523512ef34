package dev.caravan.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that need quotes in YAML 1.2 (5.3, 7.3.3) and have none: what is said, and that what is proposed is right. */
class YamlMistakeTest {
  private final Path folder;
  private final Faults faults = new Faults();

  YamlMistakeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String told(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), text);
    YamlFile.read(file, faults);
    return faults.found().toString().replace(folder + "/", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "match: **~1:8~begins with *~\"**\"",
        "- {match: **, period: 1s}~1:11~begins with *~\"**\"",
        "{match: Vehicle.**, other: *}~1:28~begins with *~\"*\"",
        "- *.Speed~1:3~begins with *~\"*.Speed\"",
        "a: **.Temp*  # all of them~1:4~begins with *~\"**.Temp*\"",
        "- {port: ${LINKS}/can0, b: 1}~1:10~with ${} in it~\"${LINKS}/can0\"",
        "{url: ${BROKER:-tcp://h:1}, b: 1}~1:7~with ${} in it~\"${BROKER:-tcp://h:1}\"",
        "{dir: spool/${A}}~1:7~with ${} in it~\"spool/${A}\"",
        "[a, ${B}]~1:5~with ${} in it~\"${B}\"",
        "{port: tcp://[::1]:2000, b: 1}~1:8~with brackets in it~\"tcp://[::1]:2000\"",
        "{to: a{b}c}~1:6~with brackets in it~\"a{b}c\"",
        "a: & b~1:4~begins with &~\"& b\"",
        "a: @x~1:4~begins with @~\"@x\"",
        "a: `x`~1:4~begins with `~\"`x`\"",
        "a: %d~1:4~begins with %~\"%d\"",
        "when: > 3~1:7~begins with >~\"> 3\"",
        "a: | x~1:4~begins with |~\"| x\"",
        "a: ]x~1:4~begins with ]~\"]x\"",
        "when: x: 3~1:7~with ': ' in it~\"x: 3\"",
        "- {a: say \"y: z\", b: 1}~1:7~with ': ' in it~'say \"y: z\"'",
        "a: 'it's'~1:4~behind its closing quote~\"it's\"",
        "a: \"x\" y~1:4~behind its closing quote~'\"x\" y'",
        "a: \"C:\\x\"~1:4~begins an escape~'C:\\x'",
        "a: \"a'b\\q\"~1:4~begins an escape~'a''b\\q'",
      })
  void whatNeedsQuotesIsSaidWithThem(String line, String place, String why, String quoted)
      throws IOException {
    String told = told(line + "\n");
    assertTrue(told.startsWith("[a.yaml:" + place + ": not YAML: "), told);
    assertTrue(told.contains(why), told);
    assertTrue(told.endsWith(" quotes: " + quoted + "]"), told);
    // it is YAML
    Faults none = new Faults();
    YamlFile.read(
        Files.writeString(folder.resolve("b.yaml"), "a: " + quoted.replace("${", "(") + "\n"),
        none);
    assertEquals("[]", none.found().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "a:\\n\\tb: 1~2:1: not YAML: a tab before the text; want blanks",
        "a: 1\\nb: x\u001By~2:5: not YAML: a control character, U+001B",
        "a:1\\nb: 2~1:2: not YAML: want a blank behind the colon: 'a: 1'",
        "a: 1\\n  b: 2~2:3: not YAML: the indentation fits no line above it, got 2 blanks",
        "a: 1\\nb\\nc: 2~2:1: not YAML: want KEY: VALUE, got 'b'",
        "a: \"x\\nb: 2~1:4: not YAML: a quote that is not closed",
        "a: {b: 1\\nc: 2~1:4: not YAML: a bracket that is not closed",
        "a: !x y~1:4: !x is a tag, which nothing here has; if it is a text, put it in quotes",
        "a: *Speed~1:4: *Speed: no value with this anchor ends before; if it is a text, put it in quotes: \"*Speed\"",
      })
  void otherSlipsAreSaidWhereTheyAre(String text, String wanted) throws IOException {
    assertEquals(
        "[a.yaml:" + wanted + "]", told(text.replace("\\n", "\n").replace("\\t", "\t") + "\n"));
  }

  @Test
  void anchorsAndTagsOfYamlItselfAreFine() throws IOException {
    assertEquals("[]", told("a: &x {b: !!str 1}\nc: *x\n"));
  }
}
