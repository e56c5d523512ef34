package dev.caravan.agent.uplink.mqtt;

import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What one broker was found not to take, though it did not say so before; it is forgotten after a day, and at the next
 * start. Any thread.
 */
final class BrokerLimits {
  private static final long REMEMBERED_NS = 86_400_000_000_000L;

  /** MQTT 5, table 3-1: not authorized, for its topic; topic name invalid; too large; payload format invalid; QoS. */
  private static final Set<Integer> MAY_BE_THE_WILL = Set.of(0x87, 0x90, 0x95, 0x99, 0x9B);

  private final Reach reach = new Reach();
  private final Versions versions;
  private final long setBytes;
  private final Customs.Retain retain;
  private final LongSupplier nowNs;

  // learned
  private long learnedNs;
  private long mostPacketBytes;
  private boolean withoutRetain;
  private boolean withoutWill;
  private boolean withoutStatus;
  private int endsOverStatus;

  // since the start
  private long takenBytes;

  /**
   * Nothing is known yet.
   *
   * @param setBytes the largest packet that the settings allow; 0 for any
   * @param version of MQTT, if one is set
   * @param nowNs a monotonic clock, in nanoseconds
   */
  BrokerLimits(long setBytes, Optional<Version> version, LongSupplier nowNs) {
    this(setBytes, version, Customs.Retain.AUTO, nowNs);
  }

  /** The same; {@code retain}: whether messages are retained, as the settings say. */
  BrokerLimits(
      long setBytes, Optional<Version> version, Customs.Retain retain, LongSupplier nowNs) {
    this.retain = retain;
    this.setBytes = setBytes == 0 ? Long.MAX_VALUE : setBytes;
    this.mostPacketBytes = this.setBytes;
    this.versions = new Versions(version, nowNs);
    this.nowNs = nowNs;
  }

  /** The broker is connected to anew: what was learned long ago is tried again. */
  synchronized void connecting() {
    if (nowNs.getAsLong() - learnedNs > REMEMBERED_NS) {
      mostPacketBytes = setBytes;
      withoutRetain = false;
      withoutWill = false;
      withoutStatus = false;
    }
  }

  /** By which version of MQTT it is spoken to. */
  Versions versions() {
    return versions;
  }

  /** What the links to it carry. */
  Reach reach() {
    return reach;
  }

  /** The largest packet that may be sent, in bytes. */
  synchronized long mostPacketBytes() {
    return mostPacketBytes;
  }

  /** The largest that the settings allow, in bytes. */
  long setPacketBytes() {
    return setBytes;
  }

  /** A larger packet is not taken. */
  synchronized void takesAtMost(long packetBytes) {
    mostPacketBytes = Math.min(mostPacketBytes, packetBytes);
    learnedNs = nowNs.getAsLong();
  }

  /** The largest packet that was ever taken; 0 for none. */
  synchronized long takenBytes() {
    return takenBytes;
  }

  /** A packet was taken. */
  synchronized void taken(long packetBytes) {
    takenBytes = Math.max(takenBytes, packetBytes);
  }

  /** Whether a will, and any message, may be retained. */
  synchronized boolean isRetaining() {
    return retain != Customs.Retain.OFF && !withoutRetain;
  }

  /** It has no retained messages. */
  synchronized void retainsNothing() {
    withoutRetain = retain == Customs.Retain.AUTO;
    learnedNs = nowNs.getAsLong();
  }

  /** Whether a will may be left. */
  synchronized boolean takesWill() {
    return !withoutWill;
  }

  /** Whether the device's status may be published. */
  synchronized boolean takesStatus() {
    return !withoutStatus;
  }

  /** It answered the status. */
  synchronized void statusAnswered() {
    endsOverStatus = 0;
  }

  /**
   * A link ended while nothing but the status was under way; the second time in a row it was for that.
   *
   * @return whether it is known now
   */
  synchronized boolean endedOverStatus(LinkEnd how) {
    boolean isDoubtful = how == LinkEnd.PERHAPS_FOR_A_MESSAGE || how == LinkEnd.UNANSWERED;
    if (withoutStatus || !(isDoubtful || how == LinkEnd.FOR_A_MESSAGE)) {
      return false;
    }
    endsOverStatus++;
    if (isDoubtful && endsOverStatus < 2) {
      return false;
    }
    endsOverStatus = 0;
    withoutStatus = true;
    learnedNs = nowNs.getAsLong();
    return true;
  }

  /**
   * A CONNECT was refused; what it asked for with its will may be why, and is then not asked for in the next.
   *
   * @return whether less is asked for now
   */
  synchronized boolean asksForLessOfAWill(int connackReason) {
    boolean isRetain = connackReason == ReasonCode.RETAIN_NOT_SUPPORTED;
    if (isRetain && isRetaining()) {
      retainsNothing();
      return withoutRetain;
    }
    if (withoutWill || !(isRetain || MAY_BE_THE_WILL.contains(connackReason))) {
      return false;
    }
    withoutWill = true;
    learnedNs = nowNs.getAsLong();
    return true;
  }

  /** It was refused without one as well. */
  synchronized void takesWillAfterAll() {
    withoutWill = false;
  }
}
