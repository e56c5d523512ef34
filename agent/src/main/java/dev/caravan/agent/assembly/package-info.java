/**
 * The only place that knows every room: reads a configuration into a {@link dev.caravan.agent.assembly.Plan}, builds an
 * {@link dev.caravan.agent.assembly.Agent} of it, and starts and stops its threads.
 */
@NullMarked
package dev.caravan.agent.assembly;

import org.jspecify.annotations.NullMarked;
