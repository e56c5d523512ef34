package dev.caravan.agent.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** What one run of {@code decode} inside the test gave. */
record DecodeRun(int exitCode, List<String> out, String err) {
  static DecodeRun of(byte[] stdin, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new DecodeCommand(new ByteArrayInputStream(stdin), out));
    command.setErr(new PrintWriter(err, true));
    int exitCode = command.execute(arguments);
    return new DecodeRun(
        exitCode, out.toString(StandardCharsets.UTF_8).lines().toList(), err.toString());
  }

  static DecodeRun of(String stdin, String... arguments) {
    return of(stdin.getBytes(StandardCharsets.UTF_8), arguments);
  }
}
