package dev.caravan.agent.source.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Why a port could not be opened, in words. */
final class OpenFailure {
  private OpenFailure() {}

  /** The failure of opening a port. */
  static IOException of(PortAddress address, String why) {
    return new IOException("open " + address + ": " + why);
  }

  /** What to do where the file may not be opened. */
  static String denied(Path device) {
    try {
      String group = String.valueOf(Files.getAttribute(device, "posix:group"));
      return "errno=13, permission denied; is the user in group " + group + "?";
    } catch (IOException | UnsupportedOperationException e) {
      return "errno=13, permission denied";
    }
  }

  /** What an error number of the library means for a device file. */
  static String reason(int error, Path device) {
    return switch (error) {
      case 2 ->
        Files.exists(device)
            ? "busy, this program has it open already"
            : "errno=2, no such device; is it plugged in?";
      case 5, 6, 19 -> "errno=" + error + ", the device does not answer; is it plugged in?";
      case 11, 16 -> "errno=" + error + ", busy" + heldBy(PortHolder.of(device));
      case 13 -> denied(device);
      case 22 -> "errno=22, the device refuses these settings";
      case 25 -> "errno=25, not a serial port";
      default -> "errno=" + error;
    };
  }

  private static String heldBy(List<PortHolder> holders) {
    return holders.isEmpty() ? "; held by another user's program" : "; held by " + names(holders);
  }

  /** Processes, as a list in words. */
  static String names(List<PortHolder> holders) {
    return String.join(", ", holders.stream().map(PortHolder::toString).toList());
  }
}
