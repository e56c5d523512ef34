package dev.caravan.agent.downlink;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.security.CheckBudget;
import dev.caravan.agent.security.SigningKey;
import dev.caravan.v1.Reply;
import dev.caravan.v1.Result;
import dev.caravan.v1.SignedCommand;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes or refuses requests. One is done only if its signature is by one of the keys, it is for this device, was signed after
 * the agent was started, has not expired, was not done before ({@link TakenCommands}) and is allowed; a request without a good signature is counted
 * and not answered, and of many only as many are checked as {@link CheckBudget} lets. One thread.
 */
public final class CommandGate {
  private static final Logger LOG = LoggerFactory.getLogger(CommandGate.class);
  private static final int LARGEST_BYTES = 4096;
  private static final long LONGEST_US = 600_000_000L;
  private static final long NS_PER_US = 1_000L;

  private final String device;
  private final CommandSettings settings;
  private final Actions actions;
  private final Timeline timeline;
  private final long startedNs;
  private final Counter done;
  private final Counter failed;
  private final Counter refused;
  private final Counter replayed;
  private final Counter late;
  private final Counter unsigned;
  private final Counter malformed;
  private final CheckBudget checks;
  private final TakenCommands taken;

  /**
   * A gate for {@code FLEET/DEVICE}.
   *
   * @param remembered where to keep what was taken
   */
  public CommandGate(
      String device,
      CommandSettings settings,
      Path remembered,
      Actions actions,
      Timeline timeline,
      Health health) {
    this.device = device;
    this.settings = settings;
    this.actions = actions;
    this.timeline = timeline;
    this.startedNs = timeline.monotonicNs();
    this.done = health.counter(CommandMetrics.DONE, "");
    this.failed = health.counter(CommandMetrics.FAILED, "");
    this.refused = health.counter(CommandMetrics.REFUSED, "");
    this.replayed = health.counter(CommandMetrics.REPLAYED, "");
    this.late = health.counter(CommandMetrics.LATE, "");
    this.unsigned = health.counter(CommandMetrics.UNSIGNED, "");
    this.malformed = health.counter(CommandMetrics.MALFORMED, "");
    this.checks =
        new CheckBudget("command", timeline, health.counter(CommandMetrics.UNCHECKED, ""));
    this.taken = new TakenCommands(remembered, settings.keys());
  }

  /** Does what a message asks, if it may be; gives the Reply message, or none. */
  public Optional<Bytes> accept(Bytes message) {
    try {
      if (message.length() > LARGEST_BYTES) {
        malformed.increment();
        return Optional.empty();
      }
      SignedCommand signed = SignedCommand.parseFrom(message.buffer());
      if (signed.getCommand().isEmpty()
          || signed.getSignature().size() != SigningKey.SIGNATURE_BYTES) {
        malformed.increment();
        return Optional.empty();
      }
      Optional<PublicKey> key =
          checks.allows() ? signer(signed.getCommand(), signed.getSignature()) : Optional.empty();
      return key.isEmpty()
          ? Optional.empty()
          : Optional.of(judge(key.get(), Command.parse(signed.getCommand())));
    } catch (InvalidProtocolBufferException e) {
      malformed.increment();
      return Optional.empty();
    }
  }

  private Optional<PublicKey> signer(ByteString command, ByteString signature) {
    long beganNs = timeline.monotonicNs();
    Optional<PublicKey> signer = SigningKey.signer(
        settings.keys(),
        Bytes.owning(command.toByteArray()),
        Bytes.owning(signature.toByteArray()));
    if (signer.isPresent()) {
      return signer;
    }
    checks.spent(timeline.monotonicNs() - beganNs);
    unsigned.increment();
    return Optional.empty();
  }

  private Bytes judge(PublicKey key, Command command) {
    long nowNs = timeline.nowNs();
    long nowUs = nowNs / NS_PER_US;
    long startUs = (nowNs - (timeline.monotonicNs() - startedNs)) / NS_PER_US;
    if (!command.device().equals(device)) {
      return refuse(command, refused, "it is for " + command.device());
    } else if (command.nonce().length() != Command.NONCE_BYTES) {
      return refuse(command, refused, "want a nonce of " + Command.NONCE_BYTES + " bytes");
    } else if (command.expiresUs() < nowUs) {
      return refuse(command, late, "expired");
    } else if (command.issuedUs() < startUs
        || command.expiresUs() < command.issuedUs()
        || command.expiresUs() - command.issuedUs() > LONGEST_US
        || command.expiresUs() - nowUs > LONGEST_US) {
      return refuse(
          command,
          late,
          "want it signed after the start of the agent and to expire within ten minutes of both clocks");
    } else if (taken.isDamaged() && timeline.errorNs() > LONGEST_US * NS_PER_US) {
      return refuse(
          command,
          refused,
          "what was taken before is not known, and neither is the time: " + taken.file()
              + " is damaged");
    } else if (taken.isTooOld(key, command)) {
      return refuse(
          command, replayed, "signed more than ten minutes before the newest taken of its key");
    } else if (taken.has(key, command)) {
      return refuse(command, replayed, "taken before");
    } else if (!settings.allow().contains(command.name())) {
      return refuse(command, refused, "not allowed: " + command.name());
    } else if (taken.isFull(key, command)) {
      return refuse(command, refused, "too many commands within ten minutes");
    }
    taken.note(key, command);
    return act(command);
  }

  private Bytes refuse(Command command, Counter counter, String why) {
    counter.increment();
    LOG.warn("command: refused: name={}, {}", oneLine(command.name()), oneLine(why));
    return reply(command, Result.RESULT_REFUSED, why, Bytes.EMPTY);
  }

  private Bytes act(Command command) {
    try {
      Actions.Outcome outcome = actions.act(command.name(), command.arguments());
      done.increment();
      LOG.info(
          "command: done: name={}, arguments={}",
          command.name(),
          oneLine(command.arguments().toString()));
      return reply(command, Result.RESULT_DONE, outcome.text(), outcome.status());
    } catch (IllegalArgumentException e) {
      failed.increment();
      LOG.warn("command: failed: name={}, {}", command.name(), oneLine(Words.of(e)));
      return reply(command, Result.RESULT_FAILED, Words.of(e), Bytes.EMPTY);
    }
  }

  /** What somebody else wrote must not look like further lines of the log. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static Bytes reply(Command command, Result result, String text, Bytes status) {
    return Bytes.owning(Reply.newBuilder()
        .setNonce(ByteString.copyFrom(command.nonce().buffer()))
        .setResult(result)
        .setText(text)
        .setStatus(ByteString.copyFrom(status.buffer()))
        .build()
        .toByteArray());
  }
}
