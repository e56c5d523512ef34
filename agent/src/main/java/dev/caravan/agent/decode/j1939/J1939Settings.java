package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What is special to one J1939 or NMEA 2000 bus, as configured.
 *
 * @param use whether the bus is one
 * @param senders whether the messages of the bus's DBC files are told apart by the address that sends them
 * @param upperRanges whether the highest raw values mean "not available" and "error"
 */
public record J1939Settings(Use use, boolean senders, boolean upperRanges) {
  private static final Key<String> J1939 = Key.oneOf("j1939", "auto", "on", "off")
      .or("auto")
      .required()
      .absent("`auto`")
      .says("whether the bus is J1939. `auto`: if one of its DBC files has J1939 messages");
  private static final Key<Boolean> SOURCE_ADDRESS = Key.flag("source_address", false)
      .says("whether the signals of J1939 messages are told apart by who sends them: "
          + "`SOURCE.SA00.EEC1.EngineSpeed`. Those of the sender that the DBC file names are "
          + "known at the start, others when they are first heard, as long as there is room: one "
          + "signal in each 16 KiB of the heap, 4,096 with 64 MiB, over all sources "
          + "(`decode.left_out`)");
  private static final Key<String> RANGES = Key.oneOf("ranges", "j1939", "dbc")
      .or("j1939")
      .says("`j1939`: the highest raw values mean \"not available\", \"error\" or nothing (SAE "
          + "J1939-71: FF, FE, FB to FD in the highest byte; 3 and 2 of two bits, F and E of "
          + "four), but for those that the DBC file labels as a state; they become the sample's "
          + "quality. FB to FD are values where they lie within the limits that the file states "
          + "for the signal (`[0|255]`; `[0|0]` states none), FE and FF and their like are not. "
          + "`dbc`: every raw value is a value");

  /** The keys of an item {@code j1939}. */
  public static final List<Key<?>> KEYS = List.of(J1939, SOURCE_ADDRESS, RANGES);

  private static final Key<String> NMEA2000 = Key.oneOf("nmea2000", "auto", "on", "off")
      .or("auto")
      .required()
      .absent("`auto`")
      .says("whether the bus is NMEA 2000. `auto`: the messages of those DBC files whose "
          + "`ProtocolType` is `NMEA 2000`, `NMEA2000` or `N2K` are");
  private static final Key<Boolean> EITHER_SOURCE_ADDRESS =
      Key.flag("source_address", false).says("as for `j1939`; either may say it");
  private static final Key<String> NMEA2000_RANGES = Key.oneOf("ranges", "nmea2000", "dbc")
      .or("nmea2000")
      .says("`nmea2000`: the greatest number of a signal means \"not available\" (all ones; "
          + "7F..F if signed), from 4 bits on the one before \"error\", from 8 bits on the one "
          + "before that is reserved, with labels and limits of the file as for `j1939`. `dbc`: "
          + "every raw value is a value");

  /** The keys of an item {@code nmea2000}. */
  public static final List<Key<?>> NMEA2000_KEYS =
      List.of(NMEA2000, EITHER_SOURCE_ADDRESS, NMEA2000_RANGES);

  /** What holds where nothing is said. */
  public static final J1939Settings USUAL = new J1939Settings(Use.AUTO, false, true);

  /** Whether a bus is taken as J1939. */
  public enum Use {
    /** If one of its DBC files says so. */
    AUTO,
    /** Yes. */
    ON,
    /** No. */
    OFF
  }

  /** Reads {@code {j1939: …, source_address: …, ranges: …}}, or the same with {@code nmea2000} as the kind of bus. */
  public static J1939Settings from(Node node, String kind) {
    boolean isJ1939 = kind.equals(J1939.name());
    String use = node.get(isJ1939 ? J1939 : NMEA2000);
    boolean senders = node.get(SOURCE_ADDRESS);
    String ranges = node.get(isJ1939 ? RANGES : NMEA2000_RANGES);
    node.refuseUnknownKeys();
    return new J1939Settings(use(use), senders, ranges.equals(kind));
  }

  private static Use use(String word) {
    return switch (word) {
      case "on" -> Use.ON;
      case "off" -> Use.OFF;
      default -> Use.AUTO;
    };
  }

  /** Whether a bus is one whose DBC files say so or not. */
  public boolean holdsFor(boolean filesSaySo) {
    return use == Use.ON || (use == Use.AUTO && filesSaySo);
  }
}
