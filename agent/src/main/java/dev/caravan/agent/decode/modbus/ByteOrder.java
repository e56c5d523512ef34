package dev.caravan.agent.decode.modbus;

/**
 * In which order the bytes of a value come, by the letters that vendors use: A is the highest byte of a 32-bit number. Values
 * of 64 bits follow the same rule, those of one register know only whether their bytes are swapped.
 */
enum ByteOrder {
  /** Highest first, as Modbus has it within a register. */
  ABCD(false, false),
  /** The lowest register first. */
  CDAB(true, false),
  /** The two bytes of each register swapped. */
  BADC(false, true),
  /** Lowest byte first. */
  DCBA(true, true);

  final boolean swapsRegisters;
  final boolean swapsBytes;

  ByteOrder(boolean swapsRegisters, boolean swapsBytes) {
    this.swapsRegisters = swapsRegisters;
    this.swapsBytes = swapsBytes;
  }

  /** Where byte {@code index} of a value, from the highest, lies among its {@code registers}. */
  int place(int index, int registers) {
    int register = index / 2;
    int inRegister = index % 2;
    return 2 * (swapsRegisters ? registers - 1 - register : register)
        + (swapsBytes ? 1 - inRegister : inRegister);
  }
}
