package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.util.List;

/**
 * What a format tells, and hears, beside its messages on each connection of its way, which clean begins and whose messages are all sent
 * with QoS 0. One thread at a time.
 */
public interface Session {
  /** What follows from a message that came. */
  enum Heard {
    /** It was not for the session. */
    NOTHING,
    /** All is well. */
    GOES_ON,
    /** Its {@link #births} are to be sent anew. */
    BIRTHS,
    /** The connection is to be ended, with its {@link #death}. */
    END
  }

  /** A connection begins: its last will, which is the death of no other. */
  Message begin();

  /** What is to be listened to before anything is sent. */
  List<String> topics();

  /** Whether nothing may be sent yet; {@link #heard} may change that. */
  boolean isHeldBack();

  /** A message came. */
  Heard heard(String topic, Bytes body);

  /** What is sent first, and whenever it is asked for. */
  List<Message> births();

  /** What leaves in the place of a message, in this order; none where it is told otherwise. */
  List<Message> leaving(String topic, Bytes body);

  /** What is sent last. */
  Message death();
}
