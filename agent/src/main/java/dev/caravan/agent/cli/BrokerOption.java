package dev.caravan.agent.cli;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.uplink.mqtt.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The broker that a command reads from. */
final class BrokerOption {
  @Option(
      names = {"-b", "--broker"},
      paramLabel = "URL",
      defaultValue = "tcp://127.0.0.1:1883",
      description = "The broker, tcp://HOST:PORT, ssl://HOST:PORT, ws://HOST:PORT/PATH or "
          + "wss://HOST:PORT/PATH (default: ${DEFAULT-VALUE}).")
  private String url = "";

  @Option(
      names = "--uplink",
      paramLabel = "FILE",
      description = "A YAML file with the keys of an uplink (url, user, password_file, tls ...), "
          + "instead of -b: for a broker that wants to know who reads.")
  private @Nullable Path uplink;

  @Option(
      names = "--protocol",
      paramLabel = "V",
      description =
          "With -b, the version of MQTT: auto, 5 or 3.1.1 (default: auto, which is 5, and 3.1.1 "
              + "where the broker does not know 5).")
  private String protocol = "auto";

  MqttSettings settings(CommandSpec spec) throws ConfigException, IOException {
    if (uplink != null) {
      Faults faults = new Faults();
      Node read = YamlFile.read(uplink, faults);
      faults.throwIfAny();
      MqttSettings settings = MqttSettings.from(read);
      faults.throwIfAny();
      return settings;
    }
    Optional<Version> version = version(spec);
    try {
      return MqttSettings.of(url, version, KeyMaterial.ofRuntime());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--broker: " + e.getMessage(), e);
    }
  }

  private Optional<Version> version(CommandSpec spec) {
    try {
      return MqttSettings.version(protocol);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
