package dev.caravan.agent.source.elm327;

import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.io.IOException;

/**
 * Whom a chip's requests go to on CAN, and whose answers it shows. By itself it shows those of 7E8 to 7EF and 18DAF1xx, and
 * lets them go on with flow control to the identifier that belongs to theirs; for any other unit it is told both.
 *
 * <p>One thread.
 *
 * @see "ELM327 data sheet, CRA, CF and CM, CP, FC"
 */
final class Whom {
  private static final int USUAL_PRIORITY = 0x18;
  private static final int EVERYONE_11 = 0x7DF;
  private static final int EVERYONE_29 = 0x18DB_33F1;

  private final Chip chip;
  private final Bus bus;
  private final boolean has29Bits;

  // while the vehicle is there
  private int target = DiagnosticRequest.EVERYONE;
  private boolean isReady = true;
  private int priority = USUAL_PRIORITY;
  private boolean isNarrow;
  private boolean hasOwnFlowControl;

  /** Of a chip as its reset leaves it. */
  Whom(Chip chip, Bus bus) {
    this.chip = chip;
    this.bus = bus;
    this.has29Bits = bus.form == Bus.Form.CAN_29;
  }

  /** Makes the chip ready for a request; whether it is. */
  boolean set(DiagnosticRequest request) throws IOException {
    int wanted = request.target();
    if (wanted == target && isReady) {
      return true;
    }
    int id = wanted;
    if (wanted == DiagnosticRequest.EVERYONE) {
      id = has29Bits ? EVERYONE_29 : EVERYONE_11;
    }
    boolean isFitting = bus.isCan() && (id > 0x7FF) == has29Bits;
    if (!isFitting || !chip.tell(AtCommand.header(id, bus))) {
      return false; // all is as it was
    }
    target = wanted;
    isReady = prefix(id) && (isShown(request.answer()) ? widen() : narrow(id, request.answer()));
    return isReady;
  }

  private boolean prefix(int id) throws IOException {
    int wanted = has29Bits ? id >>> 24 : priority;
    if (wanted != priority && !chip.tell(AtCommand.priority(wanted))) {
      return false;
    }
    priority = wanted;
    return true;
  }

  /** Whether the chip shows an answer by itself; everyone answers under such. */
  private boolean isShown(int answer) {
    return answer < 0
        || (has29Bits ? (answer & 0xFFFF_FF00) == 0x18DA_F100 : (answer & ~7) == 0x7E8);
  }

  /** A chip that refuses the filter may show everything, so the request is sent all the same. */
  private boolean narrow(int id, int answer) throws IOException {
    isNarrow |= chip.tell(AtCommand.receive(answer))
        || (chip.tell(AtCommand.filter(answer))
            && chip.tell(AtCommand.mask(has29Bits ? 0x1FFF_FFFF : 0x7FF)));
    hasOwnFlowControl |= chip.tell(AtCommand.flowControlHeader(id))
        && chip.tell(AtCommand.FLOW_CONTROL_BYTES)
        && chip.tell(AtCommand.OWN_FLOW_CONTROL);
    return true;
  }

  private boolean widen() throws IOException {
    if (hasOwnFlowControl) {
      hasOwnFlowControl = !chip.tell(AtCommand.USUAL_FLOW_CONTROL);
    }
    if (isNarrow) {
      isNarrow = !chip.tell(AtCommand.USUAL_RECEIVE)
          && !(chip.tell(AtCommand.filter(has29Bits ? 0x18DA_F100 : 0x7E8))
              && chip.tell(AtCommand.mask(has29Bits ? 0x1FFF_FF00 : 0x7F8)));
    }
    return !isNarrow && !hasOwnFlowControl;
  }
}
