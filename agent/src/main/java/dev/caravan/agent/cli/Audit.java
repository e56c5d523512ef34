package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.LedgerCounts;
import java.util.Map;

/**
 * The audit of the batches of one route of one device. Every batch tells how many samples were sent up to it, so the samples
 * of a missing batch are known from its neighbours.
 */
final class Audit extends SequenceAudit<Audit.Batch> {
  /** What one batch says. */
  record Batch(int samples, LedgerCounts ledger) {}

  Audit() {
    super("sequence", "batches");
  }

  /** A batch that was not seen before. */
  void arrived(long sequence, int samples, LedgerCounts ledger) {
    arrived.put(sequence, new Batch(samples, ledger));
  }

  @Override
  long named(Batch batch) {
    return batch.ledger.batchesEvicted() + batch.ledger.batchesRejected();
  }

  private long samples() {
    return arrived.values().stream().mapToLong(Batch::samples).sum();
  }

  /** How many samples the missing batches had. */
  private long missingSamples() {
    Batch first = arrived.firstEntry().getValue();
    return arrived.lastEntry().getValue().ledger.samplesSent()
        - first.ledger.samplesSent()
        + first.samples
        - samples();
  }

  @Override
  String sums() {
    return arrived.isEmpty() ? "" : ", samples " + samples() + ", missing " + missingSamples();
  }

  @Override
  String firstWrongSum() {
    Map.Entry<Long, Batch> before = null;
    for (Map.Entry<Long, Batch> entry : arrived.entrySet()) {
      LedgerCounts ledger = entry.getValue().ledger;
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
              + ", but the count of those sent" + " rose by " + sent + " since " + before.getKey();
        }
      }
      before = entry;
    }
    return "";
  }
}
