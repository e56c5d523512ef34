package dev.caravan.agent.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
  @Test
  void equalByContentAndPrintedAsHex() {
    Bytes bytes = Bytes.of(new byte[] {0, 0x7F, (byte) 0x80, (byte) 0xFF});
    assertEquals("007f80ff", bytes.toString());
    assertEquals(Bytes.ofHex("007F80fF"), bytes);
    assertEquals(Bytes.ofHex("007f80ff").hashCode(), bytes.hashCode());
    assertNotEquals(Bytes.ofHex("007f80"), bytes);
    assertNotEquals(Bytes.ofHex("007f80fe"), bytes);
    assertNotEquals(new Object(), bytes);
  }

  @Test
  void laterChangeOfTheSourceOrOfACopyDoesNotShow() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.of(source);
    source[0] = 9;
    bytes.toArray()[1] = 9;
    assertEquals("010203", bytes.toString());
    assertThrows(ReadOnlyBufferException.class, () -> bytes.buffer().put((byte) 1));
  }

  @Test
  void bytesReadAsNumbersWithoutASign() {
    Bytes bytes = Bytes.ofHex("00ff");
    assertEquals(0, bytes.at(0));
    assertEquals(255, bytes.at(1));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.at(2));
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 01020304", "1, 2, 0203", "4, 0, ''", "0, 0, ''"})
  void partIsCopied(int from, int length, String wanted) {
    assertEquals(wanted, Bytes.of(new byte[] {1, 2, 3, 4}, from, length).toString());
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, 5", "5, 0", "4, 1", "0, -1", "2, 2147483647"})
  void partOutsideOfTheArrayIsRefused(int from, int length) {
    assertThrows(
        IndexOutOfBoundsException.class, () -> Bytes.of(new byte[] {1, 2, 3, 4}, from, length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0g", " 00", "0x00", "00 00"})
  void anythingButPairsOfHexDigitsIsRefused(String hex) {
    assertThrows(IllegalArgumentException.class, () -> Bytes.ofHex(hex));
  }

  @Test
  void emptyIsEqualHoweverItIsMade() {
    assertEquals(Bytes.EMPTY, Bytes.ofHex(""));
    assertEquals(Bytes.EMPTY, Bytes.of(new byte[0]));
    assertEquals(Bytes.EMPTY, Bytes.EMPTY.then(Bytes.EMPTY));
    assertEquals(0, Bytes.EMPTY.length());
  }

  @Test
  void allWaysOutGiveTheSameBytes() throws IOException {
    Bytes bytes = Bytes.ofHex("0102").then(Bytes.ofHex("03"));
    assertEquals("010203", bytes.toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes.writeTo(out);
    assertArrayEquals(new byte[] {1, 2, 3}, out.toByteArray());
    assertArrayEquals(new byte[] {1, 2, 3}, bytes.stream().readAllBytes());
    byte[] target = new byte[5];
    bytes.copyTo(target, 1);
    assertArrayEquals(new byte[] {0, 1, 2, 3, 0}, target);
    assertEquals(3, bytes.buffer().remaining());
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.copyTo(target, 3));
  }
}
