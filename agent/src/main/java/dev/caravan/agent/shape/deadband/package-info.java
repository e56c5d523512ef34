/** The shaping rules of a route: which samples of a signal are worth sending, by pattern, period, change and silence. */
@NullMarked
package dev.caravan.agent.shape.deadband;

import org.jspecify.annotations.NullMarked;
