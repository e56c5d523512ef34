/**
 * Events: what samples, lists of trouble codes and the state of the agent's parts say together, told at once with what was
 * measured around it.
 */
@NullMarked
package dev.caravan.agent.shape.trigger;

import org.jspecify.annotations.NullMarked;
