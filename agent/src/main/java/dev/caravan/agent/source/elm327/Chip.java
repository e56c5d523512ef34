package dev.caravan.agent.source.elm327;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chip that was set up, and what it refused meanwhile: clones know about half of the commands, and what is refused is not
 * tried again. One thread.
 */
final class Chip {
  private static final Logger LOG = LoggerFactory.getLogger(Chip.class);
  private static final Pattern VOLTAGE = Pattern.compile("(\\d{1,2}\\.\\d{1,2}) ?V?");
  private static final int LONGEST_NAME = 64;

  private final Dialogue dialogue;
  private final Set<String> refused = new HashSet<>();
  private final Checksums checksums = new Checksums();
  private String version = "";
  private boolean hasHeaders = true;
  private boolean isBusGuessed;

  Chip(Dialogue dialogue) {
    this.dialogue = dialogue;
  }

  /**
   * Resets the chip and sets it up.
   *
   * @throws IOException if it does not answer
   */
  void setUp(int timeoutMs) throws IOException {
    // what it says to this is its greeting, which may be garbled after power-up
    if (!dialogue.say(AtCommand.RESET).isWhole()) {
      LOG.debug("no prompt after a reset, calling");
    }
    tell(AtCommand.ECHO_OFF);
    tell(AtCommand.LINE_FEEDS_OFF);
    tell(AtCommand.SPACES_OFF);
    hasHeaders = tell(AtCommand.HEADERS_ON);
    tell(AtCommand.LENGTH_DIGIT_OFF);
    tell(AtCommand.ADAPTIVE_TIMING);
    tell(AtCommand.timeout(timeoutMs));
    version = line(dialogue.say(AtCommand.IDENTITY));
    String stn = line(dialogue.say(AtCommand.STN_IDENTITY));
    if (!stn.isEmpty()) {
      version = version + ", " + stn;
    }
  }

  /** Gives a command that says no more than OK; whether it was taken. */
  boolean tell(AtCommand command) throws IOException {
    if (refused.contains(command.text())) {
      return false;
    }
    Dialogue.Answer answer = dialogue.say(command);
    if (answer.isWhole() && answer.isRefusal()) {
      refused.add(command.text());
    }
    return answer.isOk();
  }

  /** The first line of an answer; empty if the command was refused. */
  private static String line(Dialogue.Answer answer) {
    String text = answer.isRefusal() ? "" : answer.text().strip();
    int end = text.indexOf('\r');
    text = (end < 0 ? text : text.substring(0, end)).replaceAll("[^ -~]", "");
    return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
  }

  /** What the chip says of itself, {@code ELM327 v1.5}. */
  String version() {
    return version;
  }

  /** Whether lines begin with who sent them. */
  boolean hasHeaders() {
    return hasHeaders;
  }

  void sayThatHeadersAreMissing() {
    hasHeaders = false;
  }

  /**
   * Whether nobody has said which bus is in use, and no header shows it: some clones say OK to every bus and choose for
   * themselves.
   */
  boolean isBusGuessed() {
    return isBusGuessed;
  }

  void sayThatBusIsGuessed(boolean isGuessed) {
    isBusGuessed = isGuessed;
  }

  /** Whether lines of buses before CAN end in a checksum, as far as that was seen. */
  Checksums checksums() {
    return checksums;
  }

  /** The bus in use, as the chip says it; empty if it does not. */
  Optional<Bus> bus() throws IOException {
    return Bus.ofNumber(line(dialogue.say(AtCommand.WHICH_PROTOCOL)));
  }

  /** The battery at the socket in volts; empty if the chip cannot tell. */
  Optional<Double> voltage() throws IOException {
    String command = AtCommand.VOLTAGE.text();
    if (refused.contains(command)) {
      return Optional.empty();
    }
    Dialogue.Answer answer = dialogue.say(AtCommand.VOLTAGE);
    if (answer.isWhole() && answer.isRefusal()) {
      refused.add(command);
    }
    Matcher volts = VOLTAGE.matcher(line(answer));
    return volts.matches() ? Optional.of(Double.parseDouble(volts.group(1))) : Optional.empty();
  }
}
