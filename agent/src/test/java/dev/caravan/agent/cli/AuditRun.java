package dev.caravan.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What one run of {@code audit} inside the test gave.
 *
 * @param words its output on one line
 */
public record AuditRun(int exitCode, String words) {
  /** Runs it with these arguments. */
  public static AuditRun of(String... arguments) {
    StringWriter out = new StringWriter();
    int exitCode = new CommandLine(new AuditCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(new StringWriter(), true))
        .execute(arguments);
    return new AuditRun(exitCode, String.join(" ", out.toString().lines().toList()));
  }
}
