/**
 * Sensors that print lines of text or send binary frames of a form of their own, described by settings alone: where a
 * message begins and ends, what checksum it carries, and what, if anything, it must be asked. What stands in a message
 * is for {@code decode.line}.
 */
@NullMarked
package dev.caravan.agent.source.line;

import org.jspecify.annotations.NullMarked;
