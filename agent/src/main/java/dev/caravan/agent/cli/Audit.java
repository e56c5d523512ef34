package dev.caravan.agent.cli;

import dev.caravan.agent.encode.telemetry.LedgerCounts;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proves of one route of one device that what was sent is what arrived and what was named as lost. Every batch tells how
 * many samples were sent up to it, so the samples of a missing batch are known from its neighbours. One thread; keeps some
 * sixty bytes for each batch.
 */
final class Audit {
  /** What one batch says. */
  private record Batch(int samples, LedgerCounts ledger) {
    long batchesNamed() {
      return ledger.batchesEvicted() + ledger.batchesRejected();
    }
  }

  /** What was found. */
  enum Verdict {
    /** Every batch from the first to the last arrived, and every sum is right. */
    COMPLETE,
    /** Batches are missing, no more than the device names as evicted or rejected. */
    NAMED_LOSS,
    /** Batches are missing that nobody names, or a sum is wrong, or one number had two contents. */
    DISAGREEMENT
  }

  private final TreeMap<Long, Batch> batches = new TreeMap<>();
  private long again;
  private long conflicts;
  private String firstConflict = "";

  /** A batch that was not seen before. */
  void arrived(long sequence, int samples, LedgerCounts ledger) {
    batches.put(sequence, new Batch(samples, ledger));
  }

  /** A batch that was seen before. */
  void again(long sequence, boolean isOther) {
    again++;
    if (isOther && conflicts++ == 0) {
      firstConflict = "sequence " + sequence + " came with two contents";
    }
  }

  private long samples() {
    return batches.values().stream().mapToLong(Batch::samples).sum();
  }

  private long missing() {
    return batches.lastKey() - batches.firstKey() + 1 - batches.size();
  }

  /** How many batches the device names as lost, after the first one that arrived had been made. */
  private long named() {
    return batches.lastEntry().getValue().batchesNamed()
        - batches.firstEntry().getValue().batchesNamed();
  }

  /** How many samples the missing batches had. */
  private long missingSamples() {
    Batch first = batches.firstEntry().getValue();
    return batches.lastEntry().getValue().ledger.samplesSent()
        - first.ledger.samplesSent()
        + first.samples
        - samples();
  }

  /** The first sum that is wrong, or two contents of one number; empty for none. */
  String firstDisagreement() {
    if (!firstConflict.isEmpty()) {
      return firstConflict;
    }
    Map.Entry<Long, Batch> before = null;
    for (Map.Entry<Long, Batch> entry : batches.entrySet()) {
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
    return missing() > named()
        ? "batches missing " + missing() + ", first " + firstMissing() + ", named as lost "
            + named()
        : "";
  }

  private long firstMissing() {
    long expected = batches.firstKey();
    for (long sequence : batches.keySet()) {
      if (sequence != expected) {
        return expected;
      }
      expected++;
    }
    return expected;
  }

  Verdict verdict() {
    return !firstDisagreement().isEmpty()
        ? Verdict.DISAGREEMENT
        : missing() > 0 ? Verdict.NAMED_LOSS : Verdict.COMPLETE;
  }

  /** One line; at least one batch has arrived. */
  @Override
  public String toString() {
    String words = switch (verdict()) {
      case COMPLETE -> "complete";
      case NAMED_LOSS -> "complete but for named losses";
      case DISAGREEMENT -> "DISAGREEMENT: " + firstDisagreement();
    };
    return "sequence " + batches.firstKey() + ".." + batches.lastKey() + ", batches "
        + batches.size()
        + ", missing " + missing() + " (named " + named() + "), again " + again
        + ", two contents " + conflicts + ", samples " + samples() + ", missing " + missingSamples()
        + ": " + words;
  }
}
