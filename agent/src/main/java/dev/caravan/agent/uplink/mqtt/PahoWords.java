package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Words;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;

/** What Paho says of itself, by numbers of its own, in the words of MQTT. Has no state; any thread. */
final class PahoWords {
  private static final String MALFORMED = "a malformed packet";
  private static final String LOST = "Connection is lost.";
  private static final Pattern CHARACTER =
      Pattern.compile("Invalid UTF-8 char: \\[(\\p{XDigit}+)]");

  private static final int INCOMING_TOO_LARGE =
      MqttClientException.REASON_CODE_INCOMING_PACKET_TOO_LARGE;
  private static final int OUTGOING_TOO_LARGE =
      MqttClientException.REASON_CODE_OUTGOING_PACKET_TOO_LARGE;

  private PahoWords() {}

  /**
   * Of what Paho met.
   *
   * @param latestReason that came in any packet
   */
  static String of(MqttException why, int latestReason) {
    return switch (why.getReasonCode()) {
      case MqttClientException.REASON_CODE_SERVER_DISCONNECTED ->
        "the broker ended it, " + ReasonCode.text(latestReason);
      case MqttException.REASON_CODE_INVALID_RETURN_CODE ->
        latestReason >= ReasonCode.FIRST_OF_FAILURE
            ? "refused, " + ReasonCode.text(latestReason)
            : "a reason code came that MQTT 5 does not have there";
      case MqttException.REASON_CODE_INVALID_IDENTIFIER,
          MqttException.REASON_CODE_MALFORMED_PACKET,
          MqttException.REASON_CODE_INVALID_TOPIC_ALAS,
          MqttException.REASON_CODE_DUPLICATE_PROPERTY,
          MqttClientException.REASON_CODE_INVALID_MESSAGE,
          MqttClientException.REASON_CODE_INVALID_TOPIC_ALAS,
          MqttClientException.REASON_CODE_UNKNOWN_TOPIC_ALIAS -> MALFORMED + " came";
      case MqttClientException.REASON_CODE_CLIENT_TIMEOUT -> "no answer in time";
      case MqttClientException.REASON_CODE_WRITE_TIMEOUT -> "it could not be written in time";
      case MqttClientException.REASON_CODE_SERVER_CONNECT_ERROR -> "cannot be reached";
      case MqttClientException.REASON_CODE_CLIENT_ALREADY_DISCONNECTED,
          MqttClientException.REASON_CODE_CLIENT_NOT_CONNECTED,
          MqttClientException.REASON_CODE_CONNECTION_LOST -> "the link is lost";
      case MqttClientException.REASON_CODE_CLIENT_DISCONNECTING,
          MqttClientException.REASON_CODE_CLIENT_CLOSED -> "the link is closed";
      case MqttClientException.REASON_CODE_NO_MESSAGE_IDS_AVAILABLE,
          MqttClientException.REASON_CODE_MAX_INFLIGHT -> "too many messages are under way";
      case MqttClientException.REASON_CODE_SSL_CONFIG_ERROR -> "TLS cannot be set up";
      case MqttException.REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION ->
        "the broker does not speak MQTT 5";
      case INCOMING_TOO_LARGE -> "a packet came that is larger than was asked for";
      case OUTGOING_TOO_LARGE -> "the packet is larger than the broker takes";
      default ->
        why.getReasonCode() > 0 && ReasonCode.isKnown(why.getReasonCode())
            ? "refused, " + ReasonCode.text(why.getReasonCode())
            : "a fault of the client";
    };
  }

  /** Whether Paho itself says so, and not Java below it: then its words are its own. */
  static boolean isOfPaho(Throwable why) {
    StackTraceElement[] trace = why.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith("org.eclipse.paho.");
  }

  /** Whether it was met within a packet that had come whole. */
  static boolean isOfAPacket(Throwable why) {
    return Arrays.stream(why.getStackTrace())
        .anyMatch(frame -> frame.getClassName().endsWith(".MqttWireMessage"));
  }

  /** What its reader fails of: mostly a text or a packet that is none. */
  static String ofUnreadable(Throwable why) {
    if (LOST.equals(why.getMessage())) {
      return "closed by the far side";
    }
    Matcher character = CHARACTER.matcher(String.valueOf(why.getMessage()));
    if (character.matches()) {
      // MQTT 5, 1.5.4
      int code = Integer.parseInt(character.group(1), 16);
      return String.format("a text with the character U+%04X", code);
    }
    return why instanceof Error ? Words.of(why) : MALFORMED;
  }
}
