package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
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
 */
public final class DbcPlan {
  private final PlannedMessage[] messages;
  private final MessagePlan[] plans; // of these
  private final MessageIndex index;

  private DbcPlan(List<PlannedMessage> planned, Faults faults) {
    messages = planned.toArray(PlannedMessage[]::new);
    plans = planned.stream().map(PlannedMessage::plan).toArray(MessagePlan[]::new);
    index = new MessageIndex(planned.stream().map(PlannedMessage::message).toList(), faults);
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
    List<PlannedMessage> plans = new ArrayList<>();
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

  private static PlannedMessage plan(
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
    List<DbcSignal> signals = decodable(message, faults);
    return new PlannedMessage(
        message, group, signals, new MessagePlan(index, message, signals, isFdBus));
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
    return index.hasJ1939();
  }

  /** Whether any message is one of an NMEA 2000 bus. */
  public boolean hasNmea2000() {
    return Arrays.stream(plans).anyMatch(MessagePlan::isNmea2000);
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
    return Arrays.stream(messages).map(PlannedMessage::message).toList();
  }

  int size() {
    return messages.length;
  }

  PlannedMessage message(int place) {
    return messages[place];
  }

  /** What the files say of each of the messages. */
  PlannedMessage[] described() {
    return messages.clone();
  }

  /** How to read each of the messages. */
  MessagePlan[] plans() {
    return plans.clone();
  }

  /** How to find each of the messages. */
  MessageIndex index() {
    return index;
  }

  /** A reading with room for the largest message. */
  public DbcReading newReading() {
    return new DbcReading(plans, messages);
  }

  /**
   * Reads a frame.
   *
   * @return whether its message is known; {@code out} is as it was if not
   */
  public boolean read(CanFrame frame, DbcReading out) {
    int found = index.find(frame);
    if (found < 0) {
      return false;
    }
    plans[found].read(frame, out);
    return true;
  }

  /** Whether a frame is one of several in which an NMEA 2000 bus sends a message, to be joined before it is read. */
  public boolean isFastPacket(CanFrame frame) {
    return index.isFastPacket(frame, plans);
  }
}
