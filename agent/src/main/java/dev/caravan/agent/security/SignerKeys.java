package dev.caravan.agent.security;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;

/** A list of files in a configuration with the public keys of those who may sign. Has no state. */
public final class SignerKeys {
  private SignerKeys() {}

  /** The key of such a list. */
  public static Key<Node> key(String name) {
    return Key.list(name, Key.file("key"))
        .range("readable files")
        .says("list of files with the public keys of those who may sign, Ed25519 as PEM");
  }

  /** Reads the list; what is no key is a fault of its item. */
  public static List<PublicKey> read(Node list) {
    List<PublicKey> keys = new ArrayList<>();
    for (Node item : list.items()) {
      Path file = item.readableFile();
      if (FileRoom.isFile(file)) {
        try {
          keys.add(SigningKey.publicKey(file));
        } catch (IOException e) {
          item.fault(String.valueOf(e.getMessage()));
        }
      }
    }
    return keys;
  }
}
