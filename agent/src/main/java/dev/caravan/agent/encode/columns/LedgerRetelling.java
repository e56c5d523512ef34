package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Retelling;
import dev.caravan.agent.wire.BodyPacker;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.MessageParts;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.v1.BatchContent;
import org.jspecify.annotations.Nullable;

/** Lets the ledgers and boot counts of batches go on from the newest batch there, as if they had been made for it. */
final class LedgerRetelling implements Retelling {
  private final boolean compresses;
  private final LedgerCounts base;
  private final long bootCount;
  private @Nullable LedgerCounts first;
  private LedgerCounts told;

  LedgerRetelling(boolean compresses, LedgerCounts base, long bootCount) {
    this.compresses = compresses;
    this.base = base;
    this.bootCount = bootCount;
    this.told = base;
  }

  /** What the newest batch says now. */
  LedgerCounts told() {
    return told;
  }

  long bootCount() {
    return bootCount;
  }

  @Override
  public Bytes retold(Bytes body, int samples) throws MalformedMessageException {
    MessageParts.Parts parts = MessageParts.content(body);
    LedgerCounts said = parts.ledger().orElse(LedgerCounts.NONE);
    LedgerCounts from = first == null ? said : first;
    first = from;
    told = base.plus(said.minus(from)).withSent(told.samplesSent() + samples).withLostOf(base);
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
