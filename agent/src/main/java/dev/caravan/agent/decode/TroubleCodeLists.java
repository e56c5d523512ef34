package dev.caravan.agent.decode;

/**
 * Which signals are lists of trouble codes, by their names: those that the decoders of diagnostics give ({@code
 * truck.ECU_0.ActiveDtcs}) and those that VSS names ({@code Vehicle.OBD.DTCList}). Has no state; any thread.
 */
public final class TroubleCodeLists {
  private TroubleCodeLists() {}

  /** Whether the signal of that path is one: codes as text, with commas between them, empty for none. */
  public static boolean isOne(String path) {
    return path.endsWith("Dtcs") || path.endsWith("DTCs") || path.endsWith("DTCList");
  }
}
