package dev.caravan.agent.uplink.mqtt;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of a broker's reasons, and what a refused connection means: either a person has to act, or time may mend it.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html">MQTT 5, 2.4 and table 3-1</a>
 */
final class ReasonCode {
  static final int FIRST_OF_FAILURE = 0x80;
  static final int RETAIN_NOT_SUPPORTED = 0x9A;

  private static final Map<Integer, String> NAMES = new HashMap<>();

  static {
    Object[] table = {
      0x00,
      "success",
      // of MQTT 3.1.1, table 3.1
      0x01,
      "unacceptable protocol version",
      0x02,
      "identifier rejected",
      0x03,
      "server unavailable",
      0x04,
      "bad user name or password",
      0x05,
      "not authorized",
      0x10,
      "no matching subscribers",
      0x80,
      "unspecified error",
      0x81,
      "malformed packet",
      0x82,
      "protocol error",
      0x83,
      "implementation specific error",
      0x84,
      "unsupported protocol version",
      0x85,
      "client identifier not valid",
      0x86,
      "bad user name or password",
      0x87,
      "not authorized",
      0x88,
      "server unavailable",
      0x89,
      "server busy",
      0x8A,
      "banned",
      0x8B,
      "server shutting down",
      0x8C,
      "bad authentication method",
      0x8D,
      "keep alive timeout",
      0x8E,
      "session taken over",
      0x8F,
      "topic filter invalid",
      0x90,
      "topic name invalid",
      0x91,
      "packet identifier in use",
      0x92,
      "packet identifier not found",
      0x93,
      "receive maximum exceeded",
      0x94,
      "topic alias invalid",
      0x95,
      "packet too large",
      0x96,
      "message rate too high",
      0x97,
      "quota exceeded",
      0x98,
      "administrative action",
      0x99,
      "payload format invalid",
      RETAIN_NOT_SUPPORTED,
      "retain not supported",
      0x9B,
      "qos not supported",
      0x9C,
      "use another server",
      0x9D,
      "server moved",
      0x9E,
      "shared subscriptions not supported",
      0x9F,
      "connection rate exceeded",
      0xA0,
      "maximum connect time",
      0xA1,
      "subscription identifiers not supported",
      0xA2,
      "wildcard subscriptions not supported"
    };
    for (int i = 0; i < table.length; i += 2) {
      NAMES.put((Integer) table[i], (String) table[i + 1]);
    }
  }

  // the last four: what Paho makes of MQTT 3.1.1's
  private static final Set<Integer> NEEDS_PERSON =
      Set.of(0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 1, 2, 4, 5);

  private static final Set<Integer> BUSY = Set.of(0x89, 0x96, 0x97, 0x9F);

  private ReasonCode() {}

  /** Whether no later CONNECT is answered better unless somebody acts. */
  static boolean needsPerson(int connackReason) {
    return NEEDS_PERSON.contains(connackReason);
  }

  /** Whether the broker has too much to do, in a CONNACK or a DISCONNECT. */
  static boolean isBusy(int reason) {
    return BUSY.contains(reason);
  }

  /** Whether the broker does not speak MQTT 5: its own code, and that of MQTT 3.1.1, which Paho hands on. */
  static boolean isOtherVersion(int connackReason) {
    return connackReason == 0x84 || connackReason == 1;
  }

  static boolean isKnown(int reason) {
    return NAMES.containsKey(reason);
  }

  /** Its number and name, for a log line. */
  static String text(int reason) {
    return String.format("0x%02x %s", reason, NAMES.getOrDefault(reason, "unknown"));
  }
}
