package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.socketcan.SocketCanSettings.Accept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketCanSettingsTest {
  private final Path file;
  private final Faults faults = new Faults();

  SocketCanSettingsTest(@TempDir Path folder) {
    this.file = folder.resolve("agent.yaml");
  }

  private SocketCanSettings read(String keys) throws IOException {
    Files.writeString(file, "{" + keys + "}");
    Node node = YamlFile.read(file, faults);
    SocketCanSettings settings = SocketCanSettings.from("body", node);
    node.refuseUnknownKeys();
    return settings;
  }

  @Test
  void onlyTheInterfaceMustBeGiven() throws IOException {
    SocketCanSettings settings = read("interface: can0");
    assertEquals("[]", faults.found().toString());
    assertEquals("body", settings.name());
    assertEquals("can0", settings.networkInterface());
    assertTrue(settings.fd());
    assertEquals(List.of(), settings.accept());
    assertTrue(settings.transmittable().isEmpty());
    assertEquals(OptionalInt.empty(), settings.receiveBufferBytes());
  }

  @Test
  void everyKeyIsRead() throws IOException {
    SocketCanSettings settings = read("interface: vcan-1.x, fd: false, receive_buffer: 256KiB,"
        + " accept: [{id: 7E8}, {id: 100, mask: 700}, {id: 0x18FEF100, mask: 00FFFF00},"
        + " {id: 00000001}], allow_transmit: [7DF, 0x18DB33F1]");
    assertEquals("[]", faults.found().toString());
    assertEquals("vcan-1.x", settings.networkInterface());
    assertFalse(settings.fd());
    assertEquals(
        List.of(
            new Accept(new CanId(0x7E8, false), 0x7FF),
            new Accept(new CanId(0x100, false), 0x700),
            new Accept(new CanId(0x18FEF100, true), 0x00FFFF00),
            new Accept(new CanId(1, true), 0x1FFFFFFF)),
        settings.accept());
    assertEquals(
        Set.of(new CanId(0x7DF, false), new CanId(0x18DB33F1, true)),
        settings.transmittable().ids());
    assertEquals(OptionalInt.of(262_144), settings.receiveBufferBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "interface: a-name-that-is-too-long|interface: want the name of a CAN interface of 1 to 15 characters, such as"
            + " can0, got 'a-name-that-is-too-long'",
        "interface: ../can0|interface: want the name of a CAN interface of 1 to 15 characters, such as can0, got '../can0'",
        "interface: can0, accept: [{id: 7E, mask: 7F0}]|accept[0].id: want an id of 3 (11 bits) or 8 hex digits (29 bits), got '7E'",
        "interface: can0, accept: [{mask: 7F0}]|accept[0].id: missing",
        "interface: can0, accept: [{id: 7E8, mask: 8}]|accept[0].mask: want an id of 3 (11 bits) or 8 hex digits (29 bits), got '8'",
        "interface: can0, accept: [{id: 7E8, mask: 1FFFFFFF}]|accept[0].mask: want as many digits as the id has",
        "interface: can0, accept: [{id: 7E8, maks: 7FF}]|accept[0].maks: unknown key; did you mean 'mask'?",
        "interface: can0, allow_transmit: [800]|allow_transmit[0]: want at most 7FF or 1FFFFFFF, got '800'",
        "interface: can0, receive_buffer: 1KiB|receive_buffer: want 4KiB..64MiB, got 1KiB",
        "interface: can0, listen_only: true|listen_only: unknown key; known here: accept, allow_transmit, fd,"
            + " interface, receive_buffer"
      })
  void whatIsWrongIsSaid(String keys, String message) throws IOException {
    read(keys);
    assertEquals(1, faults.found().size(), faults.found().toString());
    assertEquals(message, faults.found().get(0).what());
  }
}
