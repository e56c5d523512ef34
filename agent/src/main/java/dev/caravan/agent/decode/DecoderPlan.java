package dev.caravan.agent.decode;

import dev.caravan.agent.health.Health;

/** All that a decoder knows from its files, which are read once; any number of decoders may be made of it. */
public interface DecoderPlan {
  /** A new decoder, which defines its signals in a table. */
  Decoder decoder(SignalTable signals, Health health);
}
