/** The door of all shapers: what is worth sending becomes a {@link dev.caravan.agent.shape.Report}. */
@NullMarked
package dev.caravan.agent.shape;

import org.jspecify.annotations.NullMarked;
