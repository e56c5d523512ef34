package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.shape.trigger.Condition.Comparison;
import dev.caravan.agent.shape.trigger.Tokens.Token;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the expression of a trigger, by precedence: {@code or} binds least, then {@code and}, {@code not}, comparisons.
 *
 * <pre>
 * Vehicle.Speed > 5 and not (Vehicle.Powertrain.Gear == 'P' or changed(Vehicle.Body.Hood.IsOpen))
 * </pre>
 *
 * One thread; one object for each reading.
 */
final class Expression {
  /** How long one may be, in characters. */
  static final int LONGEST = 4096;

  private static final int DEEPEST = 64;
  private static final int OF_OR = 1;
  private static final int OF_AND = 2;
  private static final int OF_NOT = 3;
  private static final int OF_COMPARISON = 4;
  private static final String OPERAND_WANTED = "want a signal, a number, a text, not or (";

  /** What stands between operators: a condition, or what two of make one. */
  private sealed interface Operand {
    record Path(Slot slot) implements Operand {}

    record Numeral(double value) implements Operand {}

    record Text(String text) implements Operand {}

    record Flag(boolean isTrue) implements Operand {}

    record Whole(Condition condition) implements Operand {}
  }

  private final List<Token> tokens;
  private final Function<String, Slot> slots;
  private int next;
  private int depth;
  private boolean asksForChange;

  /**
   * What was read.
   *
   * @param asksForChange whether it holds for a moment only, because it has a {@code changed}
   */
  record Result(Condition condition, boolean asksForChange) {}

  private Expression(List<Token> tokens, Function<String, Slot> slots) {
    this.tokens = tokens;
    this.slots = slots;
  }

  /**
   * Reads an expression.
   *
   * @param slots gives the slot of a path
   * @throws IllegalArgumentException if it is none; its message says what was wanted, what was found, and where
   */
  static Result read(String text, Function<String, Slot> slots) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "want at most " + LONGEST + " characters, got " + text.length());
    }
    Expression reading = new Expression(Tokens.of(text), slots);
    Token first = reading.peek();
    Condition condition = condition(reading.operand(0), first);
    Token rest = reading.peek();
    if (rest.type() != Tokens.Type.END) {
      throw fault("want and, or, or the end", rest);
    }
    return new Result(condition, reading.asksForChange);
  }

  private static IllegalArgumentException fault(String wanted, Token found) {
    return new IllegalArgumentException(
        wanted + ", got " + found.shown() + " at character " + found.at());
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    Token token = tokens.get(next);
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  /** What comes next, with all operators behind it that bind more than {@code least}. */
  private Operand operand(int least) {
    if (++depth > DEEPEST) {
      throw fault("want at most " + DEEPEST + " levels", peek());
    }
    Token first = peek();
    Operand left = begin(take());
    while (binding(peek()) > least) {
      Token operator = take();
      int binding = binding(operator);
      Token second = peek();
      Operand right = operand(binding);
      left = binding == OF_COMPARISON
          ? new Operand.Whole(compare(left, operator, right, second))
          : new Operand.Whole(join(left, first, operator, right, second));
      if (binding == OF_COMPARISON && binding(peek()) == OF_COMPARISON) {
        throw fault("want and, or, or the end", peek());
      }
    }
    depth--;
    return left;
  }

  private static int binding(Token token) {
    if (token.type() == Tokens.Type.SIGN) {
      return OF_COMPARISON;
    }
    return switch (token.type() == Tokens.Type.WORD ? token.text() : "") {
      case "or" -> OF_OR;
      case "and" -> OF_AND;
      default -> 0;
    };
  }

  private Operand begin(Token token) {
    return switch (token.type()) {
      case NUMBER -> new Operand.Numeral(Double.parseDouble(token.text()));
      case TEXT -> new Operand.Text(token.text());
      case OPEN -> {
        Token first = peek();
        Condition inner = condition(operand(0), first);
        close("want and, or, or )");
        yield new Operand.Whole(inner);
      }
      case WORD -> word(token);
      default -> throw fault(OPERAND_WANTED, token);
    };
  }

  private Operand word(Token token) {
    return switch (token.text()) {
      case "and", "or" -> throw fault(OPERAND_WANTED, token);
      case "true" -> new Operand.Flag(true);
      case "false" -> new Operand.Flag(false);
      case "not" -> {
        Token first = peek();
        yield new Operand.Whole(new Condition.Not(condition(operand(OF_NOT), first)));
      }
      case "changed" -> changed();
      default -> new Operand.Path(slots.apply(token.text()));
    };
  }

  private Operand changed() {
    Token open = take();
    if (open.type() != Tokens.Type.OPEN) {
      throw fault("want ( behind changed", open);
    }
    Token path = take();
    if (path.type() != Tokens.Type.WORD) {
      throw fault("want a signal", path);
    }
    close("want )");
    asksForChange = true;
    return new Operand.Whole(new Condition.Changed(slots.apply(path.text())));
  }

  private void close(String wanted) {
    Token close = take();
    if (close.type() != Tokens.Type.CLOSE) {
      throw fault(wanted, close);
    }
  }

  private static Condition join(
      Operand left, Token first, Token operator, Operand right, Token second) {
    Condition one = condition(left, first);
    Condition other = condition(right, second);
    return operator.text().equals("or")
        ? new Condition.Or(one, other)
        : new Condition.And(one, other);
  }

  private static Condition condition(Operand operand, Token first) {
    if (operand instanceof Operand.Whole whole) {
      return whole.condition;
    }
    if (operand instanceof Operand.Path path) {
      return new Condition.Truth(path.slot);
    }
    if (operand instanceof Operand.Flag flag) {
      return new Condition.Constant(flag.isTrue);
    }
    throw fault("want a comparison with a signal", first);
  }

  private static Condition compare(Operand left, Token sign, Operand right, Token second) {
    Comparison comparison = comparison(sign);
    if (left instanceof Operand.Path path) {
      return compare(path.slot, comparison, right, sign, second);
    }
    if (right instanceof Operand.Path path) {
      return compare(path.slot, comparison.exchanged(), left, sign, second);
    }
    throw fault("want a signal on one side of " + sign.text(), second);
  }

  private static Condition compare(
      Slot slot, Comparison comparison, Operand other, Token sign, Token second) {
    Condition made = made(slot, comparison, other);
    if (made == null) {
      throw fault("want a signal, a number or a text beside " + sign.text(), second);
    }
    boolean isOrdered = other instanceof Operand.Numeral || other instanceof Operand.Path;
    if (!isOrdered && !comparison.isOfEquality()) {
      throw fault("want == or != with a text, true or false", sign);
    }
    return made;
  }

  private static @Nullable Condition made(Slot slot, Comparison comparison, Operand other) {
    if (other instanceof Operand.Numeral number) {
      return new Condition.AgainstNumber(slot, comparison, number.value);
    }
    if (other instanceof Operand.Flag flag) {
      return new Condition.AgainstNumber(slot, comparison, flag.isTrue ? 1 : 0);
    }
    if (other instanceof Operand.Text text) {
      return new Condition.AgainstText(slot, comparison, text.text);
    }
    return other instanceof Operand.Path path
        ? new Condition.AgainstSignal(slot, comparison, path.slot)
        : null;
  }

  private static Comparison comparison(Token sign) {
    for (Comparison each : Comparison.values()) {
      if (each.sign().equals(sign.text())) {
        return each;
      }
    }
    throw fault("want a comparison", sign);
  }
}
