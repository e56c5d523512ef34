package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an audit makes of messages of JSON, which were written by hand as config/README.md shows them. */
class JsonMessagesTest {
  private static final String DATA = "caravan/v1/demo/car-1/data/cloud";
  private static final String EVENT = "caravan/v1/demo/car-1/event";
  private static final String STREAM = "\"stream\":\"00112233445566aa\",";

  private final List<String> said = new ArrayList<>();
  private final AuditBooks books = new AuditBooks(Room.of(1 << 20), said::add);
  private final Receiver receiver = new Receiver(books, Room.of(1 << 20));

  private void arrives(String topic, String json) {
    receiver.arrived(topic, Bytes.owning(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String group(int seq, String more, String... values) {
    StringBuilder groups =
        new StringBuilder("[{" + STREAM + "\"seq\":" + seq + ",\"boot\":1," + more);
    for (int i = 0; i < values.length; i++) {
      groups
          .append(i == 0 ? "" : ",{")
          .append("\"time\":" + (1000 + i) + ",\"group\":\"a\",\"values\":{" + values[i] + "}}");
    }
    return groups + "]";
  }

  private static String ledger(long decoded, long sent, long evicted) {
    return "\"ledger\":{\"samples_decoded\":" + decoded
        + ",\"samples_withheld\":0,\"samples_sent\":"
        + sent + ",\"samples_evicted\":0,\"batches_evicted\":" + evicted
        + ",\"samples_rejected\":0,\"batches_rejected\":0},";
  }

  private String report() {
    receiver.end();
    StringWriter out = new StringWriter();
    boolean isProved = books.report(receiver.counts(), new PrintWriter(out));
    return (isProved ? "yes " : "no ") + out.toString().strip();
  }

  @Test
  void whatIsAllThereIsCompleteAndItsSamplesAreThoseOfTheLedger() {
    arrives(DATA, group(1, ledger(3, 3, 0), "\"a.seq\":1,\"stream\":\"x\"", "\"b\":[1,2]"));
    arrives(DATA, group(2, "", "\"a\":\"}\\\"{\""));
    arrives(DATA, group(3, ledger(5, 5, 0), "\"a\":null"));
    assertEquals(
        "yes demo/car-1/cloud: sequence 1..3, batches 3, missing 0 (named 0), again 0,"
            + " two contents 0, samples 5, missing 0: complete",
        report());
    assertEquals(
        List.of(
            "demo/car-1/cloud: messages of format json, of which the sequence alone is read here;"
                + " jq and others print them, see proto/README.md"),
        said);
    assertEquals(3, receiver.counts().json());
    assertEquals(0, receiver.counts().unreadable());
  }

  @Test
  void aHoleThatNobodyNamesIsADisagreement() {
    arrives(DATA, group(1, "", "\"a\":1"));
    arrives(DATA, group(3, "", "\"a\":1"));
    assertTrue(report().startsWith("no "), report());
    assertTrue(report().contains("batches missing 1, first 2, named as lost 0"), report());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"lost\":1,", "LEDGER"})
  void aHoleThatIsNamedIsNone(String more) {
    String named = more.equals("LEDGER") ? ledger(3, 3, 1) : more;
    arrives(DATA, group(1, more.equals("LEDGER") ? ledger(1, 1, 0) : "", "\"a\":1"));
    arrives(DATA, group(3, named, "\"a\":1"));
    assertTrue(report().startsWith("yes "), report());
    assertTrue(report().contains("missing 1 (named 1)"), report());
  }

  @Test
  void aSampleThatTheLedgerDoesNotKnowIsADisagreement() {
    arrives(DATA, group(1, ledger(1, 1, 0), "\"a\":1"));
    arrives(DATA, group(2, ledger(2, 2, 0), "\"a\":1,\"b\":2"));
    assertTrue(report().startsWith("no "), report());
  }

  @Test
  void theSameAgainIsNoConflictHoweverItIsDivided() {
    String rest = "\"a\":1";
    arrives(DATA, group(4, "", rest, "\"a\":2", "\"a\":3"));
    arrives(DATA, group(4, "\"late\":true,", rest, "\"a\":2", "\"a\":3"));
    arrives(
        DATA, group(4, "\"late\":true,\"part\":2,\"parts\":2,", "\"a\":3").replace("1000", "1002"));
    arrives(DATA, group(4, "\"late\":true,\"part\":1,\"parts\":2,", rest, "\"a\":2"));
    assertTrue(report().startsWith("yes "), report());
    assertTrue(report().contains("again 2, two contents 0, samples 3"), report());
    arrives(DATA, group(4, "", rest, "\"a\":2", "\"a\":4"));
    assertTrue(report().contains("sequence 4 came with two contents"), report());
  }

  @Test
  void aPartThatIsMissingIsAHole() {
    arrives(DATA, group(1, "", "\"a\":1"));
    arrives(DATA, group(2, "\"part\":1,\"parts\":2,", "\"a\":1"));
    arrives(DATA, group(3, "", "\"a\":1"));
    assertTrue(report().contains("batches missing 1, first 2"), report());
  }

  @Test
  void signalsOfABatchAreItsParts() {
    for (int seq = 1; seq <= 2; seq++) {
      for (int part = 3; part >= 1; part--) {
        arrives(
            DATA + "/a.b" + part,
            "{" + STREAM + "\"seq\":" + seq + ",\"part\":" + part
                + ",\"parts\":3,\"lost\":0,\"time\":1,\"signal\":\"a.b" + part + "\",\"value\":7}");
      }
    }
    assertEquals(
        "yes demo/car-1/cloud: sequence 1..2, batches 2, missing 0 (named 0), again 0,"
            + " two contents 0, samples 6, missing 0: complete",
        report());
  }

  @Test
  void linesAndNestedNamesAreFoundToo() {
    arrives(
        DATA,
        "{\"v\":{\"x\":1},\"who\":{" + STREAM + "\"seq\":1}}\n{\"v\":{},\"who\":{" + STREAM
            + "\"seq\":1}}\n");
    arrives(DATA, "{\"v\":{\"x\":1},\"who\":{\"seq\":2," + STREAM + "\"part\":1,\"parts\":1}}\r\n");
    assertTrue(report().startsWith("yes demo/car-1/cloud: sequence 1..2, batches 2"), report());
  }

  @Test
  void gzipIsUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(group(1, "", "\"a\":1").getBytes(StandardCharsets.UTF_8));
    }
    receiver.arrived(DATA, packed.toByteArray());
    assertTrue(report().startsWith("yes demo/car-1/cloud: sequence 1..1"), report());
  }

  @Test
  void eventsAreAuditedByTheRouteThatTheyName() {
    for (int seq : new int[] {1, 2, 4}) {
      arrives(
          EVENT,
          "{" + STREAM + "\"seq\":" + seq + ",\"boot\":1,\"events_evicted\":" + (seq / 4)
              + ",\"events_rejected\":0,\"clock\":{\"time\":1},\"route\":\"cl\\\"oud\",\"samples\":[]}");
    }
    assertEquals(
        "yes demo/car-1/cl\"oud events: sequence 1..4, events 3, missing 1 (named 1), again 0,"
            + " two contents 0: complete but for named losses",
        report());
  }

  @Test
  void whatDoesNotSayItsNumberProvesNothingAndIsNoLoss() {
    arrives(DATA, "[{\"ts\":1764000000123,\"values\":{\"Vehicle.Speed\":62.4,\"seq\":1}}]");
    arrives(DATA, "{\"stream\":\"no\",\"seq\":4}");
    arrives(DATA, "{\"stream\":\"00112233445566aa\",\"seq\":-4}");
    assertEquals("no nothing arrived", report());
    assertTrue(said.get(1).contains("JSON without stream and seq"), said.toString());
    assertEquals(0, receiver.counts().unreadable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1]",
        "[1,]",
        "{a:1}",
        "[\"",
        "[\"\\",
        "[nul]",
        "[1e]",
        "[{\"\\u12\":1}]",
        "{\"stream\":\"00112233445566aa\",\"seq\":1,\"part\":3,\"parts\":2}",
        "{\"stream\":\"00112233445566aa\",\"seq\":1,\"part\":0,\"parts\":2}",
        "[\u001f]",
        "[]]"
      })
  void whatIsNoJsonIsUnreadable(String text) {
    arrives(DATA, text);
    assertEquals(1, receiver.counts().unreadable(), text);
  }

  @Test
  void whatIsNestedTooDeepOrUnpacksTooFarIsUnreadable() throws IOException {
    arrives(DATA, "[".repeat(100_000));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      byte[] blanks = new byte[1 << 20];
      for (int i = 0; i < 80; i++) {
        out.write(blanks);
      }
    }
    receiver.arrived(DATA, packed.toByteArray());
    receiver.arrived(DATA, new byte[] {0x1F, (byte) 0x8B, 8});
    assertEquals(3, receiver.counts().unreadable());
  }

  @Test
  void noTextMakesItFail() {
    Random random = new Random(4711);
    String good = group(1, ledger(1, 1, 0), "\"a\":1", "\"b\":\"\\u0041\"");
    for (int i = 0; i < 20_000; i++) {
      byte[] text = good.getBytes(StandardCharsets.UTF_8);
      for (int j = random.nextInt(4); j >= 0; j--) {
        text[random.nextInt(text.length)] =
            (byte) "{}[]\",:\\u0a \u0000".charAt(random.nextInt(13));
      }
      text[0] = '[';
      receiver.arrived(DATA, text);
    }
    assertFalse(report().isEmpty());
  }
}
