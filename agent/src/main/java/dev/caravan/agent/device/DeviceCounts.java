package dev.caravan.agent.device;

/**
 * What became of the units (for an adapter: CAN frames) that a device had to hand over while its channel was open.
 *
 * @param sentFrames written to the port completely
 * @param overrunFrames lost inside the device because nobody read the port or the channel was closed on them; never
 *     written completely
 * @param unreadFrames of those sent, how many lay in the port, in whole or in part, when it was closed; 0 before that.
 *     What a reader threw away by flushing its port cannot be seen from here and counts as read
 */
public record DeviceCounts(long sentFrames, long overrunFrames, long unreadFrames) {}
