package dev.caravan.agent.cli;

import dev.caravan.agent.config.ConfigException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command {@code caravan}: finds the subcommand, and turns its failures into a message and an exit code. */
@Command(
    name = "caravan",
    description =
        "A telematics edge agent: CAN and serial sensors to the cloud over MQTT, nothing lost.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      SimulateCommand.class,
      TailCommand.class,
      AuditCommand.class,
      CheckCommand.class,
      DecodeCommand.class,
      SpoolCommand.class,
      PortsCommand.class,
      CommandCommand.class
    })
public final class Caravan {
  /** Done. */
  static final int DONE = 0;

  /** Failed while running. */
  static final int FAILED = 1;

  /** Wrong usage or configuration. */
  static final int WRONG = 2;

  Caravan() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    logAsOneLine();
    System.exit(commandLine().execute(args));
  }

  /** The command line with all subcommands, each with {@code --help}. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Caravan());
    line.getSubcommands()
        .values()
        .forEach(sub -> sub.getCommandSpec().mixinStandardHelpOptions(true));
    line.setExecutionExceptionHandler(Caravan::failed);
    line.setParameterExceptionHandler(Caravan::wrongUsage);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof ConfigException) {
      line.getErr().println(e.getMessage());
      return WRONG;
    }
    line.getErr().println(words(e));
    return FAILED;
  }

  /** Java's messages about files are often the bare name. */
  private static String words(Exception e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (e instanceof NoSuchFileException) {
      return "no such file: " + message;
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already: " + message;
    }
    return e instanceof AccessDeniedException ? "permission denied: " + message : message;
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(e.getMessage());
    line.getErr().println("try: " + line.getCommandSpec().qualifiedName() + " --help");
    return WRONG;
  }

  /** One line a message on stderr, with time and level; what the operator set stays. */
  private static void logAsOneLine() {
    String prefix = "org.slf4j.simpleLogger.";
    setIfAbsent(prefix + "showThreadName", "false");
    setIfAbsent(prefix + "showShortLogName", "true");
    setIfAbsent(prefix + "showDateTime", "true");
    setIfAbsent(prefix + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX");
    setIfAbsent(prefix + "log.io.netty", "info");
    String level = System.getProperty(prefix + "defaultLogLevel", "info");
    System.setProperty(prefix + "defaultLogLevel", "debug");
    System.setErr(new LogFilter(System.err, level));
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
