package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.util.Optional;
import java.util.regex.Pattern;

/** Every topic there is, {@code caravan/v1/FLEET/DEVICE/…}. */
public final class Topics {
  private static final String ROOT = "caravan/v1/";
  private static final String ANY = "+";
  private static final DeviceName ANY_DEVICE = new DeviceName(ANY, ANY);

  /** Levels before that of the kind. */
  private static final int KIND_LEVEL = 4;

  private static final Pattern REPLY =
      Pattern.compile("[^/+#\\p{Cntrl}]{1,64}/reply(/[^+#\\p{Cntrl}]{0,128})?");

  /** What is on a topic. */
  public enum Kind {
    /** Batches of a route. */
    DATA("data", true, "Batch"),
    /** A schema, or a piece of one. */
    SCHEMA("schema", true, "Schema"),
    /** Events. */
    EVENT("event", false, "Event"),
    /** How the device is. */
    STATUS("status", false, "Status"),
    /** To the device: what it is asked to do. */
    COMMAND("command", false, "SignedCommand"),
    /** What became of that. */
    REPLY("reply", false, "Reply"),
    /** To the device: what is durable. */
    RECEIPT("receipt", false, "SignedReceipt"),
    /** To the device: what is to be published again. */
    REQUEST("request", false, "Request");

    private final String level;
    private final boolean isNamed;
    private final String contentType;

    Kind(String level, boolean isNamed, String message) {
      this.level = level;
      this.isNamed = isNamed;
      this.contentType = "caravan.v1." + message;
    }

    /** The full name of its protobuf message, which is the content type over MQTT 5. */
    public String contentType() {
      return contentType;
    }
  }

  /**
   * What a topic says.
   *
   * @param name the route of data, the id of a schema in hex; empty for others
   */
  public record Place(DeviceName device, Kind kind, String name) {}

  private Topics() {}

  private static String of(DeviceName device, Kind kind) {
    return ROOT + device + "/" + kind.level;
  }

  /** Where the batches of a route go. */
  public static String data(DeviceName device, String route) {
    return of(device, Kind.DATA) + "/" + route;
  }

  /** Where a schema, or a piece of one, lies. */
  public static String schema(DeviceName device, Bytes id) {
    return of(device, Kind.SCHEMA) + "/" + id;
  }

  /** Where a device's messages of a kind go that has no names. */
  public static String plain(DeviceName device, Kind kind) {
    if (kind.isNamed) {
      throw new IllegalArgumentException(kind + " has a topic for each name");
    }
    return of(device, kind);
  }

  /** Whether a topic is that of replies of a device of this fleet, or lies below it, and may be published to. */
  public static boolean isReply(String topic, String fleet) {
    return topic.startsWith(ROOT + fleet + "/")
        && REPLY.matcher(topic.substring((ROOT + fleet + "/").length())).matches();
  }

  /** The filter for a kind of all devices. */
  public static String all(Kind kind) {
    return of(ANY_DEVICE, kind) + (kind.isNamed ? "/" + ANY : "");
  }

  /** What a topic says; nothing if it is none of these. */
  public static Optional<Place> place(String topic) {
    if (!topic.startsWith(ROOT)) {
      return Optional.empty();
    }
    String[] levels = topic.split("/", -1);
    if (levels.length <= KIND_LEVEL) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      int wanted = KIND_LEVEL + (kind.isNamed ? 2 : 1);
      if (kind.level.equals(levels[KIND_LEVEL]) && levels.length == wanted) {
        DeviceName device = new DeviceName(levels[2], levels[3]);
        return Optional.of(new Place(device, kind, kind.isNamed ? levels[KIND_LEVEL + 1] : ""));
      }
    }
    return Optional.empty();
  }
}
