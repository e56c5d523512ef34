package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.Receipt.Fate;
import java.util.Map;

/**
 * What a PUBACK's reason code means for the entry. Only what speaks against this very message rejects it; what a person
 * or time may mend keeps it.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, table 3-4 and 2.4</a>
 */
final class PubackReason {
  static final int SUCCESS = 0x00;
  static final int NO_MATCHING_SUBSCRIBERS = 0x10;
  static final int PACKET_TOO_LARGE = 0x95;
  static final int PAYLOAD_FORMAT_INVALID = 0x99;

  private record Meaning(String name, Fate fate) {}

  private static final Map<Integer, Meaning> TABLE = Map.of(
      SUCCESS,
      new Meaning("success", Fate.ACCEPTED),
      NO_MATCHING_SUBSCRIBERS,
      new Meaning("no matching subscribers", Fate.KEPT),
      0x80,
      new Meaning("unspecified error", Fate.KEPT),
      0x83,
      new Meaning("implementation specific error", Fate.KEPT),
      0x87,
      new Meaning("not authorized", Fate.KEPT),
      0x90,
      new Meaning("topic name invalid", Fate.KEPT),
      0x91,
      new Meaning("packet identifier in use", Fate.KEPT),
      PACKET_TOO_LARGE,
      new Meaning("packet too large", Fate.REJECTED),
      0x97,
      new Meaning("quota exceeded", Fate.KEPT),
      PAYLOAD_FORMAT_INVALID,
      new Meaning("payload format invalid", Fate.REJECTED));

  private static final Meaning UNKNOWN = new Meaning("unknown", Fate.KEPT);

  private PubackReason() {}

  static Fate fate(int reason) {
    return TABLE.getOrDefault(reason, UNKNOWN).fate;
  }

  /** Its number and name, for a log line. */
  static String text(int reason) {
    return String.format("0x%02x %s", reason, TABLE.getOrDefault(reason, UNKNOWN).name);
  }
}
