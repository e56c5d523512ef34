package dev.caravan.agent.receive;

import dev.caravan.agent.wire.LedgerCounts;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Audits the batches of one route of one device. Every batch tells how many samples were sent up to it, so the samples of a
 * missing batch are known from its neighbours.
 */
final class Audit implements SequenceAudit.Kind<Audit.Batch> {
  /** What one batch says. */
  record Batch(int samples, LedgerCounts ledger) {}

  private Audit() {}

  /** An audit that has seen nothing. */
  static SequenceAudit<Batch> begin(Room room) {
    return new SequenceAudit<>("sequence", "batches", new Audit(), room);
  }

  @Override
  public long named(Batch batch) {
    return SequenceAudit.sum(batch.ledger.batchesEvicted(), batch.ledger.batchesRejected());
  }

  private static long samples(NavigableMap<Long, Batch> arrived) {
    return arrived.values().stream().mapToLong(Batch::samples).sum();
  }

  /** How many samples the missing batches had; negative if the counts of those sent contradict what arrived. */
  private static long missingSamples(NavigableMap<Long, Batch> arrived, boolean isFromTheFirst) {
    Batch first = arrived.firstEntry().getValue();
    long before = isFromTheFirst ? 0 : first.ledger.samplesSent() - first.samples;
    return arrived.lastEntry().getValue().ledger.samplesSent() - before - samples(arrived);
  }

  @Override
  public String sums(NavigableMap<Long, Batch> arrived, boolean isFromTheFirst) {
    long missing = missingSamples(arrived, isFromTheFirst);
    return ", samples " + samples(arrived) + ", missing " + (missing < 0 ? "not known" : missing);
  }

  @Override
  public String firstWrongSum(NavigableMap<Long, Batch> arrived) {
    Map.Entry<Long, Batch> before = null;
    for (Map.Entry<Long, Batch> entry : arrived.entrySet()) {
      LedgerCounts ledger = entry.getValue().ledger;
      if (ledger.samplesSent() < 0 || ledger.samplesDecoded() < 0 || ledger.samplesWithheld() < 0) {
        return "sequence " + entry.getKey() + ": a count of samples is 2^63 or more";
      }
      if (ledger.samplesDecoded() != ledger.samplesWithheld() + ledger.samplesSent()) {
        return "sequence " + entry.getKey() + ": samples decoded " + ledger.samplesDecoded()
            + " are not withheld " + ledger.samplesWithheld() + " and sent " + ledger.samplesSent();
      }
      if (before != null) {
        long sent = ledger.samplesSent() - before.getValue().ledger.samplesSent();
        boolean isNext = entry.getKey() == before.getKey() + 1;
        int here = entry.getValue().samples;
        if (isNext ? sent != here : sent < here) {
          return "sequence " + entry.getKey() + " has samples " + here
              + ", but the count of those sent"
              + (sent < 0 ? " fell by " + -sent : " rose by " + sent) + " since " + before.getKey();
        }
      }
      before = entry;
    }
    return "";
  }
}
