package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code -c FILE}, and the reading of that file with its warnings told. */
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "The configuration, YAML.")
  private Path file = Path.of("agent.yaml");

  Path file() {
    return file;
  }

  Plan read(PrintWriter err) throws ConfigException {
    return read(err, new Faults());
  }

  /** Reads the file, and leaves in {@code faults} what was found. */
  Plan read(PrintWriter err, Faults faults) throws ConfigException {
    try {
      return Plan.read(file, faults);
    } catch (OutOfMemoryError e) {
      // no single file of it is too large
      throw new ConfigException(new Fault(file.toString(), FileRoom.tooLarge()));
    } finally {
      faults
          .warnings()
          .forEach(warning -> err.println(warning.where() + ": warning: " + warning.what()));
      err.flush();
    }
  }
}
