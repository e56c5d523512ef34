package dev.caravan.agent.source.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests and answers that an independent program has made: rtu_vectors.jsonl of the reference data. */
class ModbusVectorsTest {
  private record Vector(ReadRequest request, Bytes sent, Bytes answer, int exception, Bytes data) {}

  private static List<Vector> vectors() throws IOException {
    List<Vector> all = new ArrayList<>();
    for (String line : Files.readAllLines(ReferenceData.require("modbus/rtu_vectors.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(line);
      ReadRequest request = new ReadRequest(
          number(vector, "unit"),
          number(vector, "fc"),
          number(vector, "address"),
          number(vector, "quantity"));
      Bytes answer = Bytes.ofHex(String.valueOf(vector.get("response")));
      int exception = answer.at(1) >= 0x80 ? answer.at(2) : 0;
      Bytes data =
          exception != 0 ? Bytes.EMPTY : Bytes.of(answer.toArray(), 3, answer.length() - 5);
      all.add(new Vector(
          request, Bytes.ofHex(String.valueOf(vector.get("request"))), answer, exception, data));
    }
    assertEquals(200, all.size());
    assertTrue(all.stream().anyMatch(vector -> vector.exception != 0));
    return all;
  }

  private static int number(Map<String, @Nullable Object> vector, String key) {
    return vector.get(key) instanceof Number number ? number.intValue() : -1;
  }

  private static AnswerScan scan(Vector vector) {
    AnswerScan scan = new AnswerScan(AnswerScanTest.awaiting(() -> vector.request));
    scan.expect(vector.request, vector.request.encoded(), true);
    return scan;
  }

  private static void assertFound(Vector vector, AnswerScan scan) {
    assertTrue(scan.next(), vector.toString());
    scan.explain();
    assertEquals(new Answer(vector.exception, vector.data), scan.answer());
    assertEquals(vector.request.unit(), scan.unit());
    assertEquals(vector.request.function(), scan.function());
    assertEquals(0, scan.strayBytes());
  }

  @Test
  void requestsAreTheSameByteForByte() throws IOException {
    for (Vector vector : vectors()) {
      assertEquals(vector.sent, Bytes.of(vector.request.encoded()));
    }
  }

  @Test
  void everySplitOfAnAnswerGivesTheSameData() throws IOException {
    for (Vector vector : vectors()) {
      byte[] answer = vector.answer.toArray();
      for (int cut = 0; cut <= answer.length; cut++) {
        AnswerScan scan = scan(vector);
        scan.accept(answer, cut);
        assertTrue(cut == answer.length || !scan.next());
        byte[] rest = Arrays.copyOfRange(answer, cut, answer.length);
        scan.accept(rest, rest.length);
        assertFound(vector, scan);
      }
    }
  }

  @Test
  void anEchoBeforeTheAnswerIsDropped() throws IOException {
    for (Vector vector : vectors()) {
      AnswerScan scan = scan(vector);
      for (byte next : vector.sent.then(vector.answer).toArray()) {
        scan.accept(new byte[] {next}, 1);
      }
      assertFound(vector, scan);
      assertTrue(scan.sawEcho());
    }
  }

  @Test
  void noSingleWrongByteIsEverTakenForData() throws IOException {
    for (Vector vector : vectors()) {
      for (int at = 0; at < vector.answer.length(); at++) {
        byte[] answer = vector.answer.toArray();
        answer[at] ^= 0x21;
        AnswerScan scan = scan(vector);
        scan.accept(answer, answer.length);
        do {
          assertFalse(scan.next(), vector::toString);
        } while (scan.skipBegun());
      }
    }
  }
}
