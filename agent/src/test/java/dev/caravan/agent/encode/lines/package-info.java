/** A format of the tests, which shows what one takes: this folder, and a line in the list. */
@NullMarked
package dev.caravan.agent.encode.lines;

import org.jspecify.annotations.NullMarked;
