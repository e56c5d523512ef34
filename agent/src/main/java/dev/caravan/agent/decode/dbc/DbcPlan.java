package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.source.CanFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages of all DBC files of one bus, found by identifier, and how to take their signals out of a payload. Has
 * no state; any thread.
 *
 * <p>A message is found by its exact identifier first. A J1939 message is then found by group and sender, then by group
 * alone, and one with a mask by the bits of the mask. Remote and error frames are never known.
 */
public final class DbcPlan {
  private static final int STANDARD_IDS = 0x800;
  private static final int NOT_DECODED = CanFrame.REMOTE | CanFrame.ERROR;

  private final MessagePlan[] messages;
  private final int[] standard = new int[STANDARD_IDS];
  private final IdIndex extended;
  private final IdIndex bySender;
  private final IdIndex byGroup;
  private final int[] masks;
  private final IdIndex[] byMask; // for each of the masks
  private final boolean anyJ1939;
  private final boolean onlyExact; // there are no other ways to find a message

  private DbcPlan(List<MessagePlan> plans, Faults faults) {
    messages = plans.toArray(MessagePlan[]::new);
    extended = new IdIndex(messages.length);
    bySender = new IdIndex(messages.length);
    byGroup = new IdIndex(messages.length);
    Arrays.fill(standard, -1);
    boolean any = false;
    for (int i = 0; i < messages.length; i++) {
      DbcMessage message = messages[i].message();
      if (!message.extended()) {
        standard[message.id()] = i;
      } else {
        extended.putIfAbsent(message.id(), i);
        if (message.j1939()) {
          any = true;
          bySender.putIfAbsent(J1939Id.groupAndSender(message.id()), i);
          byGroup.putIfAbsent(J1939Id.group(message.id()), i);
        }
      }
    }
    anyJ1939 = any;
    masks = Arrays.stream(messages)
        .mapToInt(plan -> plan.message().idMask())
        .filter(mask -> mask != DbcOptions.NO_MASK)
        .distinct()
        .toArray();
    byMask = Arrays.stream(masks).mapToObj(mask -> masked(mask, faults)).toArray(IdIndex[]::new);
    onlyExact = !anyJ1939 && masks.length == 0;
  }

  /** The messages with a mask by its bits; of two that it makes one the first counts. */
  private IdIndex masked(int mask, Faults faults) {
    IdIndex index = new IdIndex(messages.length);
    for (int i = 0; i < messages.length; i++) {
      DbcMessage message = messages[i].message();
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
                messages[before].message().hexId(),
                messages[before].message().name(),
                messages[before].message().where()));
      }
    }
    return index;
  }

  /** Reads the files of one bus and makes a plan of them; faults and warnings go to {@code faults}. */
  public static DbcPlan read(List<DbcSettings> files, DbcBus bus, Faults faults) {
    return of(DbcSettings.read(files, bus.nmea2000(), faults), faults);
  }

  /**
   * Makes a plan of the files of one bus. Where two files have one identifier, the first counts; where two messages
   * have one name, the second is called {@code name#2}. Signals that do not lie inside their message, or are too long,
   * are left out. All of this is told as warnings.
   */
  public static DbcPlan of(List<DbcFile> files, Faults faults) {
    List<MessagePlan> plans = new ArrayList<>();
    Map<Long, DbcMessage> known = new HashMap<>();
    Set<String> groups = new HashSet<>();
    for (DbcFile file : files) {
      boolean isFdBus = Attributes.isCanFd(file.attributes().getOrDefault("BusType", ""));
      // In one file the last of two with one id counts, so find those first.
      Map<Long, Integer> last = new HashMap<>();
      for (int i = 0; i < file.messages().size(); i++) {
        last.put(key(file.messages().get(i)), i);
      }
      for (int i = 0; i < file.messages().size(); i++) {
        DbcMessage message = file.messages().get(i);
        if (!Integer.valueOf(i).equals(last.get(key(message)))) {
          continue;
        }
        DbcMessage before = known.putIfAbsent(key(message), message);
        if (before == null) {
          plans.add(plan(plans.size(), message, isFdBus, groups, faults));
        } else {
          faults.warn(
              message.where(),
              "message " + message.name() + " has id 0x" + message.hexId() + ", as " + before.name()
                  + " in " + before.where() + ": the first one is decoded");
        }
      }
    }
    return new DbcPlan(plans, faults);
  }

  private static long key(DbcMessage message) {
    return message.id() | (message.extended() ? 1L << 32 : 0);
  }

  private static MessagePlan plan(
      int index, DbcMessage message, boolean isFdBus, Set<String> groups, Faults faults) {
    String name = pathPart(message.name());
    String group = name;
    for (int copy = 2; !groups.add(group); copy++) {
      group = name + "#" + copy;
    }
    if (!group.equals(name)) {
      faults.warn(
          message.where(), "message " + name + " is there twice: this one is called " + group);
    }
    return new MessagePlan(index, message, group, decodable(message, faults), isFdBus);
  }

  /** Without the signals that cannot be decoded, and those that hang on them. */
  private static List<DbcSignal> decodable(DbcMessage message, Faults faults) {
    List<DbcSignal> kept = new ArrayList<>();
    int longest = message.j1939() ? MessagePlan.MOST_BYTES : CanFrame.MOST_BYTES;
    for (DbcSignal signal : message.signals()) {
      if (signal.lengthBits() > 64 || signal.lengthBits() == 0) {
        faults.warn(
            signal.where(),
            "signal " + signal.name() + " has " + signal.lengthBits()
                + " bits; want 1..64: left out");
      } else if (signal.bytesNeeded() > message.lengthBytes()) {
        faults.warn(
            signal.where(),
            "signal " + signal.name() + " needs " + signal.bytesNeeded() + " bytes, message "
                + message.name() + " has " + message.lengthBytes() + ": left out");
      } else if (signal.bytesNeeded() <= longest) {
        kept.add(signal);
      }
    }
    while (true) {
      Set<String> names = new HashSet<>();
      kept.forEach(signal -> names.add(signal.name()));
      boolean orphans = kept.removeIf(signal -> signal
          .branch()
          .filter(branch -> !names.contains(branch.multiplexor()))
          .isPresent());
      if (!orphans) {
        return kept;
      }
    }
  }

  /** Whether any message is a J1939 parameter group. */
  public boolean hasJ1939() {
    return anyJ1939;
  }

  /** Whether any message is one of an NMEA 2000 bus. */
  public boolean hasNmea2000() {
    return Arrays.stream(messages).anyMatch(plan -> plan.message().nmea2000());
  }

  /** A name as one part of a signal's path, where a dot would begin the next. */
  static String pathPart(String name) {
    StringBuilder part = new StringBuilder(name);
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) == '.' || part.charAt(i) <= ' ') {
        part.setCharAt(i, '_');
      }
    }
    return part.toString();
  }

  /** The messages that can be found, in the order of the files. */
  public List<DbcMessage> messages() {
    return Arrays.stream(messages).map(MessagePlan::message).toList();
  }

  int size() {
    return messages.length;
  }

  MessagePlan message(int index) {
    return messages[index];
  }

  /** A reading with room for the largest message. */
  public DbcReading newReading() {
    return new DbcReading(messages);
  }

  /**
   * Reads a frame.
   *
   * @return whether its message is known; {@code out} is as it was if not
   */
  public boolean read(CanFrame frame, DbcReading out) {
    int index = find(frame);
    if (index < 0) {
      return false;
    }
    messages[index].read(frame, out);
    return true;
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

  /** Whether a frame is one of several in which an NMEA 2000 bus sends a message, to be joined before it is read. */
  public boolean isFastPacket(CanFrame frame) {
    int index = find(frame);
    return index >= 0 && messages[index].isFastPacket(frame);
  }
}
