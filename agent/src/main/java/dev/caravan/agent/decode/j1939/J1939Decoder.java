package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.HeardSignals;
import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Joins the messages of one J1939 bus that were sent in packets and hands them on to the bus's other decoders; makes
 * signals of lists of trouble codes and of identifications, whether they came in packets or in one frame. One thread.
 *
 * <p>Its signals are called {@code {source}.J1939.{address}.{message}.{signal}}, the address in two hex digits, and are
 * defined when the message is first heard from that address, as long as there is room ({@link HeardSignals}). Every message
 * gives its samples, changed or not, so that a change is seen with the first message that has it.
 */
public final class J1939Decoder implements Decoder {
  private static final int LEAST_TROUBLE_BYTES = TroubleCodes.FIRST + TroubleCodes.CODE_BYTES;
  private static final int OTHER = CanFrame.REMOTE | CanFrame.ERROR | CanFrame.FD;

  private final String source;
  private final J1939Transport transport;
  private final List<Decoder> next;
  private final SignalTable table;
  private final HeardSignals heard;
  private final Counter malformed;
  private final Counter unknown;
  private final Map<Integer, TroubleSignals> troubles = new HashMap<>();
  private final Map<Integer, Identification> identifications = new HashMap<>();

  // of the frame accepted last
  private boolean knewLast;

  /**
   * For the frames of one source.
   *
   * @param next what takes the joined messages; it gets nothing else from here
   */
  public J1939Decoder(String source, List<Decoder> next, SignalTable table, Health health) {
    this.source = source;
    this.transport = new J1939Transport(source, health);
    this.next = List.copyOf(next);
    this.table = table;
    this.heard = new HeardSignals(source, table, health);
    this.malformed = health.counter(J1939Metrics.MALFORMED, source);
    this.unknown = health.counter(J1939Metrics.UNKNOWN, source);
  }

  @Override
  public List<PathPattern> mayHear() {
    return Stream.concat(TroubleList.words().stream(), Identification.WORDS.stream())
        .map(message -> PathPattern.of(source + ".J1939.*." + message + ".*"))
        .toList();
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    knewLast = in instanceof CanFrame frame
        && (frame.flags() & (OTHER | CanFrame.EXTENDED)) == CanFrame.EXTENDED
        && take(frame, out);
  }

  private boolean take(CanFrame frame, Consumer<? super SampleGroup> out) {
    if (!J1939Transport.carries(frame)) {
      return read(frame, out);
    }
    CanFrame joined = transport.accept(frame);
    if (joined != null) {
      boolean known = read(joined, out);
      for (Decoder decoder : next) {
        decoder.accept(joined, out);
        known |= decoder.knewLast();
      }
      if (!known) {
        unknown.increment();
      }
    }
    return true;
  }

  /** Reads a message that is understood here; false if it is none. */
  private boolean read(CanFrame message, Consumer<? super SampleGroup> out) {
    int pgn = J1939Id.pgn(message.id());
    TroubleList list = TroubleList.of(pgn);
    if (list != null) {
      if (message.length() < LEAST_TROUBLE_BYTES) {
        malformed.increment();
        return true;
      }
      TroubleSignals known = troubles(list, pgn, message);
      if (known != null) {
        known.accept(message, out);
      }
      return known != null;
    }
    if (!Identification.isOne(pgn)) {
      return false;
    }
    Identification known = identification(pgn, message);
    if (known != null) {
      known.accept(message, out);
    }
    return known != null;
  }

  /** Null if there is no room for them. */
  private @Nullable TroubleSignals troubles(TroubleList list, int pgn, CanFrame message) {
    int key = pgn << 8 | J1939Id.sender(message.id());
    TroubleSignals known = troubles.get(key);
    if (known == null && heard.admits(TroubleSignals.COUNT, group(message))) {
      known = new TroubleSignals(group(message) + "." + list, list, table);
      troubles.put(key, known);
    }
    return known;
  }

  /** Null if there is no room for it. */
  private @Nullable Identification identification(int pgn, CanFrame message) {
    int key = pgn << 8 | J1939Id.sender(message.id());
    Identification known = identifications.get(key);
    if (known == null && heard.admits(Identification.MOST, group(message))) {
      known = Identification.of(pgn, group(message), table);
      identifications.put(key, known);
    }
    return known;
  }

  private String group(CanFrame message) {
    return String.format(Locale.ROOT, "%s.J1939.%02X", source, J1939Id.sender(message.id()));
  }
}
