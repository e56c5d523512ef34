package dev.caravan.agent.source.replay;

import java.io.IOException;

/** A file that is no log of any known form; the message says what it is, and how to get a log out of it. */
public final class UnreadableLogException extends IOException {
  private static final long serialVersionUID = 1;

  UnreadableLogException(String what) {
    super(what);
  }
}
