/** The commands, one class each, and what only they need. */
@NullMarked
package dev.caravan.agent.cli;

import org.jspecify.annotations.NullMarked;
