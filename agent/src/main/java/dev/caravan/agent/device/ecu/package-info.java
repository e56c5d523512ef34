/**
 * Simulated electronic control units as a diagnostic tester sees them: a request in, at most one reply out, as SAE J1979
 * (ISO 15031-5) and ISO 14229-1 say. They know no wire: {@code device.elm327} puts them behind an adapter, and whoever
 * has a bus may put them there.
 */
@NullMarked
package dev.caravan.agent.device.ecu;

import org.jspecify.annotations.NullMarked;
