package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterfaceStateTest {
  private final Path folder;
  private final InterfaceState state;

  InterfaceStateTest(@TempDir Path folder) {
    this.folder = folder;
    this.state = new InterfaceState(folder);
  }

  private void add(String name, String type, String flags, String operstate, String mtu)
      throws IOException {
    Path place = Files.createDirectory(folder.resolve(name));
    Files.writeString(place.resolve("type"), type + "\n");
    Files.writeString(place.resolve("flags"), flags + "\n");
    Files.writeString(place.resolve("operstate"), operstate + "\n");
    Files.writeString(place.resolve("mtu"), mtu + "\n");
  }

  @Test
  void interfaceThatIsUpHasNoFault() throws IOException {
    add("vcan0", "280", "0xc1", "unknown", "72");
    add("can0", "280", "0x40081", "up", "16");
    assertEquals(Optional.empty(), state.fault("vcan0"));
    assertEquals(Optional.empty(), state.fault("can0"));
    assertTrue(state.hasFd("vcan0"));
    assertFalse(state.hasFd("can0"));
  }

  @Test
  void missingInterfaceIsSaidWithThoseThatThereAre() throws IOException {
    add("can1", "280", "0x40081", "up", "16");
    add("can2", "280", "0x40080", "down", "16");
    add("eth0", "1", "0x1003", "up", "1500");
    assertEquals(
        Optional.of("no interface of this name, can_interfaces=[can1, can2];"
            + " is its driver loaded, is the adapter plugged in?"),
        state.fault("can0"));
  }

  @Test
  void interfaceThatIsDownIsSaid() throws IOException {
    add("can0", "280", "0x40080", "down", "16");
    assertEquals(
        Optional.of(
            "interface is down, operstate=down; want ip link set can0 up type can bitrate BITRATE"),
        state.fault("can0"));
  }

  @Test
  void interfaceOfAnotherKindIsSaid() throws IOException {
    add("eth0", "1", "0x1003", "up", "1500");
    assertEquals(Optional.of("not a CAN interface, type=1; want type=280"), state.fault("eth0"));
  }

  @Test
  void systemThatTellsNothingIsNoFault() throws IOException {
    InterfaceState nothing = new InterfaceState(folder.resolve("none"));
    assertEquals(Optional.empty(), nothing.fault("can0"));
    assertTrue(nothing.hasFd("can0"));
    Files.createDirectory(folder.resolve("can9"));
    assertEquals(Optional.empty(), state.fault("can9"));
  }
}
