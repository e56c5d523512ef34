package dev.caravan.agent.encode.sparkplug;

import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Scale;

/**
 * What the physical values of a signal are in Sparkplug: whole numbers where they always are, else floating-point ones.
 *
 * @see "Sparkplug 3.0.0, 6.4.16"
 */
enum DataType {
  INT32(3),
  INT64(4),
  UINT64(8),
  FLOAT(9),
  DOUBLE(10),
  BOOLEAN(11),
  STRING(12),
  BYTES(17);

  private final int code;

  DataType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static DataType of(Signal signal) {
    Scale scale = signal.scale();
    boolean isPlain = scale.factor() == 1 && scale.offset() == 0;
    return switch (signal.kind()) {
      case TEXT -> STRING;
      case BYTES -> BYTES;
      case BOOLEAN -> BOOLEAN;
      case FLOAT -> isPlain ? FLOAT : DOUBLE;
      case DOUBLE -> DOUBLE;
      case SIGNED, UNSIGNED ->
        isPlain && signal.kind() == Kind.UNSIGNED ? UINT64 : scale.isWhole() ? INT64 : DOUBLE;
    };
  }
}
