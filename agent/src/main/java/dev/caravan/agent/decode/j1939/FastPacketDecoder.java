package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.Frame;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Joins the fast packets of one NMEA 2000 bus and hands them on to the decoder of its messages. One thread. */
public final class FastPacketDecoder implements Decoder {
  private final FastPackets packets;
  private final Decoder next;

  // of the frame accepted last
  private boolean knewLast;

  /**
   * For the frames of one source.
   *
   * @param carried whether a frame belongs to a message that is sent in fast packets
   * @param next what takes the joined messages; it gets nothing else from here
   */
  public FastPacketDecoder(
      String source, Predicate<CanFrame> carried, Decoder next, Health health) {
    this.packets = new FastPackets(carried, source, health);
    this.next = next;
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    knewLast = in instanceof CanFrame frame && packets.carries(frame);
    CanFrame joined = knewLast ? packets.accept((CanFrame) in) : null;
    if (joined != null) {
      next.accept(joined, out);
    }
  }
}
