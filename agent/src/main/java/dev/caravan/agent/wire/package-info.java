/**
 * The door that both ends stand on: the messages of {@code caravan.v1} as bytes, how they are put into their envelopes and
 * read, and what names them. The columns are told field by field in {@code proto/README.md}.
 */
@NullMarked
package dev.caravan.agent.wire;

import org.jspecify.annotations.NullMarked;
