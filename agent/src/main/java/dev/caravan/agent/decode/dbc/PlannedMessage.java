package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import java.util.List;

/**
 * A message of a plan as the file describes it, with those of its signals that can be decoded: what is asked at the start, and by
 * those who show what they read. A decoder that has defined its signals needs only the {@link MessagePlan}.
 */
final class PlannedMessage {
  private final DbcMessage message;
  private final String group;
  private final DbcSignal[] signals;
  private final MessagePlan plan;
  private final boolean isPlainNumbers; // a raw value is the number that it looks like
  private final double[] factors;
  private final double[] offsets;

  PlannedMessage(DbcMessage message, String group, List<DbcSignal> decodable, MessagePlan plan) {
    this.message = message;
    this.group = group;
    this.signals = decodable.toArray(DbcSignal[]::new);
    this.plan = plan;
    this.isPlainNumbers =
        decodable.stream().allMatch(signal -> signal.kind().isInteger() && !isBeyondSigned(signal));
    this.factors = decodable.stream().mapToDouble(DbcSignal::factor).toArray();
    this.offsets = decodable.stream().mapToDouble(DbcSignal::offset).toArray();
  }

  /** Unsigned, of 64 bits: may look negative. */
  static boolean isBeyondSigned(DbcSignal signal) {
    return signal.kind() == Kind.UNSIGNED && signal.lengthBits() == Long.SIZE;
  }

  DbcMessage message() {
    return message;
  }

  /** What its signals are called together. */
  String group() {
    return group;
  }

  int size() {
    return signals.length;
  }

  DbcSignal signal(int index) {
    return signals[index];
  }

  /** How to read it. */
  MessagePlan plan() {
    return plan;
  }

  /** Physical value of a raw one, raw * factor + offset in double. */
  double physical(int index, long rawBits) {
    return isPlainNumbers
        ? rawBits * factors[index] + offsets[index]
        : signals[index].physical(rawBits);
  }
}
