package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.config.Node;
import java.util.List;

/**
 * What is special to one J1939 bus, as configured.
 *
 * @param use whether messages in packets are joined and trouble codes read
 * @param senders whether the messages of the bus's DBC files are told apart by the address that sends them
 * @param upperRanges whether the highest raw values mean "not available" and "error"
 */
public record J1939Settings(Use use, boolean senders, boolean upperRanges) {
  /** What holds where nothing is said. */
  public static final J1939Settings USUAL = new J1939Settings(Use.AUTO, false, true);

  /** Whether a bus is taken as J1939. */
  public enum Use {
    /** If one of its DBC files has J1939 messages. */
    AUTO,
    /** Yes. */
    ON,
    /** No. */
    OFF
  }

  /** Reads {@code {j1939: …, source_address: …, ranges: …}}. */
  public static J1939Settings from(Node node) {
    String use = node.at("j1939").oneOf(List.of("auto", "on", "off"), "auto");
    boolean senders = node.at("source_address").flag(false);
    String ranges = node.at("ranges").oneOf(List.of("j1939", "dbc"), "j1939");
    node.refuseUnknownKeys();
    return new J1939Settings(use(use), senders, ranges.equals("j1939"));
  }

  private static Use use(String word) {
    return switch (word) {
      case "on" -> Use.ON;
      case "off" -> Use.OFF;
      default -> Use.AUTO;
    };
  }

  /** Whether a bus is J1939 whose DBC files have such messages or not. */
  public boolean holdsFor(boolean filesAreJ1939) {
    return use == Use.ON || (use == Use.AUTO && filesAreJ1939);
  }
}
