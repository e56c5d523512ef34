package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells one machine from another, by what its hardware says of itself to any user, and by {@code /etc/machine-id}; it stays when
 * the system is updated, a modem is plugged in, or another user runs the program. Of hardware these are read:
 *
 * <ul>
 *   <li>{@code /proc/device-tree/serial-number}, or {@code /sys/firmware/devicetree/base/serial-number}
 *   <li>{@code Serial} in {@code /proc/cpuinfo}
 *   <li>if there is none of these, the addresses of network interfaces that sit on the board: with a {@code device}, but on no
 *       USB
 * </ul>
 *
 * <p>Before, {@code product_uuid} and {@code board_serial} in {@code /sys/class/dmi/id} counted too, which root alone may read
 * mostly, and stood for the addresses. A directory that knows the machine so is still its own where they can be read.
 *
 * @param hash the first {@value #BYTES} bytes of SHA-256 over them; none if nothing can be read
 * @param before what it was before; the same where that makes no difference
 */
public record MachineId(Bytes hash, Bytes before) {
  private static final int BYTES = 8;
  private static final int MOST_BYTES = 1 << 16;

  /** Where nothing is known. */
  static final MachineId UNKNOWN = new MachineId(Bytes.EMPTY);

  /** One that was always known so. */
  MachineId(Bytes hash) {
    this(hash, hash);
  }

  /** This one. */
  public static MachineId here() {
    return of(Path.of("/"));
  }

  /** The machine whose files lie below a root. */
  static MachineId of(Path root) {
    List<String> board = new ArrayList<>();
    text(root.resolve("proc/device-tree/serial-number"))
        .or(() -> text(root.resolve("sys/firmware/devicetree/base/serial-number")))
        .ifPresent(serial -> board.add("serial=" + serial));
    text(root.resolve("proc/cpuinfo")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("Serial"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(serial -> !serial.isEmpty())
        .limit(1)
        .forEach(serial -> board.add("cpu=" + serial));
    List<String> rootAlone = new ArrayList<>(board);
    for (String each : List.of("product_uuid", "board_serial")) {
      text(root.resolve("sys/class/dmi/id").resolve(each))
          .ifPresent(value -> rootAlone.add(each + "=" + value));
    }
    List<String> addresses = addresses(root.resolve("sys/class/net"));
    List<String> system = text(root.resolve("etc/machine-id")).stream()
        .map(id -> "machine-id=" + id)
        .toList();
    return new MachineId(
        hash(board.isEmpty() ? addresses : board, system),
        hash(rootAlone.isEmpty() ? addresses : rootAlone, system));
  }

  /** Whether a directory that knows its machine so is of this one. */
  boolean isKnownAs(Bytes stored) {
    return stored.equals(hash) || stored.equals(before);
  }

  private static List<String> addresses(Path net) {
    try (Stream<Path> interfaces = Files.list(net)) {
      return interfaces
          .filter(MachineId::isOnBoard)
          .flatMap(each -> text(each.resolve("address")).stream())
          .map(address -> "address=" + address)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isOnBoard(Path each) {
    try {
      return !each.resolve("device").toRealPath().toString().contains("/usb");
    } catch (IOException e) {
      return false;
    }
  }

  /** What a file says; nothing where it cannot be read or is empty. */
  private static Optional<String> text(Path file) {
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
      // a text of the device tree ends with a zero
      return Optional.of(text.replace("\0", "").strip()).filter(each -> !each.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Bytes hash(List<String> hardware, List<String> system) {
    String facts =
        Stream.of(hardware, system).flatMap(List::stream).collect(Collectors.joining("\n"));
    if (facts.isEmpty()) {
      return Bytes.EMPTY;
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Bytes.of(sha.digest(facts.getBytes(StandardCharsets.ISO_8859_1)), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
