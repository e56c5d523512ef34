package dev.caravan.agent.decode.dbc;

/** A line that cannot be understood; never leaves the reader. */
final class BadLine extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Token token;

  BadLine(Token token, String wanted) {
    super("got " + token.shown() + "; want " + wanted, null, false, false);
    this.token = token;
  }

  /** Where it went wrong. */
  Token token() {
    return token;
  }
}
