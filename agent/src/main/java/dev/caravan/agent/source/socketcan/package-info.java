/**
 * CAN frames from an interface of the Linux kernel, {@code can0} or {@code vcan0}: CAN controllers on the board, SPI and
 * USB adapters with a driver of the kernel.
 *
 * <p>Raw sockets of SocketCAN: linux/can.h, linux/can/raw.h, linux/can/error.h, and the kernel's
 * Documentation/networking/can.rst. The calls go through JavaCAN, which this room alone knows, and there only
 * {@code KernelCanSocket} and {@code JavaCanLibrary}; the bytes that the kernel gives are read here. Limits: the
 * interface is set up by the system ({@code ip link}), with its bit rate and mode; CAN XL is not read.
 */
@NullMarked
package dev.caravan.agent.source.socketcan;

import org.jspecify.annotations.NullMarked;
