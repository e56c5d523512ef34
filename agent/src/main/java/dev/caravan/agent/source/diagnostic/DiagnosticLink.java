package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.source.DiagnosticReply;
import java.io.IOException;
import java.util.function.Consumer;

/** What carries requests to a vehicle's control units: an ELM327, ISO-TP on a CAN bus. One thread. */
public interface DiagnosticLink {
  /**
   * Asks, and gives out one reply for each unit that answered, or a single one with the outcome silence. Waits at most
   * the link's timeout; a unit that says "response pending" (0x78) is waited for longer, up to 5 s.
   *
   * @throws IOException if the wire is lost
   */
  void ask(DiagnosticRequest request, Consumer<DiagnosticReply> out) throws IOException;

  /** Whether one request may name several PIDs of service 01 (CAN only, at most 6). */
  boolean takesSeveralPids();
}
