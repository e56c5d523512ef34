package dev.caravan.agent.downlink;

import dev.caravan.agent.bytes.Bytes;
import java.util.List;

/** What commands do. Called on the thread of the commands, one at a time. */
public interface Actions {
  /**
   * What came of one.
   *
   * @param text for a person
   * @param status the bytes of a Status message, or empty
   */
  record Outcome(String text, Bytes status) {}

  /**
   * Does what a name of {@link Command#NAMES} says.
   *
   * @throws IllegalArgumentException if the arguments are wrong; the message says what is wanted
   */
  Outcome act(String name, List<String> arguments);
}
