package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.Receipt.Fate;
import java.util.Map;
import java.util.Set;

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

  private static final Map<Integer, Fate> FATES = Map.of(
      SUCCESS,
      Fate.ACCEPTED,
      NO_MATCHING_SUBSCRIBERS,
      Fate.UNHEARD,
      PACKET_TOO_LARGE,
      Fate.REJECTED,
      PAYLOAD_FORMAT_INVALID,
      Fate.REJECTED);

  /** Unspecified error, implementation specific error, quota exceeded: brokers without a better word for a size say these. */
  private static final Set<Integer> MAY_BE_FOR_SIZE =
      Set.of(0x80, 0x83, 0x97, PACKET_TOO_LARGE, PAYLOAD_FORMAT_INVALID);

  private PubackReason() {}

  static Fate fate(int reason) {
    return FATES.getOrDefault(reason, Fate.REFUSED);
  }

  /** Whether it may speak of the message's size. */
  static boolean mayBeForSize(int reason) {
    return MAY_BE_FOR_SIZE.contains(reason);
  }
}
