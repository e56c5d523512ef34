package dev.caravan.agent.assembly;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.security.SignerKeys;
import dev.caravan.agent.uplink.Receipts;
import java.util.List;
import java.util.Optional;

/** The keys of a route that say when what was sent may be removed. */
final class ReceiptKeys {
  private static final String STORE = "store";

  static final Key<String> RECEIPT = Key.oneOf("receipt", "none", STORE)
      .or("none")
      .says(
          "when a batch is removed from the queue: `none`, once the broker took it; `store`, once a receipt says "
              + "that it is durable in a datastore. What no receipt names for 30 s, and all of it after a new connection, is sent again, "
              + "slowly while no receipts come; at most 4,096 batches await theirs");
  static final Key<Node> SIGNERS = SignerKeys.key("receipt_keys").absent("no receipt is taken");
  static final Key<Boolean> SIGNED = Key.flag("receipt_signed", true)
      .says("`false` takes receipts that nobody signed: whoever may publish to the device's topic "
          + "of receipts can let it forget what is stored nowhere");

  static final List<Key<?>> KEYS = List.of(RECEIPT, SIGNERS, SIGNED);

  private ReceiptKeys() {}

  /** From whom receipts are taken; nothing where none is awaited. */
  static Optional<Receipts.Signers> read(Node route) {
    boolean isAwaited = route.get(RECEIPT).equals(STORE);
    Node keys = route.at(SIGNERS);
    boolean isSigned = route.get(SIGNED);
    Receipts.Signers signers = new Receipts.Signers(SignerKeys.read(keys), !isSigned);
    if (isAwaited && isSigned && !keys.isPresent()) {
      route
          .at(RECEIPT)
          .fault(
              "want receipt_keys too, the public keys of those who may sign receipts; or receipt_signed: false");
    }
    if (keys.isPresent() && !(isAwaited && isSigned)) {
      keys.fault("want none without receipt: store, nor with receipt_signed: false");
    }
    return isAwaited ? Optional.of(signers) : Optional.empty();
  }

  /** Nothing comes down there. */
  static void refuse(Node route, String why) {
    route.at(RECEIPT).fault("want none where " + why + ", by which no receipt comes");
  }
}
