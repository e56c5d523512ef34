package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import java.nio.file.Path;

/** Tells what is odd in one DBC file, with file, line and column. */
final class Notes {
  private final Path path;
  private final boolean strict;
  private final Faults faults;

  Notes(Path path, boolean strict, Faults faults) {
    this.path = path;
    this.strict = strict;
    this.faults = faults;
  }

  String where(Token token) {
    return where(token.line(), token.column());
  }

  String where(int line, int column) {
    return path + ":" + line + ":" + column;
  }

  /** Something odd, and what was made of it. */
  void warn(Token token, String what) {
    faults.warn(where(token), what);
  }

  void warn(int line, int column, String what) {
    faults.warn(where(line, column), what);
  }

  /** A message or signal that is lost: a fault where the file must be good, otherwise a warning. */
  void lost(Token token, String what) {
    if (strict) {
      faults.add(where(token), what);
    } else {
      faults.warn(where(token), what + "; left out");
    }
  }

  /** The file as a whole is of no use. */
  void useless(String what) {
    faults.add(where(1, 1), what);
  }

  boolean strict() {
    return strict;
  }
}
