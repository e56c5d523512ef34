/**
 * The far side: puts what arrives together again, in parts and pieces, keeps schemas, watches the sequences, and proves that
 * what is missing was named.
 */
@NullMarked
package dev.caravan.agent.receive;

import org.jspecify.annotations.NullMarked;
