package dev.caravan.agent.source.socketcan;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the system tells of its network interfaces, so that a failure can be put in words. A system that tells nothing
 * (no sysfs) is no failure.
 *
 * @param folder one folder for each interface, {@code /sys/class/net}
 * @see "Linux Documentation/ABI/testing/sysfs-class-net"
 */
record InterfaceState(Path folder) {
  /** That of this machine. */
  static final InterfaceState SYSTEM = new InterfaceState(Path.of("/sys/class/net"));

  private static final String CAN_TYPE = "280"; // ARPHRD_CAN of linux/if_arp.h
  private static final int UP = 1; // IFF_UP of linux/if.h

  /** Why an interface cannot be used now, and what to do; empty if nothing speaks against it. */
  Optional<String> fault(String name) {
    Path place = folder.resolve(name);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    if (!Files.exists(place)) {
      return Optional.of("no interface of this name, can_interfaces=" + canInterfaces()
          + "; is its driver loaded, is the adapter plugged in?");
    }
    String type = text(place, "type");
    if (!type.isEmpty() && !type.equals(CAN_TYPE)) {
      return Optional.of("not a CAN interface, type=" + type + "; want type=" + CAN_TYPE);
    }
    String flags = text(place, "flags");
    if (!flags.isEmpty() && (Integer.decode(flags) & UP) == 0) {
      return Optional.of("interface is down, operstate=" + text(place, "operstate")
          + "; want ip link set " + name + " up type can bitrate BITRATE");
    }
    return Optional.empty();
  }

  /** Whether it is set up for CAN FD; true where that cannot be read. */
  boolean hasFd(String name) {
    String mtu = text(folder.resolve(name), "mtu");
    return mtu.isEmpty() || Integer.decode(mtu) >= RawFrame.FD_BYTES;
  }

  private TreeSet<String> canInterfaces() {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path one : all) {
        if (text(one, "type").equals(CAN_TYPE)) {
          names.add(String.valueOf(one.getFileName()));
        }
      }
    } catch (IOException e) {
      // then none is named
    }
    return names;
  }

  private static String text(Path place, String file) {
    try {
      return Files.readString(place.resolve(file)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
