package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.LedgerRun;
import dev.caravan.agent.encode.Retelling;
import dev.caravan.agent.wire.BodyPacker;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.v1.BatchContent;

/** Lets the ledgers and boot counts of batches go on from the newest batch there, as if they had been made for it. */
final class LedgerRetelling implements Retelling {
  private final boolean compresses;
  private final LedgerRun run;
  private final long bootCount;

  LedgerRetelling(boolean compresses, LedgerRun run, long bootCount) {
    this.compresses = compresses;
    this.run = run;
    this.bootCount = bootCount;
  }

  /** What the newest batch says now. */
  LedgerCounts told() {
    return run.told();
  }

  long bootCount() {
    return bootCount;
  }

  @Override
  public Bytes retold(Bytes body, int samples) throws MalformedMessageException {
    MessageParts.Parts parts = MessageParts.content(body);
    LedgerCounts told = run.next(parts.ledger().orElse(LedgerCounts.NONE), samples);
    byte[] rest = parts.content().toBuilder()
        .clearLedger()
        .setBootCount(bootCount)
        .build()
        .toByteArray();
    WireBytes ledger = new WireBytes();
    told.writeTo(ledger);
    WireBytes content = new WireBytes();
    content.raw(rest, rest.length);
    content.field(BatchContent.LEDGER_FIELD_NUMBER, ledger);
    try (BodyPacker packer = new BodyPacker(compresses, parts.isCompact())) {
      return packer.pack(parts.envelope().schemaId(), content, new WireBytes());
    }
  }
}
