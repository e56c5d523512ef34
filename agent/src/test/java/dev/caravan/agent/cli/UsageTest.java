package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Command lines that are wrong: what is said of them, and that the exit code is 2. */
class UsageTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    CommandLine line = Caravan.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "tial | unknown command 'tial'; did you mean 'tail'? | caravan",
        "chekc a.yaml | unknown command 'chekc'; did you mean 'check'? | caravan",
        "zzzzzzzz | unknown command 'zzzzzzzz' | caravan",
        "help tial | unknown command 'tial'; did you mean 'tail'? | caravan",
        "--versoin | unknown option '--versoin'; did you mean '--version'? | caravan",
        "tail --brokr tcp://h:1 | unknown option '--brokr'; did you mean '--broker'? | caravan tail",
        "tail --brokr=tcp://h:1 | unknown option '--brokr'; did you mean '--broker'? | caravan tail",
        "tail -x | unknown option '-x' | caravan tail",
        "tail extra | unexpected argument 'extra' | caravan tail",
        "tail -n x | --count: want a whole number, got 'x' | caravan tail",
        "tail -n 0 | --count: want 1 or more, got 0 | caravan tail",
        "tail -n | --count: missing; want COUNT | caravan tail",
        "tail -f xml | --format: want one of text, json, csv, got 'xml' | caravan tail",
        "tail -b a -b b | --broker: given twice; want it once | caravan tail",
        "tail -b foo | --broker: want tcp:// or mqtt://HOST[:PORT], ssl:// or mqtts://HOST[:PORT], ws://HOST[:PORT][/PATH] or wss://HOST[:PORT][/PATH], got 'foo' | caravan tail",
        "demo --duration 3 | --duration: want a duration such as 250ms, 10s, 5m, 2h or 7d, got '3' | caravan demo",
        "spool lst /x | unknown command 'lst'; did you mean 'list'? | caravan spool",
        "spool list | DIR: missing | caravan spool list",
        "run | no configuration; want -c FILE | caravan run",
        "decode -f xml x | --format: want text, json or csv, got 'xml' | caravan decode"
      })
  void everyMistakeIsToldInOneForm(String line, String told, String command) {
    assertEquals(2, run(line.split(" ")));
    assertEquals(told + "\ntry: " + command + " --help\n", err.toString());
  }

  @Test
  void withoutACommandAllAreNamed() {
    assertEquals(2, run());
    assertTrue(err.toString().contains("tail "), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void helpNamesTheCommandsAndExplainsOne() {
    assertEquals(0, run("help"));
    assertTrue(out.toString().contains("  decode "), out.toString());
    assertEquals(0, run("help", "tail"));
    assertTrue(out.toString().contains("Usage: caravan tail"), out.toString());
  }

  @Test
  void everyCommandHasHelpAndVersion() {
    CommandLine all = Caravan.commandLine();
    for (CommandLine command : all.getSubcommands().values()) {
      if (!command.getCommandSpec().helpCommand()) {
        assertEquals(0, run(command.getCommandName(), "--help"));
        assertEquals(0, run(command.getCommandName(), "--version"));
      }
    }
    assertEquals(0, run("spool", "list", "--version"));
    assertEquals("", err.toString());
  }
}
