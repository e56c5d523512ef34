package dev.caravan.agent.decode.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.source.RegisterBlock;
import dev.caravan.agent.source.RegisterBlock.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModbusDecoderTest {
  private final Path folder;

  ModbusDecoderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private RegisterMap map(String text, Faults faults) throws IOException {
    return RegisterMap.read(Files.writeString(folder.resolve("map.yaml"), text), faults);
  }

  private ModbusDecoder decoder(String map) throws IOException {
    Faults faults = new Faults();
    RegisterMap read = map(map, faults);
    assertEquals(List.of(), faults.found());
    return new ModbusDecoder(
        "road", List.of(new ModbusDecoder.Slave("w", 1, read)), new SignalTable(Naming.AS_DECODED));
  }

  private static RegisterBlock block(int function, int address, int count, String hex) {
    return new RegisterBlock(
        5, 1, function, address, count, Outcome.READ, 0, Bytes.ofHex(hex.replace(" ", "")));
  }

  private static List<String> decode(ModbusDecoder decoder, RegisterBlock block) {
    List<String> found = new ArrayList<>();
    decoder.accept(
        block,
        Groups.each(sample -> found.add(sample.signal().path() + "="
            + (sample.signal().kind().isNumber() ? sample.value() : sample.text()) + " "
            + sample.quality())));
    return found;
  }

  private String one(String signal, String hex) throws IOException {
    ModbusDecoder decoder = decoder("signals: [{name: X, address: 10, " + signal + "}]");
    List<String> found = decode(decoder, block(3, 10, hex.replace(" ", "").length() / 4, hex));
    assertEquals(1, found.size());
    return found.get(0).substring("road.w.X=".length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type: u16 | FFFE | 65534.0 OK",
        "type: s16 | FFFE | -2.0 OK",
        "type: s16, factor: 0.1, offset: -40 | 0190 | 0.0 OK",
        "type: u8hi | 12FE | 18.0 OK",
        "type: u8lo | 12FE | 254.0 OK",
        "type: u8hi, order: DCBA | 12FE | 18.0 OK",
        "type: u16, order: BADC | 1234 | 13330.0 OK",
        "type: u32 | 1234 5678 | 3.05419896E8 OK",
        "type: u32 | FFFF FFFF | 4.294967295E9 OK",
        "type: s32 | FFFF FFFF | -1.0 OK",
        "type: u64 | FFFF FFFF FFFF FFFF | 1.8446744073709552E19 OK",
        "type: s64 | FFFF FFFF FFFF FFFE | -2.0 OK",
        "type: u64, order: CDAB | 0004 0003 0002 0001 | 2.8148356684186E14 OK",
        "type: u64, order: DCBA | 0800 0000 0000 0000 | 8.0 OK",
        "type: f32 | 4148 0000 | 12.5 OK",
        "type: f32, order: CDAB | 0000 4148 | 12.5 OK",
        "type: f32, order: BADC | 4841 0000 | 12.5 OK",
        "type: f32, order: DCBA | 0000 4841 | 12.5 OK",
        "type: f64 | 4029 0000 0000 0000 | 12.5 OK",
        "type: f64, order: CDAB | 0000 0000 0000 4029 | 12.5 OK",
        "type: bcd16 | 1234 | 1234.0 OK",
        "type: bcd32 | 0123 4567 | 1234567.0 OK",
        "type: bcd32, order: CDAB | 4567 0123 | 1234567.0 OK",
        "type: bcd16 | 12A4 | 0.0 ERROR",
        "type: bcd16, not_available: [0xFFFF] | FFFF | 65535.0 NOT_AVAILABLE",
        "'type: bits, position: 4, length: 3' | 00D0 | 5.0 OK",
        "type: bits, position: 15 | 8000 | 1.0 OK",
        "type: f32 | 7FC0 0000 | NaN NOT_AVAILABLE",
        "type: f32 | 7F80 0000 | Infinity ERROR",
        "type: f64 | FFF0 0000 0000 0000 | -Infinity ERROR",
        "type: f32, not_available: [-9999.9] | C61C 3F9A | -9999.900390625 NOT_AVAILABLE",
        "type: s16, not_available: [0x7FFF], error: [0x8000] | 7FFF | 32767.0 NOT_AVAILABLE",
        "type: s16, not_available: [0x7FFF], error: [0x8000] | 8000 | -32768.0 ERROR",
        "type: s16, error: [-32768] | 8000 | -32768.0 ERROR",
        "type: s16, min: -50, max: 85, factor: 0.1 | 0352 | 85.0 OK",
        "type: s16, min: -50, max: 85, factor: 0.1 | 0353 | 85.10000000000001 OUT_OF_RANGE",
        "type: string, bytes: 6 | 4142 4344 2000 | ABCD OK",
        "type: string, bytes: 4, order: BADC | 4241 4443 | ABCD OK",
        "type: string, bytes: 3 | 4142 4344 | ABC OK",
        "type: string, bytes: 4, encoding: gb18030 | CEC2 B6C8 | 温度 OK",
        "type: string, bytes: 2 | FF41 | '' UNDECODABLE"
      })
  void valueOfRegisters(String signal, String hex, String expected) throws IOException {
    assertEquals(expected.replace("''", ""), one(signal, hex));
  }

  @Test
  void coilsComeEightAByteFromTheLowestBit() throws IOException {
    ModbusDecoder decoder = decoder(
        "function: 1\nsignals: [{name: A, address: 19}, {name: B, address: 29}, {name: C, address: 37}]");
    // MODBUS Application Protocol V1.1b3, 6.1: coils 20 to 38 are CD 6B 05
    assertEquals(
        List.of("road.w.A=1.0 OK", "road.w.B=0.0 OK", "road.w.C=1.0 OK"),
        decode(decoder, block(1, 19, 19, "CD6B05")));
  }

  @Test
  void everySignalThatLiesInABlockIsDecodedAndNoOther() throws IOException {
    ModbusDecoder decoder = decoder("""
        signals:
          - {name: A, address: 10}
          - {path: Road.Weather.B, address: 11, type: u32}
          - {name: C, address: 13}
          - {name: D, address: 10, function: 4}
        """);
    assertEquals(
        List.of("road.w.A=1.0 OK", "Road.Weather.B=131075.0 OK"),
        decode(decoder, block(3, 10, 3, "0001 0002 0003")));
    assertTrue(decoder.knewLast());
    assertEquals(List.of(), decode(decoder, block(3, 11, 1, "0001")));
    assertFalse(decoder.knewLast());
  }

  @ParameterizedTest
  @CsvSource({
    "SILENCE, 0, STALE",
    "EXCEPTION, 1, ERROR",
    "EXCEPTION, 2, ERROR",
    "EXCEPTION, 4, ERROR",
    "EXCEPTION, 5, NOT_AVAILABLE",
    "EXCEPTION, 6, NOT_AVAILABLE",
    "EXCEPTION, 10, STALE",
    "EXCEPTION, 11, STALE"
  })
  void requestWithoutDataGivesQualitiesAndNoValues(Outcome outcome, int code, String quality)
      throws IOException {
    ModbusDecoder decoder = decoder("""
        signals:
          - {name: A, address: 10, type: f32}
          - {name: B, address: 12, type: string, bytes: 2}
          - {name: C, address: 13}
        """);
    assertEquals(
        List.of("road.w.A=0.0 " + quality, "road.w.B= " + quality, "road.w.C=0.0 " + quality),
        decode(decoder, new RegisterBlock(5, 1, 3, 10, 4, outcome, code, Bytes.EMPTY)));
  }

  @Test
  void wordOrdersAreThoseOfAnIndependentProgram() throws IOException {
    int checked = 0;
    for (String line : Files.readAllLines(ReferenceData.require("modbus/word_order.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(line);
      StringBuilder hex = new StringBuilder();
      for (@Nullable Object register : Json.array(vector.get("registers"))) {
        hex.append(String.format("%04x", ((Number) register).intValue()));
      }
      for (String order : List.of("ABCD", "CDAB", "BADC", "DCBA")) {
        Map<String, @Nullable Object> wanted = Json.object(vector.get(order));
        checkValue("u32", order, hex.toString(), wanted.get("u32"));
        checkValue("s32", order, hex.toString(), wanted.get("i32"));
        checkValue("f32", order, hex.toString(), wanted.get("f32"));
        checked++;
      }
    }
    assertEquals(240, checked);
  }

  private void checkValue(String type, String order, String hex, @Nullable Object wanted)
      throws IOException {
    String found = one("type: " + type + ", order: " + order, hex);
    if (wanted instanceof Number number) {
      assertEquals(number.doubleValue() + " OK", found);
    } else {
      assertTrue(found.endsWith("NOT_AVAILABLE") || found.endsWith("ERROR"), found + wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "signals: [{name: A}]",
        "signals: [{address: 1}]",
        "signals: [{name: A, path: B.C, address: 1}]",
        "signals: [{name: A, address: 65535, type: u32}]",
        "signals: [{name: A, address: 1, type: u24}]",
        "signals: [{name: A, address: 1, type: bit}]",
        "signals: [{name: A, address: 1, function: 2, type: u16}]",
        "signals: [{name: A, address: 1, function: 6}]",
        "signals: [{name: A, address: 1, type: bits, position: 12, length: 5}]",
        "signals: [{name: A, address: 1, length: 3}]",
        "signals: [{name: A, address: 1, type: string}]",
        "signals: [{name: A, address: 1, not_available: [0x1FFFF]}]",
        "signals: [{name: A, address: 1, factor: 0}]",
        "signals: [{name: A, address: 1, min: 5, max: 4}]",
        "signals: [{name: A, address: 1, colour: red}]",
        "signals: [{name: A, address: 1}, {name: A, address: 2}]",
        "order: BDAC\nsignals: [{name: A, address: 1}]",
        "function: 3"
      })
  void mapThatCannotBeMeantIsRefused(String map) throws IOException {
    Faults faults = new Faults();
    map(map, faults);
    assertEquals(1, faults.found().size(), faults.found().toString());
  }
}
