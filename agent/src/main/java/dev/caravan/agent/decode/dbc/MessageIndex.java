package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.source.CanFrame;
import java.util.Arrays;
import java.util.List;

/**
 * Finds which of a bus's messages a frame is: by its exact identifier first. A J1939 message is then found by group and sender, then
 * by group alone, and one with a mask by the bits of the mask. Remote and error frames are never known. Has no state; any thread.
 */
final class MessageIndex {
  private static final int STANDARD_IDS = 0x800;
  private static final int NOT_DECODED = CanFrame.REMOTE | CanFrame.ERROR;

  private final int[] standard = new int[STANDARD_IDS];
  private final IdIndex extended;
  private final IdIndex bySender;
  private final IdIndex byGroup;
  private final int[] masks;
  private final IdIndex[] byMask; // for each of the masks
  private final boolean anyJ1939;
  private final boolean onlyExact; // there are no other ways to find a message

  MessageIndex(List<DbcMessage> messages, Faults faults) {
    int ofJ1939 = (int) messages.stream().filter(DbcMessage::j1939).count();
    extended = new IdIndex((int) messages.stream().filter(DbcMessage::extended).count());
    bySender = new IdIndex(ofJ1939);
    byGroup = new IdIndex(ofJ1939);
    anyJ1939 = ofJ1939 > 0;
    Arrays.fill(standard, -1);
    for (int i = 0; i < messages.size(); i++) {
      DbcMessage message = messages.get(i);
      if (!message.extended()) {
        standard[message.id()] = i;
      } else {
        extended.putIfAbsent(message.id(), i);
        if (message.j1939()) {
          bySender.putIfAbsent(J1939Id.groupAndSender(message.id()), i);
          byGroup.putIfAbsent(J1939Id.group(message.id()), i);
        }
      }
    }
    masks = messages.stream()
        .mapToInt(DbcMessage::idMask)
        .filter(mask -> mask != DbcOptions.NO_MASK)
        .distinct()
        .toArray();
    byMask = Arrays.stream(masks)
        .mapToObj(mask -> masked(messages, mask, faults))
        .toArray(IdIndex[]::new);
    onlyExact = !anyJ1939 && masks.length == 0;
  }

  /** The messages with a mask by its bits; of two that it makes one the first counts. */
  private static IdIndex masked(List<DbcMessage> messages, int mask, Faults faults) {
    IdIndex index = new IdIndex(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      DbcMessage message = messages.get(i);
      if (message.idMask() != mask) {
        continue;
      }
      int before = index.find(message.id() & mask);
      if (before < 0) {
        index.putIfAbsent(message.id() & mask, i);
      } else {
        faults.warn(
            message.where(),
            String.format(
                "message %s has id 0x%s, which the mask %08X makes one with 0x%s of %s in %s: what is"
                    + " neither id exactly is decoded as the first one",
                message.name(),
                message.hexId(),
                mask,
                messages.get(before).hexId(),
                messages.get(before).name(),
                messages.get(before).where()));
      }
    }
    return index;
  }

  /** Whether any message is a J1939 parameter group. */
  boolean hasJ1939() {
    return anyJ1939;
  }

  /** Which message a frame is; -1 for none of them. */
  int find(CanFrame frame) {
    if ((frame.flags() & NOT_DECODED) != 0) {
      return -1;
    }
    int id = frame.id();
    if ((frame.flags() & CanFrame.EXTENDED) == 0) {
      return id < STANDARD_IDS ? standard[id] : -1;
    }
    int exact = extended.find(id);
    return exact >= 0 || onlyExact ? exact : findOther(id);
  }

  private int findOther(int id) {
    int found = bySender.find(J1939Id.groupAndSender(id));
    if (found < 0) {
      found = byGroup.find(J1939Id.group(id));
    }
    for (int i = 0; i < masks.length && found < 0; i++) {
      found = byMask[i].find(id & masks[i]);
    }
    return found;
  }

  /** Whether a frame is one of several in which an NMEA 2000 bus sends a message; {@code plans} are of the same messages. */
  boolean isFastPacket(CanFrame frame, MessagePlan... plans) {
    int found = find(frame);
    return found >= 0 && plans[found].isFastPacket(frame);
  }
}
