package dev.caravan.agent.device.ecu;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bus with control units on it that answer diagnostic requests, among the traffic that it has anyway.
 *
 * <p>A unit hears single frames to everyone (7DF, 18DB33F1) and to itself. Each takes its own time to answer, so the
 * frames of several long replies interleave. A request that takes long is first answered "response pending". One thread.
 *
 * @see "ISO 15765-4:2016, 10.5"
 */
public final class EcuBus implements Traffic {
  private static final int EVERYONE = 0x7DF;
  private static final int EVERYONE_29 = 0x18DB_33F1;
  private static final long MS_NS = 1_000_000;
  private static final long GAP_NS = 2 * MS_NS;
  private static final long FIRST_UNIT_NS = 3 * MS_NS;
  private static final long NEXT_UNIT_NS = 1 * MS_NS;

  /** How long "response pending" holds: longer than P2, shorter than P2*. */
  private static final long LONG_NS = 600 * MS_NS;

  private static final class Unit {
    final Ecu ecu;
    final MessageSender sender;
    final long answerNs;

    // a reply that was announced by "response pending"
    Optional<Bytes> later = Optional.empty();
    long laterNs;

    Unit(Ecu ecu, long answerNs) {
      this.ecu = ecu;
      this.sender = new MessageSender(ecu.responseId(), GAP_NS);
      this.answerNs = answerNs;
    }

    long dueNs() {
      return later.isPresent() ? Math.min(laterNs, sender.dueNs()) : sender.dueNs();
    }

    void runOne(FrameOut out) {
      if (later.isPresent() && laterNs <= sender.dueNs()) {
        sender.begin(later.get(), laterNs);
        later = Optional.empty();
      }
      sender.sendNext(out);
    }
  }

  private final Traffic other;
  private final List<Unit> units = new ArrayList<>();

  /** A bus with that traffic and these units, at least one. */
  public EcuBus(Traffic other, List<Ecu> ecus) {
    this.other = other;
    for (Ecu ecu : ecus) {
      units.add(new Unit(ecu, FIRST_UNIT_NS + units.size() * NEXT_UNIT_NS));
    }
  }

  @Override
  public int bitrate() {
    return other.bitrate();
  }

  @Override
  public void runUntil(long untilNs, FrameOut out) {
    other.runUntil(untilNs, (timeNs, id, flags, payload, length) -> {
      sendBefore(timeNs, out);
      out.frame(timeNs, id, flags, payload, length);
    });
    sendBefore(untilNs, out);
  }

  /** Sends what the units have due before a time, in its order. */
  private void sendBefore(long untilNs, FrameOut out) {
    while (true) {
      Unit next = units.get(0);
      for (int i = 1; i < units.size(); i++) {
        next = units.get(i).dueNs() < next.dueNs() ? units.get(i) : next;
      }
      if (next.dueNs() >= untilNs) {
        return;
      }
      next.runOne(out);
    }
  }

  @Override
  public void hear(long timeNs, int id, int flags, byte[] payload, int length) {
    other.hear(timeNs, id, flags, payload, length);
    boolean isExtended = (flags & FrameOut.EXTENDED) != 0;
    for (int i = 0; i < units.size(); i++) {
      Unit unit = units.get(i);
      int own = unit.ecu.requestId();
      boolean speaks29 = own > 0x7FF;
      boolean isFunctional = id == (speaks29 ? EVERYONE_29 : EVERYONE);
      if (isExtended == speaks29 && (id == own || isFunctional) && length > 0) {
        hear(timeNs, unit, isFunctional, payload, length);
      }
    }
  }

  private static void hear(
      long timeNs, Unit unit, boolean isFunctional, byte[] payload, int length) {
    int first = payload[0] & 0xFF;
    if (first >> 4 == 3 && length >= 3 && !isFunctional) {
      unit.sender.flowControl(timeNs, first, payload[1] & 0xFF, payload[2] & 0xFF);
    } else if (first >= 1 && first <= 7 && first < length) {
      Bytes request = Bytes.of(payload, 1, first);
      long answerNs = timeNs + unit.answerNs;
      Optional<Bytes> answer = unit.ecu.answer(timeNs, request, isFunctional);
      unit.later = Optional.empty();
      if (answer.isPresent() && Ecu.takesLong(request)) {
        unit.later = answer;
        unit.laterNs = answerNs + LONG_NS;
        unit.sender.begin(Ecu.pending(request), answerNs);
      } else if (answer.isPresent()) {
        unit.sender.begin(answer.get(), answerNs);
      }
    }
  }
}
