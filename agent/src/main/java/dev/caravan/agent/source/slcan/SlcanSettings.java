package dev.caravan.agent.source.slcan;

import dev.caravan.agent.config.Key;
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
  private static final List<String> FD_RATES = List.of("500k", "1M", "2M", "4M", "5M", "8M");
  private static final Map<String, String> FD_COMMANDS =
      Map.of("500k", "Y0", "1M", "Y1", "2M", "Y2", "4M", "Y4", "5M", "Y5", "8M", "Y8");

  private static final Key<Integer> BAUD = SerialSettings.baud(115_200);

  /** Those of its port. */
  public static final List<Key<?>> SERIAL_KEYS = SerialSettings.keys(BAUD);

  private static final Key<Long> BITRATE = Key.rate("bitrate", "5k", "1M")
      .unit("bit/s")
      .or("500k")
      .required()
      .says("bit rate of the CAN bus. Every dialect: 10k 20k 50k 100k 125k 250k 500k 1M. "
          + "`lawicel`, `usbtin`: also 800k and whatever their registers can make within 0.05 %. "
          + "`canable`: also 83333 and 750k. `candapter`: also 800k");
  private static final Key<Boolean> LISTEN_ONLY = Key.flag("listen_only", true)
      .says("stay silent on the bus: send nothing, acknowledge nothing. An adapter that can only "
          + "be opened otherwise is not opened. Two nodes alone on a bus need somebody to "
          + "acknowledge: then `false`");
  private static final Key<String> TIMESTAMPS = Key.oneOf("timestamps", "auto", "on", "off")
      .or("auto")
      .says("`auto`, `on`: ask for the adapter's time stamps and use them where they come; "
          + "`off`: frames get the time of the read");
  private static final Key<String> DIALECT = Key.oneOf(
          "dialect", "auto", "lawicel", "canable", "usbtin", "candapter")
      .or("auto")
      .says("what the adapter understands; `auto` asks it for its version");
  private static final Key<String> FD_BITRATE = Key.oneOf("fd_bitrate", FD_RATES)
      .unit("bit/s")
      .absent("none: classic CAN")
      .says("rate of CAN FD payloads; only with `dialect: canable`");
  private static final Key<Long> STATUS_PERIOD = Key.duration("status_period", "0s", "1h")
      .or("1s")
      .says("how often the adapter is asked for its status (overruns, bus errors), where it has "
          + "one; `0s` never");
  private static final Key<Long> ACCEPT_CODE = Key.large("code", 0, 0xFFFF_FFFFL)
      .unit("32 bits")
      .required()
      .range("0..0xFFFFFFFF")
      .says("bits of the identifier that are wanted");
  private static final Key<Long> ACCEPT_MASK = Key.large("mask", 0, 0xFFFF_FFFFL)
      .unit("32 bits")
      .required()
      .range("0..0xFFFFFFFF")
      .says("a 1 means that this bit of the code does not matter");
  private static final List<Key<?>> ACCEPT_KEYS = List.of(ACCEPT_CODE, ACCEPT_MASK);
  private static final Key<Node> ACCEPT = Key.block("accept", ACCEPT_KEYS)
      .absent("all frames")
      .says("acceptance filter in the adapter, as an SJA1000 "
          + "understands it; a 1 in the mask means that the bit does not matter. Only with "
          + "`dialect: lawicel` or `usbtin`");
  private static final Key<Node> ALLOW_TRANSMIT = Key.list(
          "allow_transmit", Key.text("id").like(CanId.FORM))
      .range("000..7FF, 00000000..1FFFFFFF")
      .says("identifiers that may be sent, each 3 hex digits (11 bits) or 8 (29 bits); nothing "
          + "else ever leaves. Needs `listen_only: false`");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(
      BITRATE, LISTEN_ONLY, TIMESTAMPS, DIALECT, FD_BITRATE, STATUS_PERIOD, ACCEPT, ALLOW_TRANSMIT);

  /**
   * Which frames the adapter lets through, as an SJA1000 in single filter mode understands it.
   *
   * @param code 32 bits
   * @param mask 32 bits; 1 means that a bit of the code does not matter
   */
  public record Accept(long code, long mask) {}

  /** Reads its keys of a source's mapping; who has read the others too refuses unknown ones. */
  public static SlcanSettings from(String name, Node node) {
    SerialSettings serial = SerialSettings.from(node, BAUD);
    Dialect dialect = Dialect.valueOf(node.get(DIALECT).toUpperCase(Locale.ROOT));
    if (!node.at(BITRATE).isPresent()) {
      node.at(BITRATE).fault("missing; want the bit rate of the bus, such as 500k");
    }
    int bitrate = Math.toIntExact(node.get(BITRATE));
    String timing = timing(node.at(BITRATE), dialect, bitrate);
    boolean listenOnly = node.get(LISTEN_ONLY);
    boolean stamps = stamps(node, dialect);
    Optional<String> fdCommand = fdCommand(node, dialect);
    long statusPeriodNs = node.get(STATUS_PERIOD);
    Optional<Accept> accept = accept(node.at(ACCEPT), dialect);
    TransmitList transmittable = transmittable(node.at(ALLOW_TRANSMIT), listenOnly);
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
    String wanted = node.get(TIMESTAMPS);
    if (wanted.equals("on") && !dialect.hasStamps()) {
      node.at(TIMESTAMPS).fault("dialect candapter has no time stamps; want auto or off");
    }
    return !wanted.equals("off") && dialect.hasStamps();
  }

  private static Optional<String> fdCommand(Node node, Dialect dialect) {
    Optional<String> rate = node.find(FD_BITRATE);
    if (rate.isPresent() && dialect != Dialect.CANABLE) {
      node.at(FD_BITRATE).fault("only dialect canable has CAN FD; want dialect: canable");
    }
    return rate.map(FD_COMMANDS::get);
  }

  private static Optional<Accept> accept(Node node, Dialect dialect) {
    if (!node.isPresent()) {
      return Optional.empty();
    }
    Accept accept = new Accept(node.get(ACCEPT_CODE), node.get(ACCEPT_MASK));
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
