package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;

/**
 * What a status says that does not change while the agent runs.
 *
 * @param agentVersion {@code 0.1.0}; empty if not known
 * @param agentCommit that the agent was built from, hex; empty if not known
 * @param configHash first bytes of SHA-256 of the configuration in use; empty if not known
 * @param bootId names this start of the agent
 * @param bootCount starts of the agent, from 1; 0 if not known
 */
public record StatusFacts(
    String agentVersion, String agentCommit, Bytes configHash, Bytes bootId, long bootCount) {}
