package dev.caravan.agent.decode.dbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Everything of a file while it is read. */
final class DbcDraft {
  /** Stands where a node is wanted and there is none. */
  static final String NO_NODE = "Vector__XXX";

  /** The message that holds signals which belong to none. */
  private static final String UNUSED_SIGNALS = "VECTOR__INDEPENDENT_SIG_MSG";

  private static final long UNUSED_SIGNALS_ID = 0xC0000000L;
  private static final long EXTENDED_BIT = 0x80000000L;
  private static final int MOST_STANDARD = 0x7FF;
  private static final long MOST_EXTENDED = 0x1FFFFFFF;
  private static final int MOST_BYTES = 1 << 20;

  private final Notes notes;
  private final DbcOptions options;
  private String version = "";
  private final Set<String> nodes = new LinkedHashSet<>();
  private final List<MessageDraft> messages = new ArrayList<>();
  private final Map<Long, List<MessageDraft>> byDbcId = new HashMap<>();

  // what the statements behind the messages said
  final Attributes attributes;
  final Map<String, String> nodeNames = new HashMap<>();
  String comment = "";

  DbcDraft(Notes notes, DbcOptions options) {
    this.notes = notes;
    this.options = options;
    this.attributes = new Attributes(notes);
  }

  void version(String text) {
    version = text;
  }

  void node(String name) {
    nodes.add(name);
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  List<MessageDraft> messages() {
    return messages;
  }

  /** Reads {@code id name : length sender}. */
  MessageDraft message(Token keyword, Statement line) throws BadLine {
    Token idAt = line.peek();
    long dbcId = line.takeWhole(0, 0xFFFFFFFFL, "a message id, 0..4294967295");
    String name = line.takeWord("a name, as in BO_ ID NAME : LENGTH SENDER");
    if (!line.skipMark(":")) {
      if (Statement.whole(line.peek().text()).isEmpty()) {
        throw new BadLine(line.peek(), "':' behind the name " + name);
      }
      notes.warn(line.peek(), "no ':' behind the name of message " + name + ": taken as there");
    }
    int length = (int) line.takeWhole(0, MOST_BYTES, "a length in bytes, 0.." + MOST_BYTES);
    boolean unused = name.equals(UNUSED_SIGNALS) || dbcId == UNUSED_SIGNALS_ID;
    MessageDraft message =
        unused ? MessageDraft.ofUnused(keyword) : identified(keyword, idAt, dbcId, name, length);
    if (line.peek().isWord() && !line.peek().text().equals(NO_NODE)) {
      message.senders.add(line.take().text());
    }
    if (!unused) {
      messages.add(message);
      byDbcId.computeIfAbsent(dbcId, any -> new ArrayList<>()).add(message);
    }
    return message;
  }

  private MessageDraft identified(Token at, Token idAt, long dbcId, String name, int length) {
    boolean flagged = (dbcId & EXTENDED_BIT) != 0;
    boolean extended = dbcId > MOST_STANDARD;
    long id = dbcId & ~EXTENDED_BIT;
    if (id > MOST_EXTENDED) {
      id &= MOST_EXTENDED;
      notes.warn(
          idAt,
          "id " + dbcId + " of message " + name
              + " has bits 29 or 30 set: taken without them, as 0x" + Long.toHexString(id));
    } else if (extended && !flagged) {
      notes.warn(
          idAt,
          "id " + dbcId + " of message " + name
              + " does not fit into 11 bits and bit 31 is not set: taken as a 29-bit id");
    }
    return new MessageDraft(at, dbcId, (int) id, extended, name, length);
  }

  /** The messages of an id as the file writes it, with the flag bit or, where none has that, without. */
  List<MessageDraft> messages(long dbcId) {
    List<MessageDraft> exact = byDbcId.get(dbcId);
    if (exact != null) {
      return exact;
    }
    return byDbcId.getOrDefault(dbcId ^ EXTENDED_BIT, List.of());
  }

  static boolean isUnusedSignals(long dbcId) {
    return dbcId == UNUSED_SIGNALS_ID || dbcId == (UNUSED_SIGNALS_ID & ~EXTENDED_BIT);
  }

  // at the end

  DbcFile finish(Path path) {
    List<DbcMessage> finished = new ArrayList<>();
    Map<Long, MessageDraft> sameId = new HashMap<>();
    for (MessageDraft message : messages) {
      MessageDraft before = sameId.put(message.dbcId, message);
      if (before != null) {
        notes.warn(
            message.at,
            "messages " + before.name + " and " + message.name + " have one id " + message.dbcId
                + ": the last one is decoded");
      }
      message.joinBranches(notes);
      message.separateNames(notes);
      finished.add(finish(message));
      message.letGo();
    }
    return new DbcFile(
        path,
        version,
        nodes.stream().map(this::nodeName).toList(),
        finished,
        attributes.ofNetwork(),
        comment);
  }

  private String nodeName(String shortName) {
    return nodeNames.getOrDefault(shortName, shortName);
  }

  private DbcMessage finish(MessageDraft message) {
    List<DbcSignal> signals = new ArrayList<>();
    for (SignalDraft signal : message.signals) {
      if (signal.isLeftOut) {
        continue;
      }
      signal.receivers.replaceAll(this::nodeName);
      signals.add(signal.finish(notes, whole(signal.attributes, "SPN", 0)));
    }
    String format = attributes.value(message.attributes, "VFrameFormat").toUpperCase(Locale.ROOT);
    return new DbcMessage(
        message.name,
        message.id,
        message.extended,
        isJ1939(message, format),
        isNmea2000(message),
        message.extended ? options.idMask() : DbcOptions.NO_MASK,
        isFd(message, format),
        message.lengthBytes,
        Math.max(0, whole(message.attributes, "GenMsgCycleTime", 0)),
        message.senders.stream().map(this::nodeName).distinct().toList(),
        message.comment,
        message.attributes,
        signals,
        notes.where(message.at));
  }

  private int whole(Map<String, String> explicit, String attribute, int otherwise) {
    OptionalLong number = Statement.whole(attributes.value(explicit, attribute));
    return number.isPresent() && Math.abs(number.getAsLong()) <= Integer.MAX_VALUE
        ? (int) number.getAsLong()
        : otherwise;
  }

  private boolean isJ1939(MessageDraft message, String format) {
    return switch (options.j1939()) {
      case OFF -> false;
      case ON -> message.extended;
      case AUTO ->
        format.equals("J1939PG")
            || isNmea2000(message)
            || (message.extended
                && !message.attributes.containsKey("VFrameFormat")
                && attributes.value(Map.of(), "ProtocolType").equalsIgnoreCase("J1939"));
    };
  }

  private boolean isNmea2000(MessageDraft message) {
    if (!message.extended || options.j1939() == DbcOptions.J1939.OFF) {
      return false;
    }
    return switch (options.nmea2000()) {
      case OFF -> false;
      case ON -> true;
      case AUTO -> Attributes.isNmea2000(attributes.value(Map.of(), "ProtocolType"));
    };
  }

  private boolean isFd(MessageDraft message, String format) {
    return format.endsWith("_FD")
        || (format.isEmpty()
            && message.lengthBytes > 8
            && message.lengthBytes <= 64
            && attributes.value(Map.of(), "BusType").equalsIgnoreCase("CAN FD"));
  }
}
