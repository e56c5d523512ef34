package dev.caravan.agent.encode.columns;

import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.BatchContent;

/** The samples of a batch that are not ok, as runs over all samples in the order in which they are written. */
final class QualityRuns {
  private static final int OK = WireNumbers.OK;

  private final WireBytes skips = new WireBytes();
  private final WireBytes lengths = new WireBytes();
  private final WireBytes qualities = new WireBytes();

  // of the batch being written
  private long skipped;
  private long length;
  private int quality = OK;

  void clear() {
    skips.clear();
    lengths.clear();
    qualities.clear();
    skipped = 0;
    length = 0;
    quality = OK;
  }

  void add(SignalBuffer signal) {
    if (signal.isAllOk()) {
      run(OK, signal.size());
      return;
    }
    byte[] each = signal.qualities();
    int end = signal.from() + signal.size();
    for (int i = signal.from(); i < end; i++) {
      run(each[i], 1);
    }
  }

  private void run(int next, int size) {
    if (next != quality) {
      end();
      quality = next;
    }
    if (next == OK) {
      skipped += size;
    } else {
      length += size;
    }
  }

  private void end() {
    if (quality != OK) {
      skips.varint(skipped);
      lengths.varint(length);
      qualities.varint(quality);
      skipped = 0;
      length = 0;
    }
  }

  void writeTo(WireBytes out) {
    end();
    quality = OK;
    out.field(BatchContent.QUALITY_SKIPS_FIELD_NUMBER, skips);
    out.field(BatchContent.QUALITY_LENGTHS_FIELD_NUMBER, lengths);
    out.field(BatchContent.QUALITIES_FIELD_NUMBER, qualities);
  }
}
