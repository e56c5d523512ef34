package dev.caravan.agent.decode.dbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a file says of its messages and signals behind them: comments, attributes, texts of values, float types,
 * multiplexor ranges, senders. What is odd here costs no signal, so it is a warning always.
 */
final class DbcRemarks {
  private final DbcDraft draft;
  private final Notes notes;
  private final Map<String, Map<Long, String>> tables = new HashMap<>();

  DbcRemarks(DbcDraft draft, Notes notes) {
    this.draft = draft;
    this.notes = notes;
  }

  /** Applies statements: definitions before what uses them, whatever their order in the file. */
  void apply(
      Iterable<Statement> definitions, Iterable<Statement> defaults, Iterable<Statement> remarks) {
    for (Statement statement : definitions) {
      if (statement.keyword().text().equals("BA_DEF_")) {
        draft.attributes.define(statement);
      } else {
        table(statement);
      }
    }
    defaults.forEach(draft.attributes::defaultValue);
    for (Statement statement : remarks) {
      try {
        remark(statement);
      } catch (BadLine e) {
        String what = statement.keyword().text() + " cannot be understood: ";
        notes.warn(e.token(), what + e.getMessage() + "; skipped");
      }
    }
  }

  private void remark(Statement statement) throws BadLine {
    switch (statement.keyword().text()) {
      case "CM_" -> comment(statement);
      case "BA_" -> attribute(statement);
      case "VAL_" -> labels(statement);
      case "SIG_VALTYPE_" -> valueType(statement);
      case "SG_MUL_VAL_" -> branches(statement);
      case "BO_TX_BU_" -> senders(statement);
      default -> {}
    }
  }

  // what a statement is about

  private List<MessageDraft> messages(Statement statement) throws BadLine {
    Token at = statement.peek();
    long id = statement.takeWhole(0, 0xFFFFFFFFL, "a message id");
    List<MessageDraft> found = draft.messages(id);
    if (found.isEmpty() && !DbcDraft.isUnusedSignals(id)) {
      String keyword = statement.keyword().text();
      notes.warn(at, keyword + " names id " + id + ", which no message has: skipped");
    }
    return found;
  }

  private List<SignalDraft> signals(Statement statement) throws BadLine {
    List<MessageDraft> messages = messages(statement);
    Token at = statement.peek();
    return signals(messages, statement.takeWord("the name of a signal"), at, statement);
  }

  private List<SignalDraft> signals(
      List<MessageDraft> messages, String name, Token at, Statement statement) {
    List<SignalDraft> found = new ArrayList<>();
    for (MessageDraft message : messages) {
      found.addAll(message.signals(name));
    }
    if (found.isEmpty() && !messages.isEmpty()) {
      notes.warn(
          at,
          statement.keyword().text() + " names signal " + name + ", which message "
              + messages.get(0).name + " does not have: skipped");
    }
    return found;
  }

  // one statement each

  private void comment(Statement statement) throws BadLine {
    Token kind = statement.peek();
    if (kind.isText()) {
      draft.comment = statement.take().text();
    } else if (kind.isWord("BO_")) {
      statement.take();
      commentMessages(messages(statement), text(statement));
    } else if (kind.isWord("SG_")) {
      statement.take();
      List<MessageDraft> messages = messages(statement);
      if (statement.peek().isText()) {
        notes.warn(statement.peek(), "CM_ SG_ without a signal: taken as one of the message");
        commentMessages(messages, text(statement));
      } else {
        Token at = statement.peek();
        String name = statement.takeWord("the name of a signal");
        for (SignalDraft signal : signals(messages, name, at, statement)) {
          signal.comment = text(statement);
        }
      }
    } else if (kind.isWord() && Statement.whole(kind.text()).isPresent()) {
      notes.warn(kind, "CM_ without BO_ before the id: taken as one of the message");
      commentMessages(messages(statement), text(statement));
    } else if (!kind.isWord("BU_") && !kind.isWord("EV_")) {
      throw new BadLine(kind, "BU_, BO_, SG_, EV_ or a quoted text");
    }
  }

  private static void commentMessages(List<MessageDraft> messages, String text) {
    messages.forEach(message -> message.comment = text);
  }

  /** The text that comes next, not taken, so that several signals may have it. */
  private static String text(Statement statement) throws BadLine {
    if (!statement.peek().isText()) {
      throw new BadLine(statement.peek(), "a quoted text");
    }
    return statement.peek().text();
  }

  private void attribute(Statement statement) throws BadLine {
    if (!statement.peek().isText()) {
      throw new BadLine(statement.peek(), "the quoted name of an attribute");
    }
    String name = statement.take().text();
    Token kind = statement.peek();
    if (kind.isWord("BO_")) {
      statement.take();
      List<MessageDraft> messages = messages(statement);
      String value = value(name, statement);
      messages.forEach(message -> message.attributes.put(name, value));
      if (name.equals("SystemMessageLongSymbol") && !value.isEmpty()) {
        messages.forEach(message -> message.name = value);
      }
    } else if (kind.isWord("SG_")) {
      statement.take();
      List<SignalDraft> signals = signals(statement);
      String value = value(name, statement);
      signals.forEach(signal -> signal.attributes.put(name, value));
      if (name.equals("SystemSignalLongSymbol") && !value.isEmpty()) {
        signals.forEach(signal -> signal.name = value);
      }
    } else if (kind.isWord("BU_")) {
      statement.take();
      String node = statement.takeWord("the name of a node");
      String value = value(name, statement);
      if (name.equals("SystemNodeLongSymbol") && !value.isEmpty()) {
        draft.nodeNames.put(node, value);
      }
    } else if (!kind.isWord("EV_")) {
      draft.attributes.setNetwork(name, value(name, statement));
    }
  }

  private String value(String name, Statement statement) throws BadLine {
    Token value = statement.peek();
    if (!value.isText() && !value.isWord()) {
      throw new BadLine(value, "a value of attribute " + name);
    }
    return draft.attributes.shown(name, statement.take());
  }

  private void table(Statement statement) {
    Token name = statement.take();
    if (name.isWord()) {
      tables.put(name.text(), pairs(statement));
    } else {
      notes.warn(name, "VAL_TABLE_ without a name: skipped");
    }
  }

  private void labels(Statement statement) throws BadLine {
    if (Statement.whole(statement.peek().text()).isEmpty()) {
      return; // of an environment variable, which no frame carries
    }
    Token named = statement.peek(1);
    boolean isNumber = named.isWord() && Statement.whole(named.text()).isPresent();
    if (isNumber && statement.peek(2).isText()) {
      throw new BadLine(named, "the name of a signal");
    }
    List<SignalDraft> signals = signals(statement);
    Token next = statement.peek();
    Map<Long, String> labels;
    if (next.isWord()
        && Statement.whole(next.text()).isEmpty()
        && statement.peek(1).isEnd()) {
      Map<Long, String> table = tables.get(next.text());
      if (table == null) {
        throw new BadLine(next, "the name of a VAL_TABLE_");
      }
      labels = table;
    } else {
      labels = pairs(statement);
    }
    signals.forEach(signal -> signal.labels.putAll(labels));
  }

  /** {@code (number "text")*}; what is not of that form ends it, with a warning. */
  private Map<Long, String> pairs(Statement statement) {
    Map<Long, String> pairs = new HashMap<>();
    while (!statement.isDone()) {
      if (statement.peek().isMark(",")) {
        notes.warn(statement.peek(), "a comma between the texts of values: skipped");
        statement.take();
      }
      Token number = statement.take();
      Token text = statement.take();
      OptionalLong raw = number.isWord() ? Statement.whole(number.text()) : OptionalLong.empty();
      if (!text.isText()) {
        notes.warn(number, "want pairs of a number and a quoted text: the rest is skipped");
        return pairs;
      }
      if (raw.isPresent()) {
        pairs.put(raw.getAsLong(), text.text());
      } else {
        notes.warn(number, number.shown() + " is no whole number of 64 bits: its text is skipped");
      }
    }
    return pairs;
  }

  /** {@code id signal : 1}, or 2. Which float it is follows from its length. */
  private void valueType(Statement statement) throws BadLine {
    List<SignalDraft> signals = signals(statement);
    statement.skipMark(":");
    Token at = statement.peek();
    long type = statement.takeWhole(0, 3, "0 whole, 1 float or 2 double");
    boolean floating = type != 0;
    for (SignalDraft signal : signals) {
      int bits = signal.lengthBits;
      boolean fits = bits == 16 || bits == 32 || bits == 64;
      if (floating && !fits) {
        notes.warn(
            at,
            "signal " + signal.name + " is called a float and has " + bits
                + " bits, not 16, 32 or 64: taken as a whole number");
      } else if ((type == 2) != (bits == 64) && floating) {
        notes.warn(
            at,
            "signal " + signal.name + " is called a " + (type == 2 ? "double" : "float")
                + " and has " + bits + " bits: taken as the float of " + bits + " bits");
      }
      signal.floating = floating && fits;
    }
  }

  /** {@code id signal multiplexor a-b, c-d}. */
  private void branches(Statement statement) throws BadLine {
    List<MessageDraft> messages = messages(statement);
    Token at = statement.peek();
    String name = statement.takeWord("the name of a signal");
    Token mux = statement.peek();
    String multiplexor = statement.takeWord("the name of a multiplexor");
    List<DbcBranch.Range> ranges = ranges(statement);
    for (MessageDraft message : messages) {
      for (SignalDraft signal : signals(List.of(message), name, at, statement)) {
        SignalDraft decides = message.signal(multiplexor);
        if (decides == null || decides == signal) {
          throw new BadLine(mux, "the name of another signal of message " + message.name);
        }
        if (ranges.isEmpty()) {
          throw new BadLine(mux, "SG_MUL_VAL_ ID SIGNAL MULTIPLEXOR FIRST-LAST");
        }
        signal.parent = decides;
        signal.ranges.clear();
        signal.ranges.addAll(ranges);
      }
    }
  }

  /** {@code a-b, c-d}; a single {@code a} is {@code a-a}. What is no range is told and skipped. */
  private List<DbcBranch.Range> ranges(Statement statement) {
    List<DbcBranch.Range> ranges = new ArrayList<>();
    while (!statement.isDone()) {
      Token at = statement.peek();
      StringBuilder text = new StringBuilder();
      while (!statement.isDone() && !statement.peek().isMark(",")) {
        text.append(statement.take().text());
      }
      statement.skipMark(",");
      int dash = text.indexOf("-");
      String from = dash < 0 ? text.toString() : text.substring(0, dash);
      OptionalLong first = Statement.whole(from);
      OptionalLong last = dash < 0 ? first : Statement.whole(text.substring(dash + 1));
      if (first.isEmpty() || last.isEmpty()) {
        notes.warn(at, "'" + text + "' is no range such as 0-3: skipped");
      } else if (Long.compareUnsigned(first.getAsLong(), last.getAsLong()) > 0) {
        notes.warn(at, "range '" + text + "' runs backwards: taken the other way round");
        ranges.add(new DbcBranch.Range(last.getAsLong(), first.getAsLong()));
      } else {
        ranges.add(new DbcBranch.Range(first.getAsLong(), last.getAsLong()));
      }
    }
    return ranges;
  }

  /** {@code id : node, node}. */
  private void senders(Statement statement) throws BadLine {
    List<MessageDraft> messages = messages(statement);
    while (!statement.isDone()) {
      Token node = statement.take();
      if (node.isWord() && !node.text().equals(DbcDraft.NO_NODE)) {
        messages.forEach(message -> message.senders.add(node.text()));
      }
    }
  }
}
