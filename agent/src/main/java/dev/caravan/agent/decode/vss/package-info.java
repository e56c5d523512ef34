/**
 * Names and units of the COVESA vehicle signal specification (VSS) for what decoders know under names of their own. A mapping is a table
 * that the operator writes; it changes names, units and labels, never a raw value.
 */
@NullMarked
package dev.caravan.agent.decode.vss;

import org.jspecify.annotations.NullMarked;
