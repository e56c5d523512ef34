/**
 * A simulated truck: what its control units send on a J1939 bus of 250 kbit/s, single frames and messages in packets
 * (SAE J1939-21, 5.10). {@code config/dbc/truck.dbc} describes the messages that a DBC file can describe.
 */
@NullMarked
package dev.caravan.agent.device.truck;

import org.jspecify.annotations.NullMarked;
