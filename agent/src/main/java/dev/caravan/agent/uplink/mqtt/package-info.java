/**
 * The uplink to an MQTT 5 broker, and a subscriber for looking at what arrived. Eclipse Paho does the protocol; because of
 * its habits each connection has a client of its own, nothing is left to its reconnecting, and its callbacks only hand
 * over. PUBACK is taken at its word: reason 0x10, nobody listens, is not a delivery.
 */
@NullMarked
package dev.caravan.agent.uplink.mqtt;

import org.jspecify.annotations.NullMarked;
