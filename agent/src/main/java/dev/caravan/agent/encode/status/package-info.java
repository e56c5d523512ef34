/** The status that a device gives of itself, in every format. */
@NullMarked
package dev.caravan.agent.encode.status;

import org.jspecify.annotations.NullMarked;
