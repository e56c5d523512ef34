package dev.caravan.v1;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The generated classes alone read the golden bytes, and write them again to the byte. */
class GoldenMessagesTest {
  private static ByteString golden(String name) throws IOException {
    try (InputStream in =
        GoldenMessagesTest.class.getResourceAsStream("/golden/v1/" + name + ".hex")) {
      assertNotNull(in, name);
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return ByteString.fromHex(hex.replaceAll("\\s", ""));
    }
  }

  @Test
  void exampleBatchHoldsWhatTheReadmeSays() throws IOException {
    Batch batch = Batch.parseFrom(golden("batch-example"));
    assertEquals(12, batch.getSequence());
    assertEquals(Encoding.ENCODING_UNSPECIFIED, batch.getEncoding());
    assertEquals(ByteString.fromHex("7d547333f942e4af"), batch.getSchemaId());
    BatchContent content = BatchContent.parseFrom(batch.getContent());
    assertEquals(ByteString.fromHex("0102030405060708"), content.getBootId());
    assertEquals(1, content.getBootCount());
    assertEquals(4, content.getLedger().getFramesReceived());
    assertEquals(12, content.getLedger().getSamplesSent());
    assertEquals(176_400_000_000L, content.getBaseTime());
    assertEquals(4, content.getTimeExponent());
    assertEquals(1_764_000_000_000_000L, content.getMonotonic());
    assertEquals(TimeOrigin.TIME_ORIGIN_NTP, content.getTimeOrigin());
    assertEquals(List.of(3L), content.getColumnHeadsList());
    assertEquals(List.of(4L), content.getColumnSizesList());
    assertEquals(List.of(0L), content.getColumnFirstsList());
    assertEquals(List.of(1L), content.getColumnPeriodsList());
    assertEquals(List.of(1L, 0L, 3L), content.getLayoutsList());
    assertEquals(List.of(6240L, -4L, 3L), content.getFirstValuesList());
    assertEquals(List.of(3L, -1L, 0L, 12L), content.getStepsList());
    assertEquals(List.of(2L), content.getGapsList());
    assertEquals(List.of(11L), content.getQualitySkipsList());
    assertEquals(List.of(1L), content.getQualityLengthsList());
    assertEquals(List.of(Quality.QUALITY_NOT_AVAILABLE), content.getQualitiesList());
  }

  @Test
  void eventHoldsWhatWasPutIntoIt() throws IOException {
    Event event = Event.parseFrom(golden("event"));
    assertEquals(ByteString.fromHex("000102030405060708090a0b0c0d0e0f"), event.getId());
    assertEquals("trigger", event.getKind());
    assertEquals("hard braking", event.getTrigger());
    assertEquals(1_764_000_000_123_456L, event.getTimeUs());
    assertEquals(98_765_432_100L, event.getMonotonicUs());
    assertEquals(TimeOrigin.TIME_ORIGIN_GNSS, event.getTimeOrigin());
    assertEquals(1, event.getTimeErrorUs());
    assertEquals(ByteString.fromHex("0102030405060708"), event.getBootId());
    assertEquals("Vehicle.Speed fell by 9.1 m/s in 1 s", event.getText());
    assertEquals(List.of("Vehicle.Speed"), List.copyOf(event.getPathsList()));
    assertEquals(List.of(golden("batch-example")), event.getSnapshotsList());
  }

  @Test
  void sentEventHasItsPlaceAndItsLedger() throws IOException {
    Event event = Event.parseFrom(golden("event-sent"));
    assertEquals("cloud", event.getRoute());
    assertEquals(12, event.getSequence());
    assertEquals(2, event.getEventsEvicted());
    assertEquals(1, event.getEventsRejected());
    assertEquals(0, event.getParts());
    Event part = Event.parseFrom(golden("event-part"));
    assertEquals(event.getId(), part.getId());
    assertEquals(12, part.getSequence());
    assertEquals(2, part.getPart());
    assertEquals(2, part.getParts());
  }

  @Test
  void messagesAreWrittenAgainToTheByte() throws IOException {
    assertEquals(golden("schema"), Schema.parseFrom(golden("schema")).toByteString());
    assertEquals(golden("status"), Status.parseFrom(golden("status")).toByteString());
    assertEquals(golden("event"), Event.parseFrom(golden("event")).toByteString());
    ByteString content = Batch.parseFrom(golden("batch-kinds")).getContent();
    assertEquals(content, BatchContent.parseFrom(content).toByteString());
    ByteString compact = Batch.parseFrom(golden("compact-kinds")).getCompact();
    assertEquals(compact, BatchContent.parseFrom(compact).toByteString());
    assertEquals(
        golden("schema-shared"), Schema.parseFrom(golden("schema-shared")).toByteString());
    assertEquals(
        golden("status-streams"), Status.parseFrom(golden("status-streams")).toByteString());
    assertEquals(golden("receipt"), SignedReceipt.parseFrom(golden("receipt")).toByteString());
    assertEquals(golden("request"), Request.parseFrom(golden("request")).toByteString());
  }

  @Test
  void compactExampleHoldsWhatTheReadmeSays() throws IOException {
    Batch batch = Batch.parseFrom(golden("compact-example"));
    assertEquals(ByteString.fromHex("a0a1a2a3a4a5a6a7"), batch.getStream());
    assertEquals(Encoding.ENCODING_COMPACT, batch.getEncoding());
    assertEquals(ByteString.EMPTY, batch.getContent());
    BatchContent content = BatchContent.parseFrom(batch.getCompact());
    assertEquals(ByteString.EMPTY, content.getBootId());
    assertEquals(1, content.getBootCount());
    assertEquals(12, content.getLedger().getSamplesSent());
    assertEquals(1_764_000_000_000L, content.getMonotonic());
    assertEquals(2, content.getTimeError());
    assertEquals(List.of(4L), content.getColumnSizesList());
    assertEquals(List.of(), content.getColumnFirstsList());
  }

  @Test
  void statusNamesTheStreamsThatAreWritten() throws IOException {
    Status status = Status.parseFrom(golden("status-streams"));
    assertEquals(2, status.getStreamsCount());
    StreamStatus data = status.getStreams(0);
    assertEquals("cloud", data.getRoute());
    assertEquals(StreamKind.STREAM_KIND_DATA, data.getKind());
    assertEquals(ByteString.fromHex("a0a1a2a3a4a5a6a7"), data.getStream());
    StreamStatus events = status.getStreams(1);
    assertEquals(StreamKind.STREAM_KIND_EVENT, events.getKind());
    assertEquals(Event.parseFrom(golden("event-stream")).getStream(), events.getStream());
    assertEquals(golden("status"), status.toBuilder().clearStreams().build().toByteString());
  }

  @Test
  void receiptIsSignedOverItsBytes() throws IOException, GeneralSecurityException {
    SignedReceipt signed = SignedReceipt.parseFrom(golden("receipt"));
    Receipt receipt = Receipt.parseFrom(signed.getReceipt());
    assertEquals("demo/xa-1", receipt.getDevice());
    assertEquals(ByteString.fromHex("a0a1a2a3a4a5a6a7"), receipt.getStream());
    assertEquals(1, receipt.getRanges(0).getFrom());
    assertEquals(12, receipt.getRanges(0).getTo());
    assertEquals(
        "9223372036854775813", Long.toUnsignedString(receipt.getRanges(1).getTo()));
    assertEquals(
        PartNumber.newBuilder().setSequence(13).setParts(3).setPart(3).build(),
        receipt.getParts(1));
    // the public key of RFC 8032, 7.1, test 1: x is even
    byte[] littleEndian = ByteString.fromHex(
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        .toByteArray();
    ByteBuffer y = ByteBuffer.allocate(littleEndian.length);
    for (int i = littleEndian.length - 1; i >= 0; i--) {
      y.put(littleEndian[i]);
    }
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(
            NamedParameterSpec.ED25519, new EdECPoint(false, new BigInteger(1, y.array())))));
    signature.update(signed.getReceipt().toByteArray());
    assertTrue(signature.verify(signed.getSignature().toByteArray()));
  }

  @Test
  void requestNamesSchemas() throws IOException {
    assertEquals(
        List.of(ByteString.fromHex("1e886a79b40018b1"), ByteString.fromHex("7d547333f942e4af")),
        Request.parseFrom(golden("request")).getSchemasList());
  }

  @Test
  void schemaGroupsSignals() throws IOException {
    Schema schema = Schema.parseFrom(golden("schema"));
    assertEquals("xa-1", schema.getDevice());
    assertEquals("can0.Motion", schema.getGroups(0).getName());
    Signal speed = schema.getGroups(0).getSignals(0);
    assertEquals("Vehicle.Speed", speed.getPath());
    assertEquals(0.01, speed.getFactor());
    assertEquals(655.35, speed.getMax());
    Signal gear = schema.getGroups(0).getSignals(2);
    assertTrue(!gear.hasFactor() && !gear.hasMin());
    assertEquals(15, gear.getLabels(4).getValue());
    assertEquals("not available", gear.getLabels(4).getText());
  }

  @Test
  void recordsSayEverythingThemselves() throws IOException {
    ByteString golden = golden("records");
    Records records = Records.parseFrom(golden);
    assertEquals("xa-1.ä", records.getDevice());
    assertEquals("00112233445566aa", records.getStream());
    assertEquals(12, records.getSequence());
    assertEquals(28, records.getRecordsCount());
    Record first = records.getRecords(0);
    assertEquals("can0.Engine.Speed", first.getPath());
    assertEquals(1_764_000_000_000_002L, first.getTimeUs());
    assertEquals(62.400000000000006, first.getNumber());
    assertEquals("km/h", first.getUnit());
    assertEquals(Record.Quality.QUALITY_OK, first.getQuality());
    assertEquals("18446744073709551615", records.getRecords(7).getLarge());
    assertEquals(28, records.getLedger().getSamplesSent());
    assertEquals(0x22, golden.byteAt(0), "by its first byte a reader tells it from others");
    assertEquals(0x22, records.toByteString().byteAt(0), "written by whomever");
  }

  @Test
  void setOfDescriptorsIsThatOfTheFile() throws IOException {
    Path file = Path.of("records.desc");
    byte[] wanted = DescriptorProtos.FileDescriptorSet.newBuilder()
        .addFile(RecordsOuterClass.getDescriptor().toProto())
        .build()
        .toByteArray();
    if (System.getProperty("write") != null) {
      Files.write(file, wanted);
    }
    assertArrayEquals(wanted, Files.readAllBytes(file), "-Dwrite writes it");
  }
}
