package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;

/** What is to be seen of one sample of a batch. */
public sealed interface SampleView permits BatchSample, SampleWalk {
  /** What was measured. */
  SignalSpec signal();

  /** Microseconds since 1970 UTC. */
  long timeUs();

  /** How far it may be believed. */
  Quality quality();

  /** The 64 bits of a raw whole number, or of a raw double; 0 for text and bytes. */
  long rawBits();

  /** Of a text signal; else empty. */
  String text();

  /** Of a bytes signal; else empty. */
  Bytes bytes();
}
