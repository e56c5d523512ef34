/**
 * CAN frames by DBC files. A file is read once, at start-up, with all that is odd in it told as warnings; its messages become a plan of
 * shifts, and the plan turns frames into samples without allocating.
 *
 * <p>DBC has no public standard; what is read is what the files that exist contain.
 */
@NullMarked
package dev.caravan.agent.decode.dbc;

import org.jspecify.annotations.NullMarked;
