package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.uplink.Receipt.Fate;
import java.io.EOFException;
import java.net.SocketException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a link says of the messages that were under way.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, table 3-13</a>
 */
enum LinkEnd {
  /** Nothing: the broker, the network or this side ended it for a reason of its own. */
  OTHER,
  /** The broker ended it, and did not say that it was not over one of them. */
  PERHAPS_FOR_A_MESSAGE,
  /** The broker ended it over one of them. */
  FOR_A_MESSAGE,
  /** The broker ended it because one of them was to be retained. */
  FOR_RETAINING,
  /** The broker shows that it is there, and answers none of them. */
  UNANSWERED,
  /** What the broker sent cannot be read; it would send it again on the same session. */
  UNREADABLE;

  private static final int PACKET_TOO_LARGE = 0x95;
  private static final int PAYLOAD_FORMAT_INVALID = 0x99;

  /** Success, and the errors that may be those of a message. */
  private static final Set<Integer> PERHAPS =
      Set.of(0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x90, 0x94, 0x9B);

  /** Of Paho: an identifier or a packet that it cannot read, a packet that is too large. */
  private static final Set<Integer> UNREADABLE_TO_PAHO = Set.of(50_000, 50_002, 51_001);

  /** Whether one of the messages under way may be why. */
  boolean mayBeForAMessage() {
    return this == FOR_A_MESSAGE || this == PERHAPS_FOR_A_MESSAGE;
  }

  /** Whether it ended over messages under way, as far as can be told. */
  boolean isPerhapsOverAMessage() {
    return mayBeForAMessage() || this == UNANSWERED;
  }

  /**
   * Of a link that Paho tells the end of.
   *
   * @param reason of the broker's DISCONNECT
   * @param why what Paho met; null where the broker said why
   * @param latestReason that came in any packet
   */
  static LinkEnd of(int reason, @Nullable MqttException why, int latestReason) {
    if (why == null) {
      return of(reason);
    }
    if (why.getReasonCode() == MqttException.REASON_CODE_INVALID_RETURN_CODE) {
      // of a reason that Paho does not know in a PUBACK, such as 0x91 and 0x95
      return ofPuback(latestReason);
    }
    Throwable deepest = MqttFailure.deepest(why);
    if (deepest instanceof UnreadableException
        || isUnreadableToPaho(deepest)
        || PahoWords.isOfAPacket(deepest)) {
      return UNREADABLE;
    }
    boolean isCut = deepest instanceof EOFException
        || deepest instanceof SocketException
        || deepest instanceof SSLException;
    return isCut ? PERHAPS_FOR_A_MESSAGE : OTHER;
  }

  private static LinkEnd of(int reason) {
    return switch (reason) {
      case PACKET_TOO_LARGE, PAYLOAD_FORMAT_INVALID -> FOR_A_MESSAGE;
      case ReasonCode.RETAIN_NOT_SUPPORTED -> FOR_RETAINING;
      default -> PERHAPS.contains(reason) ? PERHAPS_FOR_A_MESSAGE : OTHER;
    };
  }

  private static LinkEnd ofPuback(int reason) {
    if (reason == ReasonCode.RETAIN_NOT_SUPPORTED) {
      return FOR_RETAINING;
    }
    return PubackReason.fate(reason) == Fate.REJECTED ? FOR_A_MESSAGE : PERHAPS_FOR_A_MESSAGE;
  }

  private static boolean isUnreadableToPaho(Throwable deepest) {
    return deepest instanceof MqttException mqtt
        && UNREADABLE_TO_PAHO.contains(mqtt.getReasonCode());
  }

  /** Of a link that ended because a thread of Paho's died: the one that reads dies of what it reads. */
  static LinkEnd ofDeath(Throwable why) {
    for (StackTraceElement frame : why.getStackTrace()) {
      if (frame.getClassName().endsWith(".CommsReceiver")) {
        return UNREADABLE;
      }
    }
    return OTHER;
  }
}
