package dev.caravan.agent.source.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check values of the "Catalogue of parametrised CRC algorithms": the checksum of the digits 1 to 9. */
class ChecksumTest {
  private static final byte[] DIGITS = "123456789".getBytes(US_ASCII);
  private final Path folder;
  private final Faults faults = new Faults();

  ChecksumTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Checksum read(String yaml) throws IOException {
    return Checksum.from(
        YamlFile.read(Files.writeString(folder.resolve("a.yaml"), yaml + "\n"), faults));
  }

  @ParameterizedTest
  @CsvSource({
    "sum-8,1,DD",
    "sum-16,2,1DD",
    // 100 - DD, FF - DD, 10000 - 1DD, FFFF - 1DD
    "sum-8/twos,1,23",
    "lrc,1,23",
    "sum-8/ones,1,22",
    "sum-16/twos,2,FE23",
    "sum-16/ones,2,FE22",
    "xor-8,1,31",
    "crc-8/smbus,1,F4",
    "crc-8/maxim-dow,1,A1",
    "crc-8/sae-j1850,1,4B",
    "crc-16/arc,2,BB3D",
    "crc-16/modbus,2,4B37",
    "crc-16/ibm-3740,2,29B1",
    "crc-16/ibm-sdlc,2,906E",
    "crc-16/kermit,2,2189",
    "crc-16/xmodem,2,31C3",
    "crc-16/umts,2,FEE8",
    "crc-32/iso-hdlc,4,CBF43926",
    "crc-32/bzip2,4,FC891918"
  })
  void catalogueGivesItsCheckValues(String kind, int bytes, String check) throws Exception {
    Checksum checksum = read("kind: " + kind);
    faults.throwIfAny();
    assertEquals(bytes, checksum.bytes());
    assertEquals(Long.parseLong(check, 16), checksum.over(DIGITS, 0, DIGITS.length));
  }

  @Test
  void anyOtherCrcIsMadeFromItsParameters() throws IOException, ConfigException {
    // CRC-16/MAXIM-DOW and CRC-8/CDMA2000
    Checksum maxim = read(
        "{kind: crc, width: 16, poly: 0x8005, reflect_in: true, reflect_out: true, xor_out: 0xFFFF}");
    faults.throwIfAny();
    assertEquals(0x44C2, maxim.over(DIGITS, 0, 9));
    assertEquals(0xDA, read("{kind: crc, width: 8, poly: 0x9B, init: 0xFF}").over(DIGITS, 0, 9));
  }

  @Test
  void lrcIsThatOfModbusAscii() throws IOException {
    // MODBUS over Serial Line 1.02, 6.2.1: the two's complement; 02 07 sums up to 09
    assertEquals(0xF7, read("kind: lrc").over(new byte[] {2, 7}, 0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{kind: crc, width: 16}; poly: missing",
        "{kind: crc, width: 24, poly: 1}; width: want 8, 16 or 32, got 24",
        "{kind: md5}; kind: want one of"
      })
  void wrongParametersAreFaults(String yaml, String fault) throws IOException {
    read(yaml);
    assertEquals(true, faults.found().toString().contains(fault), faults.found().toString());
  }
}
