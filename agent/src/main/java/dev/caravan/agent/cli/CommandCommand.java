package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.downlink.Command;
import dev.caravan.agent.security.SigningKey;
import dev.caravan.agent.uplink.mqtt.MqttRequest;
import dev.caravan.agent.wire.BatchReader;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan command}: asks a device to do something, and prints its answer. */
@picocli.CommandLine.Command(
    name = "command",
    mixinStandardHelpOptions = true,
    description = "Sign a command, send it to a device over the broker, and print the answer.",
    footer = {
      "",
      "Commands: status, flush, read-dtc, set-log-level LEVEL, restart-source SOURCE.",
      "The device takes those that its configuration allows, signed by a key that it names.",
      "Exit code: 0 done, 1 refused, failed or no answer, 2 wrong usage."
    })
final class CommandCommand implements Callable<Integer> {
  private static final Pattern DEVICE =
      Pattern.compile("[A-Za-z0-9._-]{1,64}/[A-Za-z0-9._-]{1,64}");
  private static final long VALID_US = 60_000_000L;

  @Mixin
  private BrokerOption broker = new BrokerOption();

  @Mixin
  private TopicOption topic = new TopicOption();

  @Option(names = "--device", paramLabel = "FLEET/DEVICE", description = "Which device.")
  private String device = "";

  @Option(names = "--key", paramLabel = "FILE", description = "The private key, Ed25519 as PEM.")
  private @Nullable Path key;

  @Option(
      names = "--make-key",
      paramLabel = "FILE",
      description = "Make a key pair instead: the private key in FILE, the public one in FILE.pub.")
  private @Nullable Path made;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      converter = DurationOption.class,
      defaultValue = "10s",
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(10);

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command and its argument.")
  private List<String> words = List.of();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException, IOException, GeneralSecurityException {
    PrintWriter out = spec.commandLine().getOut();
    if (made != null) {
      out.println("public key: " + SigningKey.makePair(made));
      out.flush();
      return Caravan.DONE;
    }
    if (key == null || words.isEmpty() || !DEVICE.matcher(device).matches()) {
      throw new ParameterException(
          spec.commandLine(), "want --device FLEET/DEVICE, --key FILE and a command");
    }
    long nowUs = System.currentTimeMillis() * 1000;
    Command command =
        Command.of(device, words.get(0), words.subList(1, words.size()), nowUs, VALID_US);
    String client = "caravan-command-" + command.nonce().toString().substring(0, 16);
    String[] levels = device.split("/", -1);
    DeviceName name = new DeviceName(levels[0], levels[1]);
    Topics topics = topic.templatesOnly(spec);
    String reply = topics.plain(name, Topics.Kind.REPLY);
    Optional<Bytes> answer = MqttRequest.ask(
        broker.settings(spec),
        client,
        topics.plain(name, Topics.Kind.COMMAND),
        List.of(reply + "/" + client, reply),
        command.sign(SigningKey.privateKey(key)),
        command.nonce(),
        body -> command.nonce().equals(nonce(body)),
        timeout.toNanos());
    if (answer.isEmpty()) {
      throw new IOException("no answer in " + timeout.toSeconds()
          + " s: is it signed by a key that " + device + " names?");
    }
    return print(Command.Answer.of(answer.get()), out);
  }

  /** Of a reply; empty if it is none. */
  private static Bytes nonce(Bytes body) {
    try {
      return Command.Answer.of(body).nonce();
    } catch (IllegalArgumentException e) {
      return Bytes.EMPTY;
    }
  }

  private static int print(Command.Answer answer, PrintWriter out) {
    out.println(answer.result() + (answer.text().isEmpty() ? "" : ": " + answer.text()));
    if (answer.status().length() > 0) {
      try {
        StatusText.lines(BatchReader.status(answer.status())).forEach(out::println);
      } catch (MalformedMessageException e) {
        out.println("status: " + e.getMessage());
      }
    }
    out.flush();
    return answer.isDone() ? Caravan.DONE : Caravan.FAILED;
  }
}
