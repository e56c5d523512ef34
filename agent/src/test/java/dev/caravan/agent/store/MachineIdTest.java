package dev.caravan.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineIdTest {
  private final Path root;

  MachineIdTest(@TempDir Path root) {
    this.root = root;
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Bytes hash() {
    return MachineId.of(root).hash();
  }

  @Test
  void nothingIsKnownWhereNothingCanBeRead() {
    assertEquals(MachineId.UNKNOWN, MachineId.of(root));
  }

  /** The hash: {@code printf 'serial=10000000abcdef01\nmachine-id=0123' | sha256sum | cut -c1-16}. */
  @Test
  void serialNumberOfTheDeviceTreeAndMachineIdAreHashed() throws IOException {
    write("proc/device-tree/serial-number", "10000000abcdef01\0");
    write("etc/machine-id", "0123\n");
    assertEquals("26e132e0ea62b972", hash().toString());
    write("sys/firmware/devicetree/base/serial-number", "10000000abcdef01\0");
    assertEquals("26e132e0ea62b972", hash().toString(), "the same by another name");
  }

  @Test
  void eachFactTellsMachinesApart() throws IOException {
    Bytes before = hash();
    for (String path : new String[] {"proc/device-tree/serial-number", "etc/machine-id"}) {
      write(path, "a");
      assertNotEquals(before, hash(), path);
      Bytes one = hash();
      write(path, "b");
      assertNotEquals(one, hash(), path);
      before = hash();
    }
    write("proc/cpuinfo", "model name\t: x\nSerial\t\t: 00000000abcdef01\n");
    assertNotEquals(before, hash());
  }

  private void card(String name, String device, String address) throws IOException {
    Path net = Files.createDirectories(root.resolve("sys/class/net").resolve(name));
    Files.writeString(net.resolve("address"), address + "\n");
    if (!device.isEmpty()) {
      Path real = Files.createDirectories(root.resolve("sys/devices").resolve(device));
      Files.createSymbolicLink(net.resolve("device"), real);
    }
  }

  /**
   * What was stored before: {@code printf 'product_uuid=aa-bb\nboard_serial=77\nmachine-id=0123' | sha256sum | cut -c1-16}, and
   * by a user who may not read the first two {@code printf 'address=dc:a6:32:00:00:01\nmachine-id=0123' | …}.
   */
  @Test
  void whoMayReadMoreKnowsTheMachineByTheSameHashAndByThatOfBefore() throws IOException {
    write("etc/machine-id", "0123\n");
    card("eth0", "platform/eth", "dc:a6:32:00:00:01");
    MachineId anyone = MachineId.of(root);
    write("sys/class/dmi/id/product_uuid", "aa-bb\n");
    write("sys/class/dmi/id/board_serial", "77\n");
    MachineId privileged = MachineId.of(root);
    assertEquals("1456ba46fb77107a", anyone.hash().toString());
    assertEquals(anyone.hash(), privileged.hash());
    assertTrue(privileged.isKnownAs(Bytes.ofHex("f09e6897287f997d")));
    assertTrue(privileged.isKnownAs(anyone.hash()));
    assertFalse(anyone.isKnownAs(Bytes.ofHex("f09e6897287f997d")), "cannot be told");
    assertFalse(privileged.isKnownAs(Bytes.EMPTY));
  }

  @Test
  void addressesOfTheBoardCountWhereNoHardwareHasASerialAndThoseOfAModemNever() throws IOException {
    write("etc/machine-id", "0123\n");
    Bytes none = hash();
    card("lo", "", "00:00:00:00:00:00");
    card("wwan0", "platform/usb1/1-1", "02:00:00:00:00:01");
    assertEquals(none, hash());
    card("eth0", "platform/eth", "dc:a6:32:00:00:01");
    Bytes board = hash();
    assertNotEquals(none, board);
    card("usb0", "platform/usb1/1-2", "02:00:00:00:00:02");
    assertEquals(board, hash());
    write("proc/cpuinfo", "Serial\t\t: 00000000abcdef01\n");
    Bytes serial = hash();
    card("eth1", "platform/eth1", "dc:a6:32:00:00:02");
    assertEquals(serial, hash(), "a serial is enough");
  }
}
