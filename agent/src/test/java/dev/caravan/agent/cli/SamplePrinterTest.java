package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplePrinterTest {
  private static final SignalSpec STATE = new SignalSpec(
      "Road.Surface.State", "surface", "V", Kind.UNSIGNED, 1, 0, 0, 3, Map.of(0L, "DRY"));

  private static StreamKey stream(String fleet) {
    return StreamKey.of(new DeviceName(fleet, "box"), "cloud", StreamKind.DATA, StreamId.NONE, 7);
  }

  private static String printed(SamplePrinter.Format format, Quality quality) {
    return printed(format, new BatchSample(STATE, 1_500_000, quality, 0, "", Bytes.EMPTY));
  }

  private static String printed(SamplePrinter.Format format, BatchSample sample) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LineOutput out = new LineOutput(bytes);
    SamplePrinter printer = new SamplePrinter(format, false, out);
    printer.sample(stream("demo"), 7, sample);
    printer.messageEnds();
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "OK            | 0 V (DRY)",
        "SUBSTITUTED   | 0 V (DRY)  substituted",
        "OUT_OF_RANGE  | 0 V (DRY)  out_of_range",
        "NOT_AVAILABLE | -  not_available",
        "ERROR         | -  error",
        "STALE         | -  stale",
        "UNDECODABLE   | -  undecodable",
      },
      delimiter = '|')
  void textHasNoValueWhereThereIsNone(Quality quality, String wanted) {
    String line = printed(SamplePrinter.Format.TEXT, quality);
    assertEquals(wanted, line.substring(line.indexOf("State") + 5).strip());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "OK    | \"value\":0,\"label\":\"DRY\",\"unit\":\"V\",\"quality\":\"ok\",\"fleet\":\"demo\",\"stream\":\"\"}",
        "STALE | \"value\":null,\"unit\":\"V\",\"quality\":\"stale\",\"fleet\":\"demo\",\"stream\":\"\"}",
      })
  void jsonHasNullWhereThereIsNone(Quality quality, String wanted) {
    String line = printed(SamplePrinter.Format.JSON, quality);
    assertEquals(wanted, line.substring(line.indexOf("\"value\"")));
  }

  @ParameterizedTest
  @CsvSource({
    "UNSIGNED, -1, 1, 0, 18446744073709551615, 18446744073709551615",
    "UNSIGNED, -1, 1, 1, 18446744073709551616, 18446744073709551616",
    "UNSIGNED, 3824, 0.001, 0, 3.8240000000000003, 3.824",
    "UNSIGNED, 2765, 0.01, 0, 27.650000000000002, 27.65",
    "UNSIGNED, 36, 0.2777777777777778, 0, 10, 10"
  })
  void programsGetAllDigitsAndPeopleTheOnesThatAreMeant(
      Kind kind, long raw, double factor, double offset, String exact, String shown) {
    SignalSpec signal = new SignalSpec(
        "Road.State", "g", "V", kind, factor, offset, Double.NaN, Double.NaN, Map.of());
    BatchSample sample = new BatchSample(signal, 1_500_000, Quality.OK, raw, "", Bytes.EMPTY);
    String json = printed(SamplePrinter.Format.JSON, sample);
    assertEquals(
        "\"value\":" + exact + ",",
        json.substring(json.indexOf("\"value\""), json.indexOf("\"unit\"")));
    String csv = printed(SamplePrinter.Format.CSV, sample);
    assertEquals("box,cloud,7,1.500000,Road.State," + exact + ",V,ok,,demo,", csv);
    String text = printed(SamplePrinter.Format.TEXT, sample);
    assertEquals(shown + " V", text.substring(text.indexOf("State") + 5).strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OK    | box,cloud,7,1.500000,Road.Surface.State,0,V,ok,DRY,demo,",
        "ERROR | box,cloud,7,1.500000,Road.Surface.State,,V,error,,demo,",
      })
  void csvHasAnEmptyCellWhereThereIsNone(Quality quality, String wanted) {
    String[] lines = printed(SamplePrinter.Format.CSV, quality).split("\r\n", -1);
    assertEquals(wanted, lines[lines.length - 1]);
  }

  /** 8 bytes of the stream's own, so that a program has all of the key by which messages come once. */
  @Test
  void programsGetTheNameOfTheStream() {
    StreamKey stream = StreamKey.of(
        new DeviceName("demo", "box"),
        "cloud",
        StreamKind.DATA,
        new StreamId(Bytes.of(new byte[] {0x0A, 1, 2, 3, 4, 5, 6, (byte) 0xFF})),
        7);
    BatchSample sample = new BatchSample(STATE, 0, Quality.OK, 1, "", Bytes.EMPTY);
    Map<SamplePrinter.Format, String> ends = Map.of(
        SamplePrinter.Format.JSON, "\"fleet\":\"demo\",\"stream\":\"0a010203040506ff\"}\n",
        SamplePrinter.Format.CSV, "V,ok,,demo,0a010203040506ff\r\n");
    ends.forEach((format, wanted) -> {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      SamplePrinter printer = new SamplePrinter(format, false, new LineOutput(bytes));
      printer.sample(stream, 7, sample);
      printer.gap(stream, 8, 9);
      printer.messageEnds();
      String text = bytes.toString(StandardCharsets.UTF_8);
      assertTrue(text.contains(wanted), text);
      assertTrue(text.endsWith(wanted), text);
    });
  }

  @Test
  void fleetIsShownToPeopleOnceThereAreTwo() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SamplePrinter printer =
        new SamplePrinter(SamplePrinter.Format.TEXT, false, new LineOutput(bytes));
    BatchSample sample = new BatchSample(STATE, 0, Quality.OK, 0, "", Bytes.EMPTY);
    for (String fleet : List.of("east", "east", "west", "east")) {
      printer.sample(stream(fleet), 7, sample);
    }
    printer.messageEnds();
    assertEquals(
        List.of("box/cloud", "box/cloud", "west/box/cloud", "east/box/cloud"),
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.split(" +", -1)[1])
            .toList());
  }
}
