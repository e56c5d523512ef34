/**
 * The fault suite: the whole road, with the agent as its users run it, under faults of every kind, and one table of what became
 * of it. {@code FaultSuiteIT} says what; {@code Road} is what it happens to, {@code Link} a wire that can be cut.
 */
@NullMarked
package dev.caravan.agent.fault;

import org.jspecify.annotations.NullMarked;
