/**
 * A new-energy vehicle and its CAN bus: a simulation in steps of 10 ms with a driver, a road, a drive train, a traction
 * battery, a charger, an automated lane-keeping system and a body, and the control units' messages. All of it follows
 * from the seed; the bus is described for a reader by {@code config/dbc/nev.dbc}.
 */
@NullMarked
package dev.caravan.agent.device.nev;

import org.jspecify.annotations.NullMarked;
