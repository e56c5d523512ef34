/**
 * The one way to open a serial port, for every source that has one. All of jSerialComm lives here: its native library is
 * unpacked where nobody else can write, its ports are read by a single thread, and whatever it reports by a number comes
 * out as an {@link java.io.IOException} that says what failed.
 */
@NullMarked
package dev.caravan.agent.source.serial;

import org.jspecify.annotations.NullMarked;
