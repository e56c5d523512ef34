package dev.caravan.agent.uplink.mqtt;

/**
 * One publish under way. Paho may report it twice, first as failed, then as done; what was reported first counts, since a
 * failed one is sent again in any case.
 */
final class Publication {
  private static final int PENDING = -1;
  private static final int FAILED = -2;

  /** Told once, when it has ended. */
  interface End {
    /** Whether the broker has answered. */
    void ended(boolean answered);
  }

  private final End end;
  private final boolean settlesWhenWritten;
  private int reason = PENDING;

  /** {@code settlesWhenWritten}: it has QoS 0, and counts as taken once Paho has written it. */
  Publication(End end, boolean settlesWhenWritten) {
    this.end = end;
    this.settlesWhenWritten = settlesWhenWritten;
  }

  /** The broker has answered, with such a reason code. */
  void answered(int code) {
    end(code);
  }

  /** There will be no answer; {@code isWritten}: it was written whole. */
  void unanswered(boolean isWritten) {
    end(settlesWhenWritten && isWritten ? PubackReason.SUCCESS : FAILED);
  }

  /** It did not go out, or its link is lost. */
  void failed() {
    end(FAILED);
  }

  private void end(int with) {
    boolean first;
    synchronized (this) {
      first = reason == PENDING;
      if (first) {
        reason = with;
      }
    }
    if (first) {
      end.ended(with >= 0);
    }
  }

  /** Whether it is still under way. */
  synchronized boolean isPending() {
    return reason == PENDING;
  }

  /** Whether the broker has answered, or nobody needs to. */
  synchronized boolean isAnswered() {
    return reason >= 0;
  }

  /** The reason code of the answer; only where {@link #isAnswered()}. */
  synchronized int reason() {
    if (reason < 0) {
      throw new IllegalStateException("a publish without an answer has no reason code");
    }
    return reason;
  }
}
