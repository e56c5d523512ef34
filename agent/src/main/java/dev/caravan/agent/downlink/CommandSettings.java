package dev.caravan.agent.downlink;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.security.SignerKeys;
import java.security.PublicKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which commands a device takes, and from whom.
 *
 * @param allow names of commands; none is taken but these
 * @param keys of those who may sign
 */
public record CommandSettings(Set<String> allow, List<PublicKey> keys) {
  private static final Key<Node> ALLOW = Key.list("allow", Key.oneOf("command", Command.NAMES))
      .says("list of commands that are taken");
  private static final Key<Node> SIGNERS = SignerKeys.key("keys");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(ALLOW, SIGNERS);

  /** Copies the collections. */
  public CommandSettings {
    allow = Set.copyOf(allow);
    keys = List.copyOf(keys);
  }

  /** Reads {@code {allow, keys}}; the caller reads the rest and refuses unknown keys. */
  public static CommandSettings from(Node node) {
    Set<String> allow = new TreeSet<>();
    for (Node name : node.at(ALLOW).items()) {
      allow.add(name.oneOf(Command.NAMES));
    }
    List<PublicKey> keys = SignerKeys.read(node.at(SIGNERS));
    if (!allow.isEmpty() && !node.at(SIGNERS).isPresent()) {
      node.fault("commands without keys; want keys, the public keys of those who may sign");
    }
    return new CommandSettings(allow, keys);
  }
}
