package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Scale;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A signal while its file is read. */
final class SignalDraft {
  private static final int MOST_BITS = 1785 * 8;
  private static final String LAYOUT =
      "NAME : START|BITS@ORDER SIGN (FACTOR,OFFSET) [MIN|MAX] \"UNIT\" RECEIVER";

  final Token at;
  final String shortName;
  String name;
  int startBit;
  int lengthBits;
  boolean bigEndian;
  boolean signed;
  boolean floating;
  boolean isLeftOut;
  double factor = 1;
  double offset;

  // where they are whole and the doubles only near to them
  private @Nullable BigInteger wholeFactor;
  private @Nullable BigInteger wholeOffset;

  double min = Double.NaN;
  double max = Double.NaN;
  String unit = "";
  final List<String> receivers = new ArrayList<>();
  final Map<Long, String> labels = new HashMap<>();
  final Map<String, String> attributes = new HashMap<>();
  String comment = "";

  // multiplexing: as the signal's own line says, then as SG_MUL_VAL_ says
  boolean multiplexor;
  OptionalLong branchValue = OptionalLong.empty();

  @Nullable
  SignalDraft parent;

  final List<DbcBranch.Range> ranges = new ArrayList<>();

  private SignalDraft(Token at, String name) {
    this.at = at;
    this.shortName = name;
    this.name = name;
  }

  /** Reads {@code name [M|m0|m0M] : start|bits@order sign (factor,offset) [min|max] "unit" receivers}. */
  static SignalDraft read(Token keyword, Statement line, Notes notes) throws BadLine {
    Token nameAt = line.peek();
    SignalDraft signal = new SignalDraft(keyword, line.takeWord("a name, as in " + LAYOUT));
    if (line.peek().isWord() && line.peek(1).isMark("|")) {
      notes.warn(
          line.peek(), "no ':' behind the name of signal " + signal.name + ": taken as there");
    } else {
      signal.marker(line, notes, nameAt);
      line.takeMark(":", "':' behind the name of signal " + signal.name + ", as in " + LAYOUT);
    }
    signal.startBit = (int) line.takeWhole(0, MOST_BITS - 1, "a start bit, 0.." + (MOST_BITS - 1));
    line.takeMark("|", "'|' behind the start bit");
    signal.lengthBits = (int) line.takeWhole(0, MOST_BITS, "a length in bits, 1.." + MOST_BITS);
    line.takeMark("@", "'@' behind the length in bits");
    signal.orderAndSign(line, notes);
    signal.scale(line, notes);
    signal.limits(line, notes);
    signal.unit(line, notes);
    signal.receivers(line, notes);
    return signal;
  }

  private void marker(Statement line, Notes notes, Token nameAt) throws BadLine {
    if (!line.peek().isWord()) {
      return;
    }
    Token at = line.peek();
    String marker = line.take().text();
    while (line.peek().isWord() && !line.peek().first()) {
      marker += line.take().text();
    }
    if (marker.equals("M") || marker.equals("m")) {
      multiplexor = true;
      return;
    }
    boolean both = marker.length() > 2 && marker.endsWith("M");
    String number = marker.substring(1, marker.length() - (both ? 1 : 0));
    branchValue = number.startsWith("-") ? OptionalLong.empty() : Statement.whole(number);
    multiplexor = both;
    if ("mMvV".indexOf(marker.charAt(0)) < 0 || branchValue.isEmpty()) {
      throw new BadLine(at, "':' or one of M, m0, m0M behind the name " + nameAt.shown());
    }
    if (marker.charAt(0) != 'm') {
      notes.warn(at, "multiplex marker " + at.shown() + ": taken as 'm" + number + "'");
    }
  }

  private void orderAndSign(Statement line, Notes notes) throws BadLine {
    String wanted = "byte order and sign: 0 or 1, then + or -";
    Token at = line.peek();
    String word = line.takeWord(wanted);
    if (word.length() == 1 && line.peek().isWord() && line.peek().text().matches("[+-]")) {
      word += line.take().text();
    }
    if (word.length() == 1) {
      notes.warn(at, "no sign behind the byte order: taken as unsigned");
      word += "+";
    }
    if (!word.matches("[0-6][+-]")) {
      throw new BadLine(at, wanted);
    }
    char order = word.charAt(0);
    bigEndian = order == '0' || order == '2' || order == '3';
    signed = word.charAt(1) == '-';
    switch (order) {
      case '2', '5' -> floating(Float.SIZE, at, notes);
      case '3', '6' -> floating(Double.SIZE, at, notes);
      case '4' -> {
        isLeftOut = true;
        notes.warn(
            at, "signal " + name + " is a text (SavvyCAN's @4), which is not decoded: left out");
      }
      default -> {}
    }
  }

  /** As SavvyCAN writes floats: 2 and 3 single and double, big-endian; 5 and 6 the same, little-endian. */
  private void floating(int bits, Token at, Notes notes) {
    floating = lengthBits == Short.SIZE || lengthBits == Float.SIZE || lengthBits == Double.SIZE;
    isLeftOut = !floating;
    if (lengthBits != bits) {
      notes.warn(
          at,
          "signal " + name + " is a float of " + bits + " bits (SavvyCAN's @"
              + at.text().charAt(0)
              + ") and has " + lengthBits + " bits: "
              + (floating ? "taken as the float of " + lengthBits + " bits" : "left out"));
    }
  }

  private void scale(Statement line, Notes notes) throws BadLine {
    if (!line.skipMark("(")) {
      if (line.isDone() || line.peek().isMark("[") || line.peek().isText()) {
        notes.warn(line.peek(), "no (factor,offset): taken as (1,0)");
        return;
      }
      throw new BadLine(line.peek(), "'(' before the factor");
    }
    wholeFactor = Statement.beyondDouble(line.peek().text());
    factor = line.takeNumber("a factor");
    line.takeMark(",", "',' between factor and offset");
    wholeOffset = Statement.beyondDouble(line.peek().text());
    offset = line.takeNumber("an offset");
    if (line.isDone() || line.peek().isMark("[") || line.peek().isText()) {
      notes.warn(line.peek(), "no ')' behind the offset of signal " + name + ": taken as there");
    } else {
      line.takeMark(")", "')' behind the offset");
    }
    if (factor == 0) {
      notes.warn(at, "factor 0 of signal " + name + ": every value is its offset");
    }
  }

  /** Limits only describe: what is odd in them costs nothing but them. */
  private void limits(Statement line, Notes notes) {
    if (!line.skipMark("[")) {
      return;
    }
    List<Token> inside = new ArrayList<>();
    Token open = line.peek();
    while (!line.isDone() && !line.peek().isMark("]") && !line.peek().isText()) {
      inside.add(line.take());
    }
    line.skipMark("]");
    if (inside.size() == 3
        && inside.get(1).isMark("|")
        && Statement.isNumber(inside.get(0).text())
        && Statement.isNumber(inside.get(2).text())) {
      min = Double.parseDouble(inside.get(0).text());
      max = Double.parseDouble(inside.get(2).text());
      if (min == 0 && max == 0) {
        min = Double.NaN;
        max = Double.NaN;
      }
    } else {
      notes.warn(open, "limits of signal " + name + " are not [number|number]: taken as none");
    }
  }

  private void unit(Statement line, Notes notes) {
    if (line.peek().isText()) {
      unit = line.take().text();
    } else if (line.peek().isWord() && line.peek(1).isWord()) {
      notes.warn(line.peek(), "no quotes: " + line.peek().shown() + " taken as a unit");
      unit = line.take().text();
    }
  }

  private void receivers(Statement line, Notes notes) {
    boolean told = false;
    while (!line.isDone()) {
      Token token = line.take();
      if (token.isWord()) {
        if (!token.text().equals(DbcDraft.NO_NODE)) {
          receivers.add(token.text());
        }
      } else if (!token.isMark(",") && !token.isMark(";") && !told) {
        told = true;
        notes.warn(token, token.shown() + " among the receivers of signal " + name + ": skipped");
      }
    }
  }

  Kind kind() {
    if (floating) {
      return lengthBits == 64 ? Kind.DOUBLE : Kind.FLOAT;
    }
    return signed ? Kind.SIGNED : Kind.UNSIGNED;
  }

  DbcSignal finish(Notes notes, int spn) {
    SignalDraft decides = parent;
    return new DbcSignal(
        name,
        startBit,
        lengthBits,
        bigEndian,
        kind(),
        new Scale(kind(), factor, offset, wholeFactor, wholeOffset),
        min,
        max,
        unit,
        labels,
        multiplexor,
        decides == null ? Optional.empty() : Optional.of(new DbcBranch(decides.name, ranges)),
        spn,
        receivers,
        comment,
        attributes,
        List.of(),
        notes.where(at));
  }
}
