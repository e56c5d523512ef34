package dev.caravan.agent.source.modbus;

import dev.caravan.agent.bytes.Bytes;

/**
 * What a slave said.
 *
 * @param exceptionCode its refusal, 1..255; 0 if there is data
 * @param data registers or coils, empty with a refusal
 */
record Answer(int exceptionCode, Bytes data) {}
