package dev.caravan.agent.source.slcan;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.TransmitList;
import dev.caravan.agent.source.serial.SerialSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a source of type {@code slcan} is told.
 *
 * @param name the source's name
 * @param serial the port
 * @param bitrate bit/s of the CAN bus
 * @param timing the command that sets it
 * @param listenOnly whether the adapter stays silent on the bus: sends nothing, acknowledges nothing
 * @param stamps whether the adapter's time stamps are asked for and used
 * @param dialect what the adapter understands
 * @param fdCommand the command that sets the faster rate of CAN FD payloads, where there is one
 * @param statusPeriodNs how often the status is asked for; 0 never
 * @param accept the acceptance filter of the adapter, where there is one
 * @param transmittable what may be sent; nothing by default
 */
public record SlcanSettings(
    String name,
    SerialSettings serial,
    int bitrate,
    String timing,
    boolean listenOnly,
    boolean stamps,
    Dialect dialect,
    Optional<String> fdCommand,
    long statusPeriodNs,
    Optional<Accept> accept,
    TransmitList transmittable) {
  /**
   * Which frames the adapter lets through, as an SJA1000 in single filter mode understands it.
   *
   * @param code 32 bits
   * @param mask 32 bits; 1 means that a bit of the code does not matter
   */
  public record Accept(long code, long mask) {}

  private static final Map<String, String> FD_RATES =
      Map.of("500k", "Y0", "1M", "Y1", "2M", "Y2", "4M", "Y4", "5M", "Y5", "8M", "Y8");

  /** Reads a source's mapping, all keys but those of its {@code decode} list. */
  public static SlcanSettings from(Node node) {
    node.at("type");
    node.at("decode");
    String name =
        node.at("name").text(Pattern.compile("[A-Za-z0-9_-]{1,64}"), "letters, digits, - and _");
    SerialSettings serial = SerialSettings.from(node);
    Dialect dialect = Dialect.valueOf(node.at("dialect")
        .oneOf(List.of("auto", "lawicel", "canable", "usbtin", "candapter"), "auto")
        .toUpperCase(Locale.ROOT));
    int bitrate = bitrate(node.at("bitrate"));
    String timing = timing(node.at("bitrate"), dialect, bitrate);
    boolean listenOnly = node.at("listen_only").flag(true);
    boolean stamps = stamps(node.at("timestamps"), dialect);
    Optional<String> fdCommand = fdCommand(node.at("fd_bitrate"), dialect);
    long statusPeriodNs = node.at("status_period").durationNs("0s", "1h", "1s");
    Optional<Accept> accept = accept(node.at("accept"), dialect);
    TransmitList transmittable = transmittable(node.at("allow_transmit"), listenOnly);
    node.refuseUnknownKeys();
    return new SlcanSettings(
        name,
        serial,
        bitrate,
        timing,
        listenOnly,
        stamps,
        dialect,
        fdCommand,
        statusPeriodNs,
        accept,
        transmittable);
  }

  private static int bitrate(Node node) {
    if (!node.isPresent()) {
      node.fault("missing; want the bit rate of the bus, such as 500k");
    }
    return (int) node.rate("5k", "1M", "500k");
  }

  private static String timing(Node node, Dialect dialect, int bitrate) {
    Optional<String> command = BitTiming.command(dialect, bitrate);
    if (command.isEmpty()) {
      node.fault(
          dialect == Dialect.AUTO
              ? "adapters differ in how " + bitrate
                  + " bit/s is set; want 10k 20k 50k 100k 125k 250k 500k or 1M, or a dialect named"
              : bitrate + " bit/s cannot be set on dialect "
                  + dialect.name().toLowerCase(Locale.ROOT));
    }
    return command.orElse("");
  }

  private static boolean stamps(Node node, Dialect dialect) {
    String wanted = node.oneOf(List.of("auto", "on", "off"), "auto");
    if (wanted.equals("on") && !dialect.hasStamps()) {
      node.fault("dialect candapter has no time stamps; want auto or off");
    }
    return !wanted.equals("off") && dialect.hasStamps();
  }

  private static Optional<String> fdCommand(Node node, Dialect dialect) {
    if (!node.isPresent()) {
      return Optional.empty();
    }
    String command = FD_RATES.get(node.text());
    if (command == null) {
      node.fault("want one of 500k, 1M, 2M, 4M, 5M, 8M, got '" + node.text() + "'");
    }
    if (dialect != Dialect.CANABLE) {
      node.fault("only dialect canable has CAN FD; want dialect: canable");
    }
    return Optional.ofNullable(command);
  }

  private static Optional<Accept> accept(Node node, Dialect dialect) {
    if (!node.isPresent()) {
      return Optional.empty();
    }
    Accept accept =
        new Accept(node.at("code").whole(0, 0xFFFF_FFFFL), node.at("mask").whole(0, 0xFFFF_FFFFL));
    node.refuseUnknownKeys();
    if (!dialect.hasFilter()) {
      node.fault("adapters differ in their filters; want dialect: lawicel or usbtin");
    }
    return Optional.of(accept);
  }

  private static TransmitList transmittable(Node node, boolean listenOnly) {
    Set<CanId> ids = new HashSet<>();
    node.items().forEach(item -> item.parsed(CanId::parse).ifPresent(ids::add));
    if (listenOnly && !ids.isEmpty()) {
      node.fault("nothing can be sent with listen_only: true; want listen_only: false, or no ids");
    }
    return new TransmitList(ids);
  }
}
