package dev.caravan.agent.receive;

import dev.caravan.agent.wire.LedgerCounts;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Audits the batches of one stream. Of those that tell a ledger, each tells how many samples were sent up to it, so the samples
 * of those missing between two are known.
 */
public final class Audit implements SequenceAudit.Kind<Audit.Batch> {
  /** What one batch says; not every one tells a ledger, and one without may say how many were lost before it. */
  record Batch(int samples, Optional<LedgerCounts> ledger, OptionalLong lost) {
    Batch(int samples, Optional<LedgerCounts> ledger) {
      this(samples, ledger, OptionalLong.empty());
    }
  }

  private Audit() {}

  /** An audit that has seen nothing. */
  static SequenceAudit<Batch> begin(Room room) {
    return new SequenceAudit<>("sequence", "batches", new Audit(), room);
  }

  @Override
  public OptionalLong named(Batch batch) {
    return batch.ledger.isEmpty()
        ? batch.lost
        : OptionalLong.of(SequenceAudit.sum(
            batch.ledger.get().batchesEvicted(), batch.ledger.get().batchesRejected()));
  }

  /** A walk from one told ledger to the next. */
  private static final class Walk {
    private long samples;
    private long missing;
    private boolean isKnown = true;

    // since a ledger was told, or the first
    private long since;
    private boolean isWhole = true;
    private long sentBefore;
    private boolean isSentKnown;

    // the one before; of a stream from its first on, that is 0
    private long before;
    private boolean hasBefore;

    Walk(boolean isFromTheFirst) {
      isSentKnown = isFromTheFirst;
      hasBefore = isFromTheFirst;
    }

    /** The next one; gives what is wrong with its sums, empty for nothing. */
    String take(long sequence, Batch batch) {
      isWhole &= !hasBefore || sequence == before + 1;
      before = sequence;
      hasBefore = true;
      samples += batch.samples;
      since += batch.samples;
      if (batch.ledger.isEmpty()) {
        return "";
      }
      LedgerCounts ledger = batch.ledger.get();
      String wrong = "";
      if (ledger.samplesSent() < 0 || ledger.samplesDecoded() < 0 || ledger.samplesWithheld() < 0) {
        wrong = "a count of samples is 2^63 or more";
      } else if (ledger.samplesDecoded() != ledger.samplesWithheld() + ledger.samplesSent()) {
        wrong = "samples decoded " + ledger.samplesDecoded() + " are not withheld "
            + ledger.samplesWithheld() + " and sent " + ledger.samplesSent();
      } else if (isSentKnown) {
        long sent = ledger.samplesSent() - sentBefore;
        if (isWhole ? sent != since : sent < since) {
          wrong = "samples " + since + " since the ledger before, but the count of those sent "
              + (sent < 0 ? "fell by " + -sent : "rose by " + sent);
        }
        isKnown &= sent >= since;
        missing += sent - since;
      } else {
        isKnown &= isWhole;
      }
      sentBefore = ledger.samplesSent();
      isSentKnown = true;
      since = 0;
      isWhole = true;
      return wrong.isEmpty() ? "" : "sequence " + sequence + ": " + wrong;
    }

    /** How many samples those missing had, in words. */
    String missing() {
      return isKnown && isWhole ? Long.toString(missing) : "not known";
    }
  }

  @Override
  public String sums(NavigableMap<Long, Batch> arrived, boolean isFromTheFirst) {
    Walk walk = new Walk(isFromTheFirst);
    arrived.forEach(walk::take);
    return ", samples " + walk.samples + ", missing " + walk.missing();
  }

  @Override
  public String firstWrongSum(NavigableMap<Long, Batch> arrived) {
    Walk walk = new Walk(false);
    for (Map.Entry<Long, Batch> entry : arrived.entrySet()) {
      String wrong = walk.take(entry.getKey(), entry.getValue());
      if (!wrong.isEmpty()) {
        return wrong;
      }
    }
    return "";
  }
}
