package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The option {@code -c FILE}, or {@code FILE} alone, and the reading of that file with its warnings told. */
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration, YAML.")
  private @Nullable Path named;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The same without -c.")
  private @Nullable Path alone;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  Path file() {
    Path file = named == null ? alone : named;
    if (file == null) {
      throw new ParameterException(spec.commandLine(), "no configuration; want -c FILE");
    }
    if (named != null && alone != null) {
      throw new ParameterException(
          spec.commandLine(), "want one configuration, got " + named + " and " + alone);
    }
    return file;
  }

  Plan read(PrintWriter err) throws ConfigException {
    return read(err, new Faults());
  }

  /** Reads the file, and leaves in {@code faults} what was found. */
  Plan read(PrintWriter err, Faults faults) throws ConfigException {
    Path file = file();
    try {
      return Plan.read(file, faults);
    } catch (OutOfMemoryError e) {
      // no single file of it is too large
      throw tooLarge(file, e);
    } finally {
      tell(faults, err);
    }
  }

  /** Tells the warnings. */
  static void tell(Faults faults, PrintWriter err) {
    faults
        .warnings()
        .forEach(warning -> err.println(warning.where() + ": warning: " + warning.what()));
    err.flush();
  }

  /** A part of the agent that is made before anything runs. */
  interface Making<T> {
    /** Makes it. */
    T make() throws IOException;
  }

  /**
   * Makes a part of the agent.
   *
   * @throws ConfigException if the memory is not enough for what the file wants
   */
  <T> T fitting(Making<T> part) throws ConfigException, IOException {
    try {
      return part.make();
    } catch (OutOfMemoryError e) {
      throw tooLarge(file(), e);
    }
  }

  /** What is said of a file that more memory or threads were wanted for than there are. */
  static ConfigException tooLarge(Path file, OutOfMemoryError why) {
    boolean isThread = String.valueOf(why.getMessage()).contains("native thread");
    return new ConfigException(new Fault(
        file.toString(),
        isThread
            ? "takes more threads than this machine gives; want fewer sources and routes"
            : FileRoom.tooLarge()));
  }
}
