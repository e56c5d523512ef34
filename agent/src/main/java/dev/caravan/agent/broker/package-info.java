/**
 * A small MQTT broker for this machine alone: the demo runs on it, and tests make it misbehave. It speaks MQTT 5 and
 * 3.1.1, listens on the loopback address only, asks nobody for a password and keeps everything in memory. It is not for
 * production.
 */
@NullMarked
package dev.caravan.agent.broker;

import org.jspecify.annotations.NullMarked;
