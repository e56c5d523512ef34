package dev.caravan.agent.decode.j1939;

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
    String use = node.at(kind).oneOf(List.of("auto", "on", "off"), "auto");
    boolean senders = node.at("source_address").flag(false);
    String ranges = node.at("ranges").oneOf(List.of(kind, "dbc"), kind);
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
