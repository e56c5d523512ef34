package dev.caravan.agent.uplink;

import java.io.IOException;
import java.util.function.LongPredicate;

/**
 * One way out, with an {@link Outlet} for each kind of what leaves. The courier's thread owns it and calls all methods.
 *
 * <p>Opened once before use, and again after each {@link IOException}, which means: the link is lost, what was under way
 * is unsettled and will be sent again.
 */
public interface Uplink extends AutoCloseable {
  /** Where the entries of a channel go; asked for once for each, before the first {@link #open}. */
  Outlet outlet(Channel channel);

  /** Names what comes down by this uplink; called once, before the first {@link #open}. Most have nothing that comes. */
  default void take(Downward downward) {}

  /**
   * Names what says whether so many bytes more may be spent on what was asked for; called once, before the first {@link #open}, and asked
   * on the thread that waits.
   */
  default void meter(LongPredicate affords) {}

  /** Opens the link, and makes known that this device is there. Waits a bounded time. */
  void open() throws IOException;

  /**
   * Names a duty that is done a few times a second, on the thread that waits, while {@link #open} or {@link Outlet#send} wait
   * for the far side. Called once, before the first open.
   */
  default void whileWaiting(Runnable duty) {}

  /** Called about once a second while there is nothing to send: keeps the link alive and the status fresh. */
  void idle() throws IOException;

  /** What the far side takes. */
  default Abilities abilities() {
    return Abilities.ALL;
  }

  /** How many messages the far side has taken so far over all links, parts of entries and what they need among them; it only rises. */
  default long taken() {
    return 0;
  }

  /** How many bytes were sent and received so far over all links, with all that is around the messages; it only rises. */
  default long trafficBytes() {
    return 0;
  }

  /** Ends the link in order, if there is one; closing twice is fine. Waits a bounded time. */
  @Override
  void close();
}
