/**
 * The fault suite: the whole road, with the agent as its users run it, under faults of every kind, and one table of what became
 * of it. A class {@code *FaultsIT} for each kind names the subjects, each with a class of its own; {@code Road} is what it happens to, {@code FaultyLink} a
 * wire that can be cut, {@code Mounts} disks that fail; {@code Trial} judges, {@code FaultTable} has the rows.
 */
@NullMarked
package dev.caravan.agent.fault;

import org.jspecify.annotations.NullMarked;
