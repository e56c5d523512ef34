package dev.caravan.agent.decode.vss;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a line makes of a signal besides its name and unit.
 *
 * @param factor new value = decoder's * factor + offset
 * @param offset see {@code factor}
 * @param texts new labels, by labels of the decoder or by its values
 * @param numbers what the decoder's labels, or its values, must stand for as they are, or the signal is not meant
 * @param claim what another tool's file says that the signal is
 */
record VssChange(
    double factor,
    double offset,
    Map<String, String> texts,
    Map<String, Double> numbers,
    Optional<Claim> claim) {
  /** Of a raw number of the bus. */
  record Claim(boolean isFloating, boolean isSigned, double factor, double offset) {
    /** Where a decoder sees it otherwise. */
    Optional<String> contradiction(SignalSpec decoded) {
      boolean isDecodedFloating = !decoded.kind().isInteger();
      if (factor != decoded.factor() || offset != decoded.offset()) {
        return Optional.of("raw * " + factor + " + " + offset + " here, and raw * "
            + decoded.factor() + " + " + decoded.offset() + " to the decoder");
      }
      if (isFloating != isDecodedFloating) {
        return Optional.of(
            isFloating
                ? "a floating-point number here, and a whole one to the decoder"
                : "a whole number here, and a floating-point one to the decoder");
      }
      return isFloating || isSigned == (decoded.kind() == Kind.SIGNED)
          ? Optional.empty()
          : Optional.of(
              isSigned
                  ? "a signed number here, and an unsigned one to the decoder"
                  : "an unsigned number here, and a signed one to the decoder");
    }
  }

  static final VssChange NONE = new VssChange(1, 0, Map.of(), Map.of(), Optional.empty());

  /** Copies the maps. */
  VssChange {
    texts = Map.copyOf(texts);
    numbers = Map.copyOf(numbers);
  }

  static VssChange scaled(double factor, double offset) {
    return new VssChange(factor, offset, Map.of(), Map.of(), Optional.empty());
  }

  static VssChange texts(Map<String, String> texts) {
    return new VssChange(1, 0, texts, Map.of(), Optional.empty());
  }

  static VssChange numbers(Map<String, Double> numbers) {
    return new VssChange(1, 0, Map.of(), numbers, Optional.empty());
  }

  static VssChange claimed(Claim claim) {
    return new VssChange(1, 0, Map.of(), Map.of(), Optional.of(claim));
  }

  boolean isScaled() {
    return factor != 1 || offset != 0;
  }

  /** Why a signal is not meant, or nothing. */
  Optional<String> flaw(SignalSpec decoded) {
    for (Map.Entry<Long, String> label : decoded.labels().entrySet()) {
      Double wanted = numbers.get(label.getValue());
      double own = decoded.scale().physical(label.getKey());
      if (wanted != null && wanted != own) {
        return Optional.of("its label " + label.getValue() + " is to become " + shown(wanted)
            + ", and is " + shown(own));
      }
    }
    for (Map.Entry<String, Double> number : numbers.entrySet()) {
      Double own = number(number.getKey());
      if (own != null && !own.equals(number.getValue())) {
        return Optional.of(
            "its value " + number.getKey() + " is to become " + shown(number.getValue()));
      }
    }
    return Optional.empty();
  }

  /** The labels of a signal, as {@code texts} say. */
  Map<Long, String> labels(SignalSpec decoded) {
    Map<Long, String> labels = new HashMap<>();
    BiConsumer<Long, String> put = (raw, from) -> {
      String text = texts.get(from);
      if (text != null) {
        labels.put(raw, text);
      }
    };
    decoded.labels().forEach(put);
    for (String from : texts.keySet()) {
      Double value = number(from);
      if (value != null && decoded.kind().isInteger()) {
        double raw = Math.rint((value - decoded.offset()) / decoded.factor());
        if (Math.abs(raw) < 0x1p62 && decoded.scale().physical((long) raw) == value) {
          put.accept((long) raw, from);
        }
      }
    }
    return labels;
  }

  /** The number that a text is, as a decoder may give it. */
  static @Nullable Double number(String text) {
    return text.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")
        ? Double.valueOf(text)
        : null;
  }

  /** Without a point that is not needed. */
  static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The signal with new values; what it had as limits is limits again. */
  SignalSpec scaled(SignalSpec decoded, String unit) {
    double one = decoded.min() * factor + offset;
    double other = decoded.max() * factor + offset;
    return new SignalSpec(
        decoded.path(),
        decoded.group(),
        unit,
        decoded.kind(),
        decoded.factor() * factor,
        decoded.offset() * factor + offset,
        factor > 0 ? one : other,
        factor > 0 ? other : one,
        decoded.labels());
  }
}
