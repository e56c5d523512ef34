package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger waits for, over slots. It holds, does not hold, or is not known because a signal has no value yet: then
 * {@code and} and {@code or} are known where the other side alone decides. Asking allocates nothing. One thread.
 */
sealed interface Condition {
  /** It does not hold. */
  int NO = 0;
  /** It holds. */
  int YES = 1;
  /** A signal that it hangs on has no value yet. */
  int UNKNOWN = -1;

  /** How two values are compared. */
  enum Comparison {
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    EQUAL("=="),
    NOT_EQUAL("!=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    /** Whether it asks for equality alone, which is all that texts and flags have. */
    boolean isOfEquality() {
      return this == EQUAL || this == NOT_EQUAL;
    }

    boolean holds(double left, double right) {
      return switch (this) {
        case LESS -> left < right;
        case LESS_OR_EQUAL -> left <= right;
        case GREATER -> left > right;
        case GREATER_OR_EQUAL -> left >= right;
        case EQUAL -> left == right;
        case NOT_EQUAL -> left != right;
      };
    }

    /** The one for the sides exchanged. */
    Comparison exchanged() {
      return switch (this) {
        case LESS -> GREATER;
        case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
        case GREATER -> LESS;
        case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
        default -> this;
      };
    }
  }

  /** {@link #YES}, {@link #NO} or {@link #UNKNOWN}. */
  int holds();

  private static int of(boolean holds) {
    return holds ? YES : NO;
  }

  /** Both. */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public int holds() {
      int one = left.holds();
      int other = right.holds();
      return one == NO || other == NO ? NO : one == UNKNOWN || other == UNKNOWN ? UNKNOWN : YES;
    }
  }

  /** At least one. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public int holds() {
      int one = left.holds();
      int other = right.holds();
      return one == YES || other == YES ? YES : one == UNKNOWN || other == UNKNOWN ? UNKNOWN : NO;
    }
  }

  /** The contrary. */
  record Not(Condition inner) implements Condition {
    @Override
    public int holds() {
      int held = inner.holds();
      return held == UNKNOWN ? UNKNOWN : held == YES ? NO : YES;
    }
  }

  /** Always, or never. */
  record Constant(boolean isTrue) implements Condition {
    @Override
    public int holds() {
      return of(isTrue);
    }
  }

  /** The value is not zero. */
  record Truth(Slot slot) implements Condition {
    @Override
    public int holds() {
      Signal signal = slot.signal();
      return signal == null ? UNKNOWN : of(signal.kind().isNumber() && slot.value() != 0);
    }
  }

  /** The newest sample has another value than the one before it. */
  record Changed(Slot slot) implements Condition {
    @Override
    public int holds() {
      return slot.signal() == null ? UNKNOWN : of(slot.hasChanged());
    }
  }

  /** A physical value against a number. */
  record AgainstNumber(Slot slot, Comparison comparison, double number) implements Condition {
    @Override
    public int holds() {
      Signal signal = slot.signal();
      return signal == null
          ? UNKNOWN
          : of(signal.kind().isNumber() && comparison.holds(slot.value(), number));
    }
  }

  /** Two physical values, or two texts. */
  record AgainstSignal(Slot slot, Comparison comparison, Slot other) implements Condition {
    @Override
    public int holds() {
      Signal one = slot.signal();
      Signal two = other.signal();
      if (one == null || two == null) {
        return UNKNOWN;
      }
      if (one.kind() == Kind.TEXT && two.kind() == Kind.TEXT && comparison.isOfEquality()) {
        return of(slot.text().equals(other.text()) == (comparison == Comparison.EQUAL));
      }
      return of(one.kind().isNumber()
          && two.kind().isNumber()
          && comparison.holds(slot.value(), other.value()));
    }
  }

  /** A text, or the label of a raw value, against a text. */
  final class AgainstText implements Condition {
    private final Slot slot;
    private final boolean wantsEqual;
    private final String text;

    // of the signal, once it is known: the raw values that have this label
    private @Nullable Signal signal;
    private long[] raws = {};

    AgainstText(Slot slot, Comparison comparison, String text) {
      this.slot = slot;
      this.wantsEqual = comparison == Comparison.EQUAL;
      this.text = text;
    }

    @Override
    public int holds() {
      Signal now = slot.signal();
      if (now == null) {
        return UNKNOWN;
      }
      if (now.kind() == Kind.TEXT) {
        return of(slot.text().equals(text) == wantsEqual);
      }
      if (now != signal) {
        signal = now;
        raws = now.spec().labels().entrySet().stream()
            .filter(label -> label.getValue().equals(text))
            .mapToLong(Map.Entry::getKey)
            .sorted()
            .toArray();
      }
      return of(
          now.kind().isInteger() && (Arrays.binarySearch(raws, slot.rawBits()) >= 0) == wantsEqual);
    }
  }
}
