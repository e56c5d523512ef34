/** Time and waiting: where now comes from, how far it may be off, and how a loop waits or is told to stop. */
@NullMarked
package dev.caravan.agent.clock;

import org.jspecify.annotations.NullMarked;
