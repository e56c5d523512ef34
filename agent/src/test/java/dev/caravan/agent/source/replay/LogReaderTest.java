package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
  private static final String LOG = """
      (1.000001) can0 166#D0320009
      (1.000002) can1 18FEF100#0102030405060708
      nonsense
      (1.000003) can0 123##1AABB
      """;
  private static final List<String> FRAMES = List.of(
      "1.000001000 can0 166#d0320009",
      "1.000002000 can1 18FEF100#0102030405060708",
      "UNKNOWN_FORM",
      "1.000003000 can0 123#aabb FB");

  /** Gives at most so many bytes at a time. */
  private static InputStream inPieces(byte[] content, int mostBytes) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] target, int from, int length) {
        return super.read(target, from, Math.min(length, mostBytes));
      }
    };
  }

  private static byte[] packed(String log) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(log.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static List<String> read(InputStream in) throws IOException {
    try (LogReader reader = LogReader.of(in)) {
      return ReadLog.all(reader);
    }
  }

  @Test
  void everySplitGivesTheSameFrames() throws IOException {
    for (int size = 1; size < LOG.length(); size++) {
      assertEquals(FRAMES, read(inPieces(LOG.getBytes(StandardCharsets.UTF_8), size)));
    }
  }

  @Test
  void lineEndsOfAllSystemsAndTheirAbsenceAtTheEndAreFine() throws IOException {
    assertEquals(FRAMES, ReadLog.text(LOG.replace("\n", "\r\n")));
    assertEquals(FRAMES, ReadLog.text(LOG.stripTrailing()));
    assertEquals(FRAMES, ReadLog.text("\uFEFF" + LOG));
  }

  @Test
  void gzipIsRecognisedByItsBytes() throws IOException {
    assertEquals(FRAMES, ReadLog.bytes(packed(LOG)));
  }

  @Test
  void joinedGzipFilesAreOneLog(@TempDir Path folder) throws IOException {
    byte[] one = packed("(1.0) can0 100#01\n");
    byte[] two = packed("(2.0) can0 100#02\n");
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    Path file = Files.write(folder.resolve("drive.log.gz"), both);
    assertEquals(List.of("1.000000000 can0 100#01", "2.000000000 can0 100#02"), ReadLog.file(file));
  }

  @Test
  void cutGzipGivesWhatCameBeforeAndIsCountedOnce() throws IOException {
    byte[] whole = packed(LOG.repeat(2000));
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    try (LogReader reader = LogReader.of(new ByteArrayInputStream(cut))) {
      List<String> lines = ReadLog.all(reader);
      assertEquals("CUT_OFF", lines.get(lines.size() - 1));
      assertEquals(FRAMES, lines.subList(0, 4));
      assertEquals(1, reader.count(Verdict.CUT_OFF));
      assertEquals(Verdict.END, reader.next(new CanFrame()));
    }
  }

  @Test
  void lineWithControlCharactersIsNoHeadOfATable() throws IOException {
    assertEquals(List.of("UNKNOWN_FORM"), ReadLog.text("Tab\u001b[31m,le\n"));
  }

  @Test
  void gzipCutInItsHeadIsCounted() throws IOException {
    byte[] whole = packed(LOG);
    for (int length = 2; length < 10; length++) {
      assertEquals(List.of("CUT_OFF"), ReadLog.bytes(Arrays.copyOf(whole, length)));
    }
  }

  @Test
  void damagedGzipIsCountedNotThrown() throws IOException {
    byte[] content = packed(LOG.repeat(200));
    for (int at = 10; at < content.length; at++) {
      byte[] damaged = content.clone();
      damaged[at] ^= 0x55;
      List<String> lines = read(new ByteArrayInputStream(damaged));
      assertNotEquals(0, lines.size());
    }
  }

  @Test
  void emptyLogEndsAtOnce() throws IOException {
    assertEquals(List.of(), ReadLog.text(""));
    assertEquals(List.of(), ReadLog.text("\n\n  \n"));
    assertEquals(List.of("UNKNOWN_FORM"), ReadLog.bytes(new byte[] {0x1F}));
  }

  @Test
  void lineOver4096BytesIsCountedAndDropped() throws IOException {
    String longest = "(1.0) can0 100#01" + " ".repeat(4096 - 17);
    for (int length : new int[] {4097, 8192, 65_535, 65_536, 65_537, 200_000}) {
      String log = longest + "\n" + "x".repeat(length) + "\n(2.0) can0 100#02\n";
      assertEquals(
          List.of("1.000000000 can0 100#01", "TOO_LONG", "2.000000000 can0 100#02"),
          ReadLog.text(log));
    }
    assertEquals(List.of("TOO_LONG"), ReadLog.text("x".repeat(70_000)));
  }

  @Test
  void linesThatCannotBeReadAreCountedByKindWithTheFirstLine() throws IOException {
    String log = """
        (1.0) can0 100#01
        (x.0) can0 100#01
        (1.0) can0 100#0
        (y.0) can0 100#01
        """;
    try (LogReader reader =
        LogReader.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)))) {
      ReadLog.all(reader);
      assertEquals(2, reader.count(Verdict.BAD_TIME));
      assertEquals(2, reader.firstLine(Verdict.BAD_TIME));
      assertEquals(1, reader.count(Verdict.BAD_PAYLOAD));
      assertEquals(3, reader.firstLine(Verdict.BAD_PAYLOAD));
      assertEquals(0, reader.firstLine(Verdict.BAD_ID));
      assertEquals(1, reader.count(Verdict.FRAME));
      assertEquals(3, reader.malformed());
      assertEquals(4, reader.lineNumber());
    }
  }

  @Test
  void frameIsLeftAloneByALineThatIsNone() throws IOException {
    byte[] log = "(1.0) can0 100#0102\n(2.0) can0 100#010\n".getBytes(StandardCharsets.UTF_8);
    try (LogReader reader = LogReader.of(new ByteArrayInputStream(log))) {
      CanFrame frame = new CanFrame();
      reader.next(frame);
      assertEquals(Verdict.BAD_PAYLOAD, reader.next(frame));
      assertEquals("1.000000000 can0 100#0102", ReadLog.shown(frame));
    }
  }

  @Test
  void lineInAnotherFormIsNotReadUnlessTheNextIsLikeIt() throws IOException {
    String stamped = "(5.5) can0 100#01\n";
    for (String other : List.of(
        "  can1  200   [1]  02\n",
        "300#03\n",
        "0.5 1 64 Rx d 1 01\n",
        "1) 1841 0001 1 00\n",
        "1 1059.900 DT 0300 Rx 1 00\n",
        "166.064000 R11 0000021A FE\n",
        "22:20:14:992 Rx 2 0000021A s 1 FE\n",
        "166064;RX;0x0000021A;1;0xFE;\n",
        "166064000,0000021A,false,0,1,FE,\n")) {
      List<String> one = ReadLog.text(stamped + other + stamped);
      assertEquals(
          List.of("5.500000000 can0 100#01", "OTHER_FORM", "5.500000000 can0 100#01"), one, other);
      List<String> joined = ReadLog.text(stamped + other.repeat(3));
      assertEquals(4, joined.size());
      assertEquals("OTHER_FORM", joined.get(1));
      assertEquals(ReadLog.text(other).get(0).split(" ", 2)[1], joined.get(3).split(" ", 2)[1]);
      List<String> back = ReadLog.text(other + stamped + stamped);
      assertEquals(1, back.stream().filter("OTHER_FORM"::equals).count(), other);
      assertEquals("5.500000000 can0 100#01", back.get(2), other);
    }
  }

  @Test
  void headBeginsAnotherForm() throws IOException {
    assertEquals(
        List.of("5.500000000 can0 100#01", "0.500000000 1 064#01", "166.064000000 0 21A#fe"),
        ReadLog.text("""
            (5.5) can0 100#01
            base hex  timestamps absolute
            0.5 1 64 Rx d 1 01
            Time Stamp,ID,Extended,Dir,Bus,LEN,D1
            166064000,0000021A,false,Rx,0,1,FE,
            """));
  }

  @Test
  void lineWithoutATimeHasThatOfTheFrameBefore() throws IOException {
    assertEquals(
        List.of("5.500000000 can0 100#01", "OTHER_FORM", "5.500000000  300#04"),
        ReadLog.text("(5.5) can0 100#01\n300#03\n300#04\n"));
  }

  /** Cut anywhere, {@code (1.5) can0 18FEF100#01} may leave {@code 100#01}, which would be another frame. */
  @Test
  void restOfAStampedLineAtTheStartIsNoFrame() throws IOException {
    String line = "(1.000001) can0 18FEF100#0102\n";
    for (int from = 1; from < line.length() - 1; from++) {
      List<String> lines = ReadLog.text(line.substring(from) + line);
      int last = lines.size() - 1;
      assertEquals("1.000001000 can0 18FEF100#0102", lines.get(last));
      assertTrue(last == 0 || lines.get(0).matches("[A-Z_]+"), lines::toString);
    }
    String screen = " (1.000001)  can0  166   [1]  D0\n";
    assertEquals(
        List.of("OTHER_FORM", "1.000001000 can0 166#d0"),
        ReadLog.text(screen.substring(13) + screen));
  }

  @Test
  void textOfAnotherKindIsRefusedByName() {
    for (var text : java.util.Map.of(
            "{\"t\":1.5,\"id\":358}\n{\"t\":1.6,\"id\":358}\n", "JSON",
            "[\n {\"t\":1.5}\n]\n", "JSON",
            "$GPRMC,123519,A*6A\n\n$GPGGA,123519*47\n", "a log of NMEA 0183 sentences",
            "!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\n", "a log of NMEA 0183 sentences",
            "VERSION \"\"\n\nNS_ :\n\tNS_DESC_\n", "a DBC file",
            "BO_ 358 EngineData: 8 Engine\n", "a DBC file",
            "<?xml version=\"1.0\"?>\n<log>\n", "XML or HTML")
        .entrySet()) {
      String why = String.valueOf(
          assertThrows(UnreadableLogException.class, () -> ReadLog.text(text.getKey()))
              .getMessage());
      assertEquals(text.getValue() + "; want a log of CAN frames", why);
    }
  }

  @Test
  void foreignLinesAmongFramesAreCounted() throws IOException {
    assertEquals(
        List.of("UNKNOWN_FORM", "1.000000000 can0 100#01", "UNKNOWN_FORM", "UNKNOWN_FORM"),
        ReadLog.text(
            "$GPRMC,123519,A*6A\n(1.0) can0 100#01\n$GPRMC,123519,A*6A\n$GPRMC,123519,A*6A\n"));
  }

  @Test
  void bracketsAroundTimesAreNoJson() throws IOException {
    assertEquals(
        List.of("UNKNOWN_FORM", "UNKNOWN_FORM"),
        ReadLog.text("[1.5] can0 067#0102\n[1.6] can0 067#0102\n"));
  }

  private static List<String> remarks(String log) throws IOException {
    try (LogReader reader =
        LogReader.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)))) {
      ReadLog.all(reader);
      return reader.remarks();
    }
  }

  @Test
  void timeThatRunsBackwardsIsRemarkedOnceWithItsLine() throws IOException {
    List<String> remarks =
        remarks("# drive\n(1.0) can0 100#01\n(0.6) can0 100#02\n(0.5) can0 100#03\n");
    assertEquals(1, remarks.size());
    assertTrue(
        remarks.get(0).startsWith("line 3: time runs backwards, by 0.400000 s,"), remarks.get(0));
    assertTrue(remarks.get(0).contains("candump -td"), remarks.get(0));
    assertEquals(List.of(), remarks("(-0.5) can0 100#01\n(0.5) can0 100#02\n"));
  }

  @Test
  void differencesThatAreAddedUpAreRemarkedOnce() throws IOException {
    List<String> remarks = remarks("""
         (000.000000)  can0  100   [1]  01
         (000.500000)  can0  100   [1]  02
         (000.100000)  can0  100   [1]  03
         (000.400000)  can0  100   [1]  04
         (000.100000)  can0  100   [1]  05
        """);
    assertEquals(1, remarks.size());
    assertTrue(
        remarks.get(0).startsWith("line 1: the stamps are taken for differences (candump -td)"),
        remarks.get(0));
  }

  @Test
  void folderAndMissingFileAreRefused(@TempDir Path folder) {
    IOException isFolder = assertThrows(IOException.class, () -> LogReader.open(folder));
    assertTrue(
        String.valueOf(isFolder.getMessage()).endsWith(": a folder; want a file"),
        isFolder.getMessage());
    assertThrows(IOException.class, () -> LogReader.open(folder.resolve("none.log")));
  }

  @Test
  void failureOfTheStreamIsThrown() throws IOException {
    InputStream broken = new InputStream() {
      @Override
      public int read() {
        return '#';
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        throw new IOException("disk gone");
      }
    };
    assertThrows(IOException.class, () -> LogReader.of(broken));
  }

  @Test
  void manyChannelNamesKeepTheirOwnText() throws IOException {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      log.append("(1.0) bus").append(i).append(" 100#\n");
    }
    List<String> lines = ReadLog.text(log.toString().repeat(2));
    for (int i = 0; i < 400; i++) {
      assertEquals("1.000000000 bus" + i % 200 + " 100#", lines.get(i));
    }
  }

  /** Damages good lines of every form, and makes lines of their characters. */
  @Test
  void noiseNeverThrows() throws IOException {
    long seed = 20_261_123L;
    Random random = new Random(seed);
    String alphabet = "0123456789ABCDEFabcdefxRTr#.:;,()[]{}-_ \t\r@*/'dCANFDpm\u00ff\u0000";
    String[] good = {
      "(1398128223.803317) can0 166#D0320009",
      "(1398128223.803317) can0 166##1D0320009",
      "(2014-04-22 00:57:03.803317)  can0  166   [4]  D0 32 00 09",
      "date Wed Nov 23 06:37:07.250 pm 2016",
      "base dec  timestamps relative",
      "Begin Triggerblock Wed Nov 23 18:37:07.250 2016",
      "   0.019968 1  64x   Rx   d 4 64 00 0A ff",
      "  30.005021 CANFD   1 Rx  300 name  1 0 9 12 1 2 3 4 5 6 7 8 9 a b c 102203 133 303000",
      ";$STARTTIME=42209.4075997106",
      ";   Start time: 11.09.2002 16:00:20.682",
      "     1)      1059.900 2  Rx     0300 -  2    00 01",
      "     1      1059.900 FB 1   0300 Rx -  9    01 02 03 04 05 06 07 08 09 0A 0B 0C",
      "166.064000 1R11 0000021A FE 36 12",
      "166064;RX;0x0000021A;3;0xFE;0x36;0x12;",
      "166064000,0000021A,false,Rx,0,3,FE,36,12,",
      "0000021A,FE 36 12",
      "***START DATE AND TIME 23:9:2015 22:17:28:928***",
      "***RELATIVE MODE***",
      "22:20:14:992 Rx 2 0000021A s 3 FE 36 12",
    };
    for (int round = 0; round < 2000; round++) {
      StringBuilder log = new StringBuilder();
      for (int line = 0; line < 20; line++) {
        StringBuilder text = new StringBuilder(good[random.nextInt(good.length)]);
        for (int change = random.nextInt(4); change > 0; change--) {
          int at = random.nextInt(text.length() + 1);
          String piece = String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
          switch (random.nextInt(4)) {
            case 0 -> text.insert(at, piece);
            case 1 -> text.setLength(at);
            case 2 -> text.replace(at, Math.min(at + 1, text.length()), piece);
            default -> text.insert(at, "9".repeat(random.nextInt(30)));
          }
        }
        log.append(text).append('\n');
      }
      try {
        int lines = ReadLog.text(log.toString()).size();
        assertTrue(lines <= 20, "seed " + seed);
      } catch (UnreadableLogException e) {
        assertTrue(log.length() > 0, "seed " + seed);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round + ": " + log, e);
      }
    }
  }
}
