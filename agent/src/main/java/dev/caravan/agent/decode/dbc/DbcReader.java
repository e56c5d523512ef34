package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the statements of one DBC file. Messages and signals are understood at once; what speaks of them (comments,
 * attributes, texts of values) is kept until all are known, so that the order of a file does not matter.
 */
final class DbcReader {
  /** What may stand in the list behind {@code NS_}, also where it is the first word of a line. */
  private static final Set<String> NOT_IN_SYMBOLS =
      Set.of("VERSION", "NS_", "BS_", "BU_", "BO_", "SG_", "EV_");

  private final Notes notes;
  private final DbcLexer lexer;
  private final DbcDraft draft;
  private final StoredStatements definitions;
  private final StoredStatements defaults;
  private final StoredStatements remarks;

  // while reading
  private @Nullable MessageDraft message;
  private boolean messageIsLost;
  private boolean anythingKnown;

  DbcReader(Path path, String text, DbcOptions options, Faults faults) {
    this.notes = new Notes(path, options.strict(), faults);
    this.lexer = new DbcLexer(text, notes::warn);
    this.draft = new DbcDraft(notes, options);
    this.definitions = new StoredStatements(lexer);
    this.defaults = new StoredStatements(lexer);
    this.remarks = new StoredStatements(lexer);
  }

  DbcDraft read() {
    for (Token token = lexer.next(); !token.isEnd(); token = lexer.next()) {
      if (!token.isMark(";")) {
        statement(token);
      }
    }
    if (!anythingKnown) {
      notes.useless("not a dbc file: no statement found; want a line that begins with BO_");
    } else if (draft.isEmpty()) {
      String what = "no message found; want a line that begins with BO_";
      if (notes.strict()) {
        notes.useless(what);
      } else {
        notes.warn(1, 1, what);
      }
    }
    new DbcRemarks(draft, notes).apply(definitions, defaults, remarks);
    return draft;
  }

  private void statement(Token begun) {
    Token keyword = inUpperCase(begun);
    if (!keyword.isWord() || !DbcLexer.KEYWORDS.contains(keyword.text())) {
      unknown(keyword);
      return;
    }
    switch (keyword.text()) {
      case "BO_" -> message(keyword);
      case "SG_" -> signal(keyword);
      case "NS_" -> symbols();
      case "BU_" -> nodes(paragraph(keyword));
      case "BS_" -> paragraph(keyword);
      case "VERSION" -> version(paragraph(keyword));
      case "BA_DEF_", "VAL_TABLE_" -> later(keyword, definitions);
      case "BA_DEF_DEF_" -> later(keyword, defaults);
      case "CM_", "VAL_", "BA_", "SIG_VALTYPE_", "SG_MUL_VAL_", "BO_TX_BU_" ->
        later(keyword, remarks);
      default -> pass(keyword);
    }
  }

  private void later(Token keyword, StoredStatements which) {
    which.add(keyword);
    pass(keyword);
  }

  /** The keyword itself, or the one that it is in another case. */
  private Token inUpperCase(Token begun) {
    Token keyword = begun.inUpperCase();
    if (!keyword.equals(begun)) {
      notes.warn(begun, "keyword " + begun.shown() + ": taken as " + keyword.text());
    }
    return keyword;
  }

  /** What begins with no known word, which may have been meant as a message or a signal. */
  private void unknown(Token token) {
    Statement skipped = Statement.read(token, lexer);
    String what = "no known statement: " + token.shown();
    boolean isMessage =
        token.isWordLike("BO") && (token.text().length() == 2 || skipped.hasMark(":"));
    boolean isSignal =
        token.isWordLike("SG") && (token.text().length() == 2 || skipped.hasMark("@"));
    if (isMessage || isSignal) {
      if (isMessage) {
        message = null;
        messageIsLost = true;
      }
      notes.lost(token, what + "; want " + (isMessage ? "BO_" : "SG_"));
    } else if (anythingKnown) {
      notes.warn(token, what + "; skipped up to the next one");
    }
  }

  /** Passes over the rest of a statement that ends with {@code ;}, or at the latest where a line begins another one. */
  private void pass(Token keyword) {
    anythingKnown = true;
    int tokens = 0;
    Token last = keyword;
    lexer.pass(true);
    while (!lexer.peek().beginsStatement() && !lexer.peek().isEnd()) {
      last = lexer.next();
      if (last.isMark(";")) {
        lexer.pass(false);
        return;
      }
      if (++tokens == Statement.MOST_TOKENS + 1) {
        notes.warn(
            last,
            keyword.text() + " has more than " + Statement.MOST_TOKENS
                + " words and texts: the rest is skipped");
      }
    }
    lexer.pass(false);
    String shown = new DbcLexer(lexer, last).next().shown();
    notes.warn(last, "no ';' behind " + shown + ": taken as ended there");
  }

  /** The rest of a line, and further lines as long as they are indented. */
  private Statement paragraph(Token keyword) {
    anythingKnown = true;
    List<Token> body = new ArrayList<>();
    while (!lexer.peek().beginsStatement()
        && !lexer.peek().isEnd()
        && (!lexer.peek().first() || lexer.peek().column() > 1)) {
      Token token = lexer.next();
      if (body.size() < Statement.MOST_TOKENS) {
        body.add(token);
      }
    }
    return new Statement(keyword, body);
  }

  /** {@code NS_ : NAME*}: names of keywords, each the first word of its line, that begin no statement. */
  private void symbols() {
    anythingKnown = true;
    boolean more = true;
    while (more) {
      Token next = lexer.peek();
      Token after = lexer.peekSecond();
      more = next.isMark(":")
          || (isSymbol(next) && (!next.first() || after.first() || isKnownSymbol(after)));
      if (more) {
        lexer.next();
      }
    }
  }

  private static boolean isSymbol(Token token) {
    return token.isWord() && !NOT_IN_SYMBOLS.contains(token.text());
  }

  private static boolean isKnownSymbol(Token token) {
    return isSymbol(token) && DbcLexer.KEYWORDS.contains(token.text());
  }

  private void version(Statement statement) {
    if (statement.peek().isText() || statement.peek().isWord()) {
      draft.version(statement.take().text());
    }
  }

  private void nodes(Statement statement) {
    while (!statement.isDone()) {
      Token token = statement.take();
      if (token.isWord()) {
        draft.node(token.text());
      }
    }
  }

  // BO_ and SG_, which end with their line

  private void message(Token keyword) {
    anythingKnown = true;
    message = null;
    messageIsLost = false;
    try {
      message = draft.message(keyword, line(keyword));
    } catch (BadLine e) {
      messageIsLost = true;
      notes.lost(e.token(), "message cannot be understood: " + e.getMessage());
    }
  }

  private void signal(Token keyword) {
    anythingKnown = true;
    try {
      Statement statement = line(keyword);
      if (message == null) {
        if (!messageIsLost) {
          throw new BadLine(keyword, "a message (BO_) before its signals");
        }
        return;
      }
      MessageDraft owner = message;
      owner.add(SignalDraft.read(keyword, statement, notes));
    } catch (BadLine e) {
      if (message == null || !message.holdsUnused) {
        notes.lost(e.token(), "signal cannot be understood: " + e.getMessage());
      }
    }
  }

  /** The rest of a line, and of the next ones as long as they go on with a mark. */
  private Statement line(Token keyword) {
    List<Token> body = new ArrayList<>();
    while (true) {
      Token next = lexer.peek();
      // right behind the keyword these are names
      boolean begins = !body.isEmpty() && (next.isWord("SG_") || next.isWord("BO_"));
      boolean ends =
          next.isEnd() || next.beginsStatement() || begins || (next.first() && !goesOn(body, next));
      if (ends) {
        return new Statement(keyword, body);
      }
      lexer.next();
      if (body.size() < Statement.MOST_TOKENS) {
        body.add(next);
      }
    }
  }

  /** Whether a new line still belongs to the one before: a mark is missing without it. */
  private static boolean goesOn(List<Token> body, Token next) {
    if (body.isEmpty()) {
      return next.isWord();
    }
    Token last = body.get(body.size() - 1);
    boolean open = last.kind() == Token.Kind.MARK
        && !last.isMark(")")
        && !last.isMark("]")
        && !last.isMark(";");
    return open || (next.kind() == Token.Kind.MARK && !next.isMark(";")) || next.isText();
  }
}
