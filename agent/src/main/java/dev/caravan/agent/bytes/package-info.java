/** Runs of bytes as values: what a record may hold instead of an array. */
@NullMarked
package dev.caravan.agent.bytes;

import org.jspecify.annotations.NullMarked;
