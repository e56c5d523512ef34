package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {
  private static final String LOG = "(1.5) kanäl\uD83D\uDE97 100#01\r\n(2.5) can1 100#02\r\n";
  private static final List<String> FRAMES =
      List.of("1.500000000 kanäl\uD83D\uDE97 100#01", "2.500000000 can1 100#02");

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static String why(byte[] log) {
    return String.valueOf(
        assertThrows(UnreadableLogException.class, () -> ReadLog.bytes(log)).getMessage());
  }

  /** First bytes: file(1)'s magic, the formats' own documents. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
      MDF     4.10    TGT 15.0|mdf2csv
      MDF     4.10    TGT 15.0|python3 -m can.logconvert in.mf4 out.log
      UnFinMF 4.11    |not finalized
      MDF     3.30    |before version 4
      LOGG\\220\\0\\0\\0|python3 -m can.logconvert in.blf out.log
      \\324\\303\\262\\241\\2\\0\\4\\0|a pcap capture
      \\241\\262\\303\\324\\0\\2\\0\\4|a pcap capture
      M<\\262\\241\\2\\0\\4\\0|a pcap capture
      \\n\\r\\r\\n\\034\\0\\0\\0|a pcapng capture
      SQLite format 3\\0|python3 -m can.logconvert in.db out.log
      \\211HDF\\r\\n\\032\\n|an HDF5 file
      MATLAB 5.0 MAT-file|a MATLAB file
      PAR1\\025\\4\\025|a Parquet table
      PK\\3\\4\\024\\0|a ZIP archive or an Excel table
      \\320\\317\\021\\340\\241|an Office file
      \\3757zXZ\\0\\0|xz -d
      (\\265/\\375\\4|zstd -d
      BZh91AY&SY|bzip2 -d
      \\4"M\\030d|lz4 -d
      7z\\274\\257'\\034|7z x
      \\037\\235\\220|uncompress
      \\377\\376\\0\\0(\\0\\0\\0|UTF-32
      \\0\\0\\0\\0\\0|no text: of its first 5 bytes 5 are zero
      KLOG\\1\\0\\0\\0\\2\\0\\0\\0|no text: of its first 12 bytes 6 are zero
      """)
  void otherFileIsRefusedByNameWithItsCure(String begin, String wanted) throws IOException {
    byte[] file = begin.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(why(file).contains(wanted), why(file));
    assertEquals(why(file), why(packed(file)));
  }

  @Test
  void gzipInGzipIsRefused() throws IOException {
    String why = why(packed(packed(LOG.getBytes(StandardCharsets.UTF_8))));
    assertTrue(why.startsWith("packed with gzip twice"), why);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, ''", "UTF-8, \uFEFF", "UTF-16LE, \uFEFF", "UTF-16BE, \uFEFF"})
  void byteOrderMarkTellsTheEncoding(String charset, String mark) throws IOException {
    byte[] log = (mark.translateEscapes() + LOG).getBytes(Charset.forName(charset));
    assertEquals(FRAMES, ReadLog.bytes(log));
    assertEquals(FRAMES, ReadLog.bytes(packed(log)));
  }

  @Test
  void utf16WithoutAMarkIsToldByItsZeros() throws IOException {
    String plain = "(1.000001) can0 100#01\n";
    List<String> wanted = List.of("1.000001000 can0 100#01");
    assertEquals(wanted, ReadLog.bytes(plain.getBytes(StandardCharsets.UTF_16LE)));
    assertEquals(wanted, ReadLog.bytes(plain.getBytes(StandardCharsets.UTF_16BE)));
  }

  @Test
  void longUtf16LogIsReadAtAnyCut() throws IOException {
    byte[] log = ("\uFEFF" + LOG.repeat(3000)).getBytes(StandardCharsets.UTF_16LE);
    assertEquals(6000, ReadLog.bytes(log).size());
    for (int pieces : new int[] {1, 2, 3, 7, 4097}) {
      InputStream slow = new ByteArrayInputStream(log, 0, 4 * LOG.length() + 2) {
        @Override
        public synchronized int read(byte[] target, int from, int length) {
          return super.read(target, from, Math.min(length, pieces));
        }
      };
      try (LogReader reader = LogReader.of(slow)) {
        assertEquals(4, ReadLog.all(reader).stream().filter(FRAMES::contains).count());
      }
    }
    byte[] odd = Arrays.copyOf(log, 2 * LOG.length() + 1);
    assertEquals(FRAMES.get(0), ReadLog.bytes(odd).get(0));
  }

  @Test
  void damagedByteAtTheStartCostsItsLineAlone() throws IOException {
    String log = "(1.5) c\u0000n0 100#01\n(2.5) can1 100#02\n";
    assertEquals(2, ReadLog.text(log).size());
    assertEquals("2.500000000 can1 100#02", ReadLog.text(log).get(1));
  }

  /** A pipe that stays open after its first line: nothing more is waited for. */
  @Test
  void firstLineIsReadBeforeTheSecondIsWritten() throws IOException {
    InputStream pipe = new InputStream() {
      private final InputStream there =
          new ByteArrayInputStream("123#\n".getBytes(StandardCharsets.US_ASCII));

      @Override
      public int available() throws IOException {
        return there.available();
      }

      @Override
      public int read() {
        throw new AssertionError("read byte by byte");
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        int read = there.read(target, from, length);
        if (read < 0) {
          throw new AssertionError("waited for more");
        }
        return read;
      }
    };
    try (LogReader reader = LogReader.of(pipe)) {
      assertEquals(Verdict.FRAME, reader.next(new dev.caravan.agent.source.CanFrame()));
    }
  }
}
