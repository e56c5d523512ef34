package dev.caravan.agent.source.isotp;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.diagnostic.UnitIds;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the diagnostics of a CAN source are told: the mapping {@code diagnostics}.
 *
 * @param has29Bits whether the identifiers of the bus have 29 bits and not 11
 * @param timeoutNs how long a first, or a further, unit is waited for
 * @param units those whose identifiers follow no rule, or whose the user wrote down
 * @param poll what is asked; empty: nothing is sent, and what another tester asks is overheard
 */
public record IsoTpSettings(
    boolean has29Bits, long timeoutNs, UnitIds units, Optional<PollSettings> poll) {
  private static final Key<String> IDS = Key.oneOf("ids", "11bit", "29bit")
      .or("11bit")
      .says("length of the identifiers: 7DF, 7E0..7E7, 7E8..7EF; or 18DB33F1, 18DAxxF1, 18DAF1xx");
  private static final Key<Long> TIMEOUT = Key.duration("timeout", "25ms", "5s")
      .or("150ms")
      .says("how long a first, or after each answer a further, unit is waited for. One that says "
          + "\"response pending\" is waited for 5 s more, none longer than 10 s");
  private static final Key<Boolean> LISTEN = Key.flag("listen", false)
      .limit("one of `listen` and `poll`")
      .says("send nothing, and give out what units answer another tester");
  /** A list of the pairs that {@link UnitIds} declares. */
  public static final Key<Node> UNITS = Key.list("units")
      .says("control units that do not answer under the identifier expected, see below");
  /** The mapping that {@link PollSettings} declares. */
  public static final Key<Node> POLL = Key.block("poll").says("what is asked, see below");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(IDS, TIMEOUT, LISTEN, UNITS, POLL);

  /**
   * Reads the mapping; empty if it is absent.
   *
   * @param mayTransmit whether the source sends a frame of that identifier; what is to be asked and may not is a fault
   */
  public static Optional<IsoTpSettings> from(Node node, Predicate<CanFrame> mayTransmit) {
    if (!node.isPresent()) {
      return Optional.empty();
    }
    boolean has29Bits = node.get(IDS).equals("29bit");
    long timeoutNs = node.get(TIMEOUT);
    boolean listens = node.get(LISTEN);
    UnitIds units = UnitIds.from(node.at(UNITS));
    Node poll = node.at(POLL);
    Optional<PollSettings> asked =
        poll.isPresent() ? Optional.of(PollSettings.from(poll, units)) : Optional.empty();
    node.refuseUnknownKeys();
    if (listens == asked.isPresent()) {
      node.fault("want listen: true, to overhear another tester, or poll, to ask; "
          + (listens ? "got both" : "got neither"));
    }
    IsoTpSettings settings = new IsoTpSettings(has29Bits, timeoutNs, units, asked);
    asked.ifPresent(wanted -> settings.checkTransmit(node, wanted, mayTransmit));
    return Optional.of(settings);
  }

  Addressing addressing() {
    return has29Bits ? Addressing.BITS_29 : Addressing.BITS_11;
  }

  private void checkTransmit(Node node, PollSettings wanted, Predicate<CanFrame> mayTransmit) {
    Set<String> missing = new TreeSet<>();
    CanFrame frame = new CanFrame();
    boolean asksEveryone =
        wanted.infoPeriodNs() > 0 || wanted.dtcPeriodNs() > 0 || wanted.testPeriodNs() > 0;
    for (PollSettings.Asked asked : wanted.requests()) {
      int target = asked.request().target();
      asksEveryone |= target == DiagnosticRequest.EVERYONE;
      if (target != DiagnosticRequest.EVERYONE && !mayTransmit.test(begin(frame, target))) {
        missing.add(text(target));
      }
    }
    if (asksEveryone) {
      if (!mayTransmit.test(begin(frame, addressing().everyone()))) {
        missing.add(text(addressing().everyone()));
      }
      if (!mayControlFlow(frame, mayTransmit)) {
        missing.add(
            has29Bits
                ? "18DAxxF1 of the units xx (flow control for long replies)"
                : "7E0 to 7E7, those of the units there (flow control for long replies)");
      }
    }
    if (!missing.isEmpty()) {
      node.at(POLL)
          .fault("asking needs listen_only: false and, in allow_transmit, also "
              + String.join(", ", missing));
    }
  }

  /** Whether any unit can be told to send the rest of a long reply. */
  private boolean mayControlFlow(CanFrame frame, Predicate<CanFrame> mayTransmit) {
    for (int unit = 0; unit < addressing().units(); unit++) {
      if (mayTransmit.test(begin(frame, addressing().toOne(unit)))) {
        return true;
      }
    }
    return false;
  }

  private static CanFrame begin(CanFrame frame, int id) {
    return frame.begin(0, id, Addressing.flagsOf(id), 8);
  }

  private static String text(int id) {
    return String.format(Locale.ROOT, id > 0x7FF ? "%08X" : "%03X", id);
  }
}
