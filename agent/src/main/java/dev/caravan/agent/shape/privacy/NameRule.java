package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.decode.PathPattern;
import java.util.Optional;

/**
 * What becomes of identifiers.
 *
 * @param where place in the configuration, {@code file:line:column}
 * @param key path of the rule in the configuration
 * @param match the signals it is for
 * @param secret the key by which they are hashed; they are left out where there is none
 * @param salt what is hashed before them; empty for nothing
 */
record NameRule(String where, String key, PathPattern match, Optional<Bytes> secret, String salt) {
  Fault fault(String what) {
    return new Fault(where, key + ": " + what);
  }

  @Override
  public String toString() {
    return match
        + (secret.isEmpty() ? " left out" : " hashed" + (salt.isEmpty() ? "" : ", salt " + salt));
  }
}
