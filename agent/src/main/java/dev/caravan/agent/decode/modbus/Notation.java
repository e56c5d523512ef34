package dev.caravan.agent.decode.modbus;

import dev.caravan.agent.config.Node;

/**
 * The numbers under which many manuals list registers: 00001 to 09999 coils, 10001 to 19999 discrete inputs, 30001 to 39999 input registers, 40001
 * to 49999 holding registers, with five digits or with six. The first digit is the table, the rest is the address + 1.
 *
 * @see "Modicon Modbus Protocol Reference Guide, PI-MBUS-300"
 */
public final class Notation {
  private static final int[] DIGIT_OF_FUNCTION = {-1, 0, 1, 4, 3};

  private static final int HIGHEST = 0xFFFF;

  private Notation() {}

  /**
   * Warns of an address that is such a number by its looks: of the table that its function reads, and not written in hex, which manuals never do.
   * Coils look like any other address.
   */
  public static void check(Node address, int function) {
    if (!address.isPresent() || address.isList() || address.isMapping()) {
      return;
    }
    String text = address.text();
    if (!text.matches("[134]\\d{4,5}")) {
      return;
    }
    int digit = text.charAt(0) - '0';
    int number = Integer.parseInt(text.substring(1));
    boolean isOfTable = digit == DIGIT_OF_FUNCTION[function];
    if (number == 0 || number > HIGHEST + 1 || !isOfTable) {
      return;
    }
    int written = Integer.parseInt(text);
    address.warn(text + " looks like the number of a manual, whose address is " + (number - 1)
        + (written > HIGHEST
            ? ""
            : "; if the address is meant, write it as 0x" + Integer.toHexString(written)));
  }
}
