/** The format of columns: samples become batches of {@code caravan.v1}, and what happened becomes events. */
@NullMarked
package dev.caravan.agent.encode.columns;

import org.jspecify.annotations.NullMarked;
