package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.Seal;
import dev.caravan.sparkplug.Metric;
import java.util.List;

/**
 * Metrics of the device that are in every message of data, so that loss can be proved: which stream it is of, its number there, how many
 * samples were sent so far, it included, and how many of these were lost on the device or refused. Their aliases are 0 to 3.
 */
final class OwnMetrics {
  static final String STREAM = "Caravan/Stream";
  static final String SEQUENCE = "Caravan/Sequence";
  static final String SENT = "Caravan/Samples Sent";
  static final String LOST = "Caravan/Samples Lost";

  /** As births tell them, without a value. */
  static final List<Metric> ALL = List.of(
      metric(STREAM, DataType.STRING, 0),
      metric(SEQUENCE, DataType.UINT64, 1),
      metric(SENT, DataType.UINT64, 2),
      metric(LOST, DataType.UINT64, 3));

  private OwnMetrics() {}

  private static Metric metric(String name, DataType type, int alias) {
    return Metric.newBuilder()
        .setName(name)
        .setAlias(alias)
        .setDatatype(type.code())
        .build();
  }

  /** Of one message, without their times. */
  static List<Metric> of(Seal seal, LedgerCounts ledger) {
    return List.of(
        Metric.newBuilder()
            .setAlias(0)
            .setDatatype(DataType.STRING.code())
            .setStringValue(seal.stream().toString())
            .build(),
        whole(1, seal.sequence()),
        whole(2, ledger.samplesSent()),
        whole(3, ledger.samplesEvicted() + ledger.samplesRejected()));
  }

  private static Metric whole(int alias, long value) {
    return Metric.newBuilder()
        .setAlias(alias)
        .setDatatype(DataType.UINT64.code())
        .setLongValue(value)
        .build();
  }
}
