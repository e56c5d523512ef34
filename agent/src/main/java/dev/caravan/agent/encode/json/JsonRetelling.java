package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.LedgerBook;
import dev.caravan.agent.encode.LedgerRun;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Retelling;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.Optional;

/** Lets the ledgers and boot counts of bodies go on from the newest there, as if they had been made for it. */
record JsonRetelling(LedgerRun run, long bootCount) implements Retelling {
  /** Behind that body, in this start of the agent. */
  static JsonRetelling behind(Optional<Bytes> newestBody, Bytes start, Losses lost) {
    LedgerCounts base = LedgerCounts.NONE;
    long boot = 1;
    if (newestBody.isPresent()) {
      try {
        StoredJson newest = StoredJson.read(newestBody.get());
        base = newest.ledger();
        boot = newest.boot() + (newest.start().equals(start) ? 0 : 1);
      } catch (MalformedMessageException e) {
        // as if there were none: the ledger begins anew
        base = LedgerCounts.NONE;
      }
    }
    return new JsonRetelling(new LedgerRun(LedgerBook.atLeast(base, lost)), boot);
  }

  @Override
  public Bytes retold(Bytes body, int samples) throws MalformedMessageException {
    StoredJson json = StoredJson.read(body);
    return json.with(bootCount, run.next(json.ledger(), samples)).stored();
  }
}
