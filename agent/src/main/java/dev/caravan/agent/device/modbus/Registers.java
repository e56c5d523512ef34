package dev.caravan.agent.device.modbus;

/** What one slave holds. */
interface Registers {
  /** Where the slave has nothing. */
  int NONE = -1;

  /**
   * One register, 0..65535, or one coil, 0 or 1.
   *
   * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
   * @param address from 0
   * @return {@link #NONE} if there is no such
   */
  int at(int function, int address, long nowNs);

  /** Whether the slave knows the function at all. */
  boolean knows(int function);
}
