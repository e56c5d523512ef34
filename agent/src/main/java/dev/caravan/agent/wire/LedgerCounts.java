package dev.caravan.agent.wire;

import dev.caravan.v1.Ledger;
import java.util.List;

/**
 * Where everything went that is not in a batch; counts since the first start of a route on a device. In every batch,
 * {@code samplesDecoded = samplesWithheld + samplesSent}.
 *
 * @param framesReceived whole, checked units from all sources
 * @param framesOverrun lost inside an adapter or driver
 * @param framesMalformed cut, too long, or with a wrong checksum
 * @param framesDropped dropped because decoding was slower than the sources, or given up for a fault of the program
 * @param framesUnknown that no decoder knows
 * @param samplesDecoded that the decoders gave
 * @param samplesWithheld that the route's shaping did not send
 * @param samplesSent in batches up to and with this one
 * @param samplesEvicted in batches that the store removed, that were damaged in it, that nobody listened to, or that a fault of the program
 *     kept from being made
 * @param batchesEvicted removed so
 * @param samplesRejected in batches that the far side refused for good
 * @param batchesRejected refused so
 */
public record LedgerCounts(
    long framesReceived,
    long framesOverrun,
    long framesMalformed,
    long framesDropped,
    long framesUnknown,
    long samplesDecoded,
    long samplesWithheld,
    long samplesSent,
    long samplesEvicted,
    long batchesEvicted,
    long samplesRejected,
    long batchesRejected) {
  /** Nothing happened yet. */
  public static final LedgerCounts NONE = of(Ledger.getDefaultInstance());

  /** Their names, in their order. */
  public static final List<String> NAMES = List.of(
      "frames_received",
      "frames_overrun",
      "frames_malformed",
      "frames_dropped",
      "frames_unknown",
      "samples_decoded",
      "samples_withheld",
      "samples_sent",
      "samples_evicted",
      "batches_evicted",
      "samples_rejected",
      "batches_rejected");

  /** Counts in the order of their names. */
  public static LedgerCounts of(long[] of) {
    return new LedgerCounts(
        of[0], of[1], of[2], of[3], of[4], of[5], of[6], of[7], of[8], of[9], of[10], of[11]);
  }

  /** The counts in the order of their names. */
  public long[] counts() {
    return new long[] {
      framesReceived,
      framesOverrun,
      framesMalformed,
      framesDropped,
      framesUnknown,
      samplesDecoded,
      samplesWithheld,
      samplesSent,
      samplesEvicted,
      batchesEvicted,
      samplesRejected,
      batchesRejected
    };
  }

  public static LedgerCounts of(Ledger message) {
    return new LedgerCounts(
        message.getFramesReceived(),
        message.getFramesOverrun(),
        message.getFramesMalformed(),
        message.getFramesDropped(),
        message.getFramesUnknown(),
        message.getSamplesDecoded(),
        message.getSamplesWithheld(),
        message.getSamplesSent(),
        message.getSamplesEvicted(),
        message.getBatchesEvicted(),
        message.getSamplesRejected(),
        message.getBatchesRejected());
  }

  /** Whether more was lost than another one tells. */
  public boolean tellsMoreLossThan(LedgerCounts earlier) {
    return framesOverrun != earlier.framesOverrun
        || framesMalformed != earlier.framesMalformed
        || framesDropped != earlier.framesDropped
        || samplesEvicted != earlier.samplesEvicted
        || batchesEvicted != earlier.batchesEvicted
        || samplesRejected != earlier.samplesRejected
        || batchesRejected != earlier.batchesRejected;
  }

  public LedgerCounts plus(LedgerCounts more) {
    return new LedgerCounts(
        framesReceived + more.framesReceived,
        framesOverrun + more.framesOverrun,
        framesMalformed + more.framesMalformed,
        framesDropped + more.framesDropped,
        framesUnknown + more.framesUnknown,
        samplesDecoded + more.samplesDecoded,
        samplesWithheld + more.samplesWithheld,
        samplesSent + more.samplesSent,
        samplesEvicted + more.samplesEvicted,
        batchesEvicted + more.batchesEvicted,
        samplesRejected + more.samplesRejected,
        batchesRejected + more.batchesRejected);
  }

  public LedgerCounts minus(LedgerCounts less) {
    return new LedgerCounts(
        framesReceived - less.framesReceived,
        framesOverrun - less.framesOverrun,
        framesMalformed - less.framesMalformed,
        framesDropped - less.framesDropped,
        framesUnknown - less.framesUnknown,
        samplesDecoded - less.samplesDecoded,
        samplesWithheld - less.samplesWithheld,
        samplesSent - less.samplesSent,
        samplesEvicted - less.samplesEvicted,
        batchesEvicted - less.batchesEvicted,
        samplesRejected - less.samplesRejected,
        batchesRejected - less.batchesRejected);
  }

  /** With so many samples sent, and as many decoded as belong to that. */
  public LedgerCounts withSent(long samples) {
    return new LedgerCounts(
        framesReceived,
        framesOverrun,
        framesMalformed,
        framesDropped,
        framesUnknown,
        samplesWithheld + samples,
        samplesWithheld,
        samples,
        samplesEvicted,
        batchesEvicted,
        samplesRejected,
        batchesRejected);
  }

  public LedgerCounts withLostOf(LedgerCounts other) {
    return withLost(
        other.samplesEvicted, other.batchesEvicted, other.samplesRejected, other.batchesRejected);
  }

  public LedgerCounts withLost(
      long evictedSamples, long evictedBatches, long rejectedSamples, long rejectedBatches) {
    return new LedgerCounts(
        framesReceived,
        framesOverrun,
        framesMalformed,
        framesDropped,
        framesUnknown,
        samplesDecoded,
        samplesWithheld,
        samplesSent,
        evictedSamples,
        evictedBatches,
        rejectedSamples,
        rejectedBatches);
  }

  public void writeTo(WireBytes out) {
    out.varintField(Ledger.FRAMES_RECEIVED_FIELD_NUMBER, framesReceived);
    out.varintField(Ledger.FRAMES_OVERRUN_FIELD_NUMBER, framesOverrun);
    out.varintField(Ledger.FRAMES_MALFORMED_FIELD_NUMBER, framesMalformed);
    out.varintField(Ledger.FRAMES_DROPPED_FIELD_NUMBER, framesDropped);
    out.varintField(Ledger.FRAMES_UNKNOWN_FIELD_NUMBER, framesUnknown);
    out.varintField(Ledger.SAMPLES_DECODED_FIELD_NUMBER, samplesDecoded);
    out.varintField(Ledger.SAMPLES_WITHHELD_FIELD_NUMBER, samplesWithheld);
    out.varintField(Ledger.SAMPLES_SENT_FIELD_NUMBER, samplesSent);
    out.varintField(Ledger.SAMPLES_EVICTED_FIELD_NUMBER, samplesEvicted);
    out.varintField(Ledger.BATCHES_EVICTED_FIELD_NUMBER, batchesEvicted);
    out.varintField(Ledger.SAMPLES_REJECTED_FIELD_NUMBER, samplesRejected);
    out.varintField(Ledger.BATCHES_REJECTED_FIELD_NUMBER, batchesRejected);
  }
}
