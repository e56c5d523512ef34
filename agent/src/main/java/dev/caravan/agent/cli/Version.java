package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} prints: version, commit and date of the build. The date is that of the commit, so that the same
 * commit gives the same jar. A commit built with changes on top ends in {@code -changed}; outside a git clone it is
 * {@code unknown}.
 */
public final class Version implements IVersionProvider {
  /** For picocli. */
  public Version() {}

  @Override
  public String[] getVersion() {
    Properties build = properties();
    return new String[] {
      "caravan " + build.getProperty("version"),
      "commit " + build.getProperty("commit"),
      "built " + build.getProperty("date")
    };
  }

  /** The same for the status message. */
  static Agent.Build build() {
    Properties build = properties();
    return new Agent.Build(build.getProperty("version", ""), build.getProperty("commit", ""));
  }

  private static Properties properties() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(Objects.requireNonNull(in, "version.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }
}
