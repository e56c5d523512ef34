package dev.caravan.agent.cli;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.log.Log;
import dev.caravan.agent.log.LogLevel;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code caravan}: finds the subcommand, and turns its failures into a message and an exit code. */
@Command(
    name = "caravan",
    description =
        "A telematics edge agent: CAN and serial sensors to the cloud over MQTT, nothing lost.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Caravan implements Callable<Integer> {
  /** Done. */
  public static final int DONE = 0;

  /** Failed while running. */
  public static final int FAILED = 1;

  /** Wrong usage or configuration. */
  static final int WRONG = 2;

  /** How long is waited for who reads standard error, before the process ends. */
  static final long FLUSH_MS = 300;

  /** Commands that run until they are told to stop. */
  private static final Set<String> STOPPED_BY_SIGNAL = Set.of("run", "demo", "simulate", "tail");

  /** All commands, as they are listed. */
  private static final List<String> COMMANDS = List.of(
      "demo",
      "run",
      "simulate",
      "tail",
      "audit",
      "check",
      "decode",
      "spool",
      "ports",
      "command",
      "help");

  /**
   * Of Java, in bytes: a thread keeps what its largest read or write took outside of the heap, up to so many. Without a bound the one that
   * read a large DBC file, or wrote its schema, holds that much for years. No socket takes more.
   */
  private static final String MOST_KEPT = "jdk.nio.maxCachedBufferSize";

  private static final String MOST_KEPT_BYTES = "131072";

  private final Termination termination;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  /** A command that no signal stops. */
  Caravan() {
    this(new Termination());
  }

  private Caravan(Termination termination) {
    this.termination = termination;
  }

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      scope = ScopeType.INHERIT,
      description = "How much is logged: error, warn, info (the default) or debug.")
  void logLevel(@Nullable LogLevel level) {
    if (level != null) {
      Log.ofProcess().fix(level);
    }
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // first of all: until then a signal ends the process with the code of the signal
    Termination termination = new Termination();
    // Java looks once, at the first read or write
    System.getProperties().putIfAbsent(MOST_KEPT, MOST_KEPT_BYTES);
    List<String> words = List.of(args);
    if (words.stream().anyMatch(STOPPED_BY_SIGNAL::contains)) {
      termination.watch(DONE);
      // they go on, whether somebody reads it or not
      Log.ofProcess().handOver();
    } else if (words.contains("audit")) {
      // it has not shown that all agrees
      termination.watch(FAILED);
    }
    Log.ofProcess().settle(LogLevel.INFO);
    Thread.setDefaultUncaughtExceptionHandler(new FatalFault());
    int code = commandLine(new Caravan(termination), wanted(words)).execute(args);
    termination.ended(code);
    Log.ofProcess().flush(FLUSH_MS);
    System.exit(code);
  }

  /** What a signal asks of this command. */
  Termination termination() {
    return termination;
  }

  /** The command line with all subcommands, each with {@code --help}. */
  static CommandLine commandLine() {
    return commandLine(new Caravan(), COMMANDS);
  }

  /** The commands that these words may mean; all where they are to be told or none is named. Each takes its time to be read. */
  private static List<String> wanted(List<String> words) {
    if (words.equals(List.of("--version")) || words.equals(List.of("-V"))) {
      return List.of();
    }
    List<String> named = COMMANDS.stream().filter(words::contains).toList();
    boolean isHelp = words.contains("--help") || words.contains("-h") || named.contains("help");
    return named.isEmpty() || isHelp ? COMMANDS : named;
  }

  private static Class<?> command(String name) {
    return switch (name) {
      case "demo" -> DemoCommand.class;
      case "run" -> RunCommand.class;
      case "simulate" -> SimulateCommand.class;
      case "tail" -> TailCommand.class;
      case "audit" -> AuditCommand.class;
      case "check" -> CheckCommand.class;
      case "decode" -> DecodeCommand.class;
      case "spool" -> SpoolCommand.class;
      case "ports" -> PortsCommand.class;
      case "command" -> CommandCommand.class;
      case "help" -> HelpCommand.class;
      default -> throw new IllegalArgumentException("no such command: " + name);
    };
  }

  private static CommandLine commandLine(Caravan caravan, List<String> commands) {
    CommandLine line = new CommandLine(caravan);
    commands.forEach(name -> line.addSubcommand(name, command(name)));
    line.getSubcommands().values().forEach(Caravan::giveStandardOptions);
    line.setExecutionExceptionHandler(Caravan::failed);
    line.setParameterExceptionHandler(Usage::wrong);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // what is printed comes from anyone; help goes the same way, so it has no colours
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setOut(new PrintWriter(new VisibleWriter(line.getOut()), true));
    line.setErr(new PrintWriter(new VisibleWriter(line.getErr()), true));
    return line;
  }

  private static void giveStandardOptions(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    if (!spec.mixinStandardHelpOptions() && !spec.helpCommand()) {
      spec.mixinStandardHelpOptions(true);
    }
    spec.versionProvider(new Version());
    line.getSubcommands().values().forEach(Caravan::giveStandardOptions);
  }

  /** No command: names all. */
  @Override
  public Integer call() {
    return Usage.bare(spec.commandLine());
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof ConfigException) {
      line.getErr().println(e.getMessage());
      return WRONG;
    }
    line.getErr().println(Words.of(e));
    return FAILED;
  }
}
