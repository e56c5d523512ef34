package dev.caravan.agent.store;

import static dev.caravan.agent.store.Queues.SCHEMA;
import static dev.caravan.agent.store.Queues.SECOND_NS;
import static dev.caravan.agent.store.Queues.START_NS;
import static dev.caravan.agent.store.Queues.body;
import static dev.caravan.agent.store.Queues.drain;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes of format version 1, which must open for ever. They were made from the tables in {@link SegmentFormat},
 * {@link RecordFormat} and {@link Cursor} by a script of its own with a bitwise CRC, not by the classes under test.
 */
class StoreFormatTest {
  private static final String FIRST = "00000000000000000001.seg";
  private static final String SECOND = "00000000000000000004.seg";

  private final Path dir;
  private final Queues queues;

  StoreFormatTest(@TempDir Path temporary) {
    dir = temporary.resolve("q");
    queues = new Queues(dir);
  }

  private static byte[] golden(String name) throws IOException {
    return golden("v1", name);
  }

  static byte[] golden(String version, String name) throws IOException {
    try (InputStream in =
        StoreFormatTest.class.getResourceAsStream("/store/" + version + "/" + name + ".hex")) {
      String text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of()
          .parseHex(text.lines()
              .filter(line -> !line.startsWith("#"))
              .map(String::strip)
              .collect(Collectors.joining()));
    }
  }

  private void layDown() throws IOException {
    Files.createDirectories(dir);
    Files.write(dir.resolve(FIRST), Arrays.copyOf(golden(FIRST), 16 << 10));
    Files.write(dir.resolve(SECOND), Arrays.copyOf(golden(SECOND), 16 << 10));
    byte[] slots = golden("cursor");
    ByteBuffer cursor = ByteBuffer.allocate(4096 + 48);
    cursor.put(0, slots, 0, 48).put(4096, slots, 48, 48);
    Files.write(dir.resolve("cursor"), cursor.array());
  }

  @Test
  void aDirectoryOfVersion1Opens() throws IOException {
    layDown();
    try (DiskQueue queue = queues.open()) {
      assertEquals(
          List.of(
              new Entry(2, START_NS + SECOND_NS, 0, Bytes.EMPTY, Bytes.EMPTY),
              new Entry(3, START_NS + 2 * SECOND_NS, 12, SCHEMA, body("a body of 24 bytes, even")),
              new Entry(4, START_NS + 3 * SECOND_NS, 1, SCHEMA, body("four"))),
          drain(queue));
      assertEquals(5, queue.append(1, SCHEMA, body("five")));
      assertEquals(0, queues.count("store.corrupt"));
      assertEquals(Lost.NOTHING, queue.lostBefore());
    }
  }

  /** The segments are of version 1 still. */
  @Test
  void aDirectoryOfVersion2OpensAndTellsWhatWasLost() throws IOException {
    layDown();
    byte[] slots = golden("v2", "cursor");
    ByteBuffer cursor = ByteBuffer.allocate(4096 + 84);
    cursor.put(0, slots, 0, 84).put(4096, slots, 84, 84);
    Files.write(dir.resolve("cursor"), cursor.array());
    try (DiskQueue queue = queues.open()) {
      assertEquals(new Lost(7, 40, 2, 9), queue.lostBefore());
      assertEquals(List.of(2L, 3L, 4L), Queues.sequences(drain(queue)));
      queue.undelivered(4, new Lost(0, 0, 1, 5));
    }
    try (DiskQueue queue = queues.open()) {
      assertEquals(new Lost(7, 40, 3, 14), queue.lostBefore());
    }
  }

  @Test
  void aTornSlotOfVersion2LeavesTheOther() throws IOException {
    layDown();
    byte[] slots = golden("v2", "cursor");
    for (int at = 0; at < 84; at++) {
      ByteBuffer cursor = ByteBuffer.allocate(4096 + 84);
      cursor.put(0, slots, 0, 84).put(4096, slots, 84, 84);
      cursor.put(at, (byte) ~cursor.get(at));
      Files.write(dir.resolve("cursor"), cursor.array());
      try (Cursor read = Cursor.openToRead(new OsDisk(), dir)) {
        assertEquals(
            new Cursor.Position(0, 0, 0, 0, new Lost(6, 30, 0, 0)), read.position(), "byte " + at);
      }
    }
  }

  @Test
  void whatIsWrittenNowIsVersion1() throws IOException {
    try (DiskQueue queue = queues.open()) {
      queue.append(3, SCHEMA, body("one"));
      queues.timeline.advanceNs(SECOND_NS);
      queue.append(0, Bytes.EMPTY, Bytes.EMPTY);
      queues.timeline.advanceNs(SECOND_NS);
      queue.append(12, SCHEMA, body("a body of 24 bytes, even"));
    }
    byte[] wanted = golden(FIRST);
    byte[] written = Files.readAllBytes(dir.resolve(FIRST));
    assertEquals(16 << 10, written.length, "filled before it is needed");
    assertArrayEquals(wanted, Arrays.copyOf(written, wanted.length));
    for (int i = wanted.length; i < written.length; i++) {
      assertEquals(0, written[i]);
    }
  }

  @Test
  void anUnknownVersionIsRefusedAndSaysSo() throws IOException {
    layDown();
    Path segment = dir.resolve(SECOND);
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer header = ByteBuffer.wrap(bytes);
    header.putShort(4, (short) 2);
    header.putInt(44, RecordFormat.crc(header, 0, 44));
    Files.write(segment, bytes);
    IOException refused = assertThrows(IOException.class, queues::open);
    assertTrue(refused.toString().contains("version=2; want 1"), refused.toString());
    assertTrue(refused.toString().contains(SECOND), refused.toString());
    assertArrayEquals(bytes, Files.readAllBytes(segment), "and left as it is");
  }

  @Test
  void anUnknownVersionOfTheCursorIsRefused() throws IOException {
    layDown();
    byte[] bytes = Files.readAllBytes(dir.resolve("cursor"));
    ByteBuffer slot = ByteBuffer.wrap(bytes);
    slot.putShort(4, (short) 9);
    slot.putInt(44, RecordFormat.crc(slot, 0, 44));
    Files.write(dir.resolve("cursor"), bytes);
    IOException refused = assertThrows(IOException.class, queues::open);
    assertTrue(refused.toString().contains("version=9; want 2"), refused.toString());
  }
}
