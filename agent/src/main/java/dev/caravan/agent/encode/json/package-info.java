/**
 * JSON (RFC 8259) for readers that know nothing of this program: samples one by one, by what arrived together, or all of a batch
 * in one object, and events. Numbers are written as {@code decode -f json} writes them; NaN and infinities are texts.
 */
@NullMarked
package dev.caravan.agent.encode.json;

import org.jspecify.annotations.NullMarked;
