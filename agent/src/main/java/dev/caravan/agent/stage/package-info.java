/** The one shape of everything between the inbox and the queue. */
@NullMarked
package dev.caravan.agent.stage;

import org.jspecify.annotations.NullMarked;
