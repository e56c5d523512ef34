/**
 * A simulated serial CAN adapter of the LAWICEL kind (CAN232, CANUSB command set): ASCII lines on a pseudo-terminal, the
 * traffic of a simulated bus behind it. Classic frames only.
 */
@NullMarked
package dev.caravan.agent.device.slcan;

import org.jspecify.annotations.NullMarked;
