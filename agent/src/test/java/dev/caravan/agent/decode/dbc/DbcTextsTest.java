package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.caravan.agent.config.Faults;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in quotes stays text, whatever it looks like; and a text that was never closed loses only itself. */
class DbcTextsTest {
  private static final String MESSAGES = """
      VERSION ""
      BU_: A
      BO_ 256 M: 8 A
       SG_ L : 0|8@1+ (1,0) [0|0] "" A
       SG_ K : 8|8@1+ (1,0) [0|0] "km" A
      """;
  private static final String REST = """
      BO_ 512 N: 8 A
       SG_ Z : 0|8@1+ (2,1) [0|0] "Z" A
      BA_DEF_ BO_ "GenMsgCycleTime" INT 0 1000;
      BA_ "GenMsgCycleTime" BO_ 512 20;
      VAL_ 512 Z 0 "off" 1 "on" ;
      """;

  /** Texts as they stand in a file, each good DBC: quotes inside have a backslash. */
  static final List<String> TEXTS = List.of(
      "was:\nBO_ 300 Fake: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] \\\"x\\\" A\nend",
      "BO_ 300 Fake: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] \\\"x\\\" A",
      "\nBO_ 300 Fake: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] \\\"\\\" A\n",
      "\r\nBO_ 300 Fake: 8 A\r\n SG_ X : 0|8@1+ (1,0) [0|0] \\\"\\\" A\r\nend",
      "5\\\"\nBO_ 300 Fake: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] none A\nend",
      "say \\\"x\\\";\nBO_ 300 Fake: 8 A\nCM_ BO_ 300 \\\"y\\\";\nend",
      "one \\\";\nBO_ 300 Fake: 8 A\n SG_ X : 0|8@1+ (1,0) [0|0] none A",
      "CM_ SG_ 256 L \\\"old\\\";\nVAL_ 256 L 0 \\\"zero\\\" 1 \\\"one\\\" ;\nBA_ \\\"X\\\" 1;",
      "\nVAL_ 256 L 7 \\\"seven\\\" ;\nSG_MUL_VAL_ 256 L K 1-1;\nSIG_VALTYPE_ 256 L : 1;\n",
      "a; b;\n; c // d\n// BO_ 300 Fake: 8 A",
      "C:\\\\dir\\\\",
      "BO_ 300 Fake: 8 A",
      "\nVERSION 2\nNS_ :\nBU_: A\n",
      "");

  private static Map<String, String> read(String text, Faults faults) {
    Map<String, String> all = new TreeMap<>();
    for (DbcMessage message : Dbc.read(text, DbcOptions.STRICT, faults).messages()) {
      all.put(message.name(), message.hexId() + " " + message.cycleTimeMs());
      for (DbcSignal signal : message.signals()) {
        all.put(
            message.name() + "." + signal.name(),
            signal.startBit() + "|" + signal.lengthBits() + signal.kind() + signal.factor()
                + signal.branch()
                + (signal.name().equals("L") ? "" : new TreeMap<>(signal.labels()))
                + (signal.name().equals("K") ? "" : signal.unit()));
      }
    }
    return all;
  }

  private static Map<String, String> expected() {
    return Map.of(
        "M", "100 0",
        "M.K", "8|8UNSIGNED1.0Optional.empty{}",
        "M.L", "0|8UNSIGNED1.0Optional.empty",
        "N", "200 20",
        "N.Z", "0|8UNSIGNED2.0Optional.empty{0=off, 1=on}Z");
  }

  /** Where a text may stand, {@code %s} for it. */
  static final List<String> PLACES = List.of(
      "CM_ \"%s\";\n",
      "CM_ BO_ 256 \"%s\";\n",
      "CM_ SG_ 256 L \"%s\";\n",
      "CM_ BU_ A \"%s\";\n",
      "CM_ EV_ E \"%s\" ;\n",
      "CM_ BO_ 256 \"%s\"\n;\n",
      "CM_ \"a\"; CM_ BO_ 256 \"%s\"; CM_ SG_ 256 L \"b\";\n",
      "BA_ \"Note\" \"%s\";\n",
      "BA_ \"Note\" BO_ 256 \"%s\";\n",
      "BA_ \"Note\" SG_ 256 L \"%s\" ;\n",
      "BA_DEF_DEF_ \"Note\" \"%s\";\n",
      "BA_DEF_ BO_ \"Choice\" ENUM \"%s\",\"other\";\n",
      "BA_DEF_ BO_ \"Choice\" ENUM \"other\", \"%s\" ;\n",
      "BA_DEF_REL_ BU_SG_REL_ \"Choice\" ENUM \"other\",\"%s\";\n",
      "BA_DEF_DEF_REL_ \"Choice\" \"%s\";\n",
      "BA_REL_ \"Note\" BU_SG_REL_ A SG_ 256 L \"%s\";\n",
      "VAL_ 256 L 0 \"%s\" 1 \"one\" ;\n",
      "VAL_ 256 L 1 \"one\" -1 \"%s\";\n",
      "VAL_ 256 L 1 \"one\"\n 0x10 \"%s\"\n 3 \"three\"\n;\n",
      "VAL_TABLE_ T 0 \"%s\" 1 \"one\" ;\n",
      "VAL_ E 0 \"%s\" 1 \"one\" ;\n",
      "EV_ E: 0 [0|1] \"%s\" 0 1 DUMMY_NODE_VECTOR0 A;\n");

  static Stream<Arguments> textsInPlaces() {
    return PLACES.stream().flatMap(place -> TEXTS.stream().map(text -> arguments(place, text)));
  }

  @ParameterizedTest
  @MethodSource("textsInPlaces")
  void whatStandsInQuotesStaysText(String place, String text) {
    for (String end : List.of("\n", "\r\n")) {
      Faults faults = new Faults();
      String file = MESSAGES + place.formatted(text) + REST;
      assertEquals(expected(), read(file.replace("\n", end), faults));
      assertEquals(List.of(), faults.found());
      assertEquals(List.of(), faults.warnings());
      // definitions may stand before the messages, and a text at the end of the file
      assertEquals(expected(), read(place.formatted(text) + MESSAGES + REST, faults));
      assertEquals(expected(), read(MESSAGES + REST + place.formatted(text), faults));
    }
  }

  @ParameterizedTest
  @MethodSource("textsInPlaces")
  void textIsKeptWhole(String place, String text) {
    if (place.startsWith("CM_ SG_")) {
      DbcFile file =
          Dbc.read(MESSAGES + place.formatted(text) + REST, DbcOptions.STRICT, new Faults());
      assertEquals(
          text.replace("\\\"", "\"").replace("\r\n", "\n"),
          Dbc.signal(file, "M", "L").comment());
    } else if (place.startsWith("VAL_ 256 L 0")) {
      DbcFile file =
          Dbc.read(MESSAGES + place.formatted(text) + REST, DbcOptions.STRICT, new Faults());
      assertEquals(
          Map.of(0L, text.replace("\\\"", "\"").replace("\r\n", "\n"), 1L, "one"),
          Dbc.signal(file, "M", "L").labels());
    }
  }

  @Test
  void unitMayHoldQuotesAndLinesThatLookLikeMessages() {
    for (String text : TEXTS) {
      Faults faults = new Faults();
      String file = MESSAGES.replace("\"km\"", "\"" + text + "\"") + REST;
      assertEquals(expected(), read(file, faults), text);
      assertEquals(List.of(), faults.warnings());
      assertEquals(List.of(), faults.found());
    }
  }

  /** Texts that no grammar allows, and what was meant: text in the file, comment of L, labels of L. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "CM_ SG_ 256 L \"C:\\\"; ~ C:\\",
        "CM_ SG_ 256 L \"C:\\\";|CM_ BO_ 256 \"D:\\\"; ~ C:\\",
        "CM_ SG_ 256 L \"an \"inner\" quote; and more.\"; ~ an \"inner\" quote; and more.",
        "CM_ SG_ 256 L \"say \"\"x\"\"\"; ~ say \"\"x\"\"",
        "CM_ SG_ 256 L \"5\" disk\"; ~ 5\" disk",
        "CM_ SG_ 256 L \"was|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"x\" A|end\";"
            + " ~ was|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"x\" A|end",
        "CM_ SG_ 256 L \"was|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"\"x\"\" A|end\";"
            + " ~ was|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"\"x\"\" A|end",
        "CM_ SG_ 256 L \"has \"\"quotes\"\";|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"\"x\"\" A|end\";"
            + " ~ has \"\"quotes\"\";|BO_ 300 Fake: 8 A| SG_ X : 0|8@1+ (1,0) [0|0] \"\"x\"\" A|end",
        "CM_ SG_ 256 L \"a disk of 5\"\"; ~ a disk of 5\"",
        "CM_ SG_ 256 L \"was \"x\"|BO_ 300 Fake: 8 A|end\"; ~ was \"x\"|BO_ 300 Fake: 8 A|end",
        "CM_ SG_ 256 L \"never ends; ~ never ends",
        "CM_ SG_ 256 L \"never ends ~ never ends",
        "CM_ SG_ 256 L \"never|ends;|CM_ SG_ 256 K \"other\"; ~ never|ends",
        "CM_ SG_ 256 L \"never;|CM_ BO_ 256 \"never;|CM_ SG_ 256 K \"other\"; ~ never",
        "CM_ SG_ 256 L \"never \\\"ends\\\";|CM_ SG_ 256 K \"other\"; ~ never \"ends\"",
        "CM_ SG_ 256 L \"no semicolon\" ~ no semicolon",
        "CM_ SG_ 256 L \"remark\"; // and \"more\" ~ remark",
        "CM_ SG_ 256 L \"remark\" ; ; ~ remark",
      })
  void textThatIsNotInOrderIsReadAsItWasMeant(String lines, String comment) {
    Faults faults = new Faults();
    String file = MESSAGES + lines.replaceAll("\\|(?=[A-Zeo ])", "\n") + "\n" + REST;
    DbcFile read = Dbc.read(file, DbcOptions.STRICT, faults);
    assertEquals(expected(), read(file, new Faults()));
    assertEquals(List.of(), faults.found());
    assertEquals(
        comment.replaceAll("\\|(?=[A-Zeo ])", "\n"), Dbc.signal(read, "M", "L").comment());
    int unclosed = lines.split("never", -1).length - 1;
    assertEquals(
        unclosed,
        faults.warnings().stream()
            .filter(one -> one.what().contains("without closing"))
            .count(),
        faults.warnings().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "VAL_ 256 L 0 \"C:\\\" 1 \"D:\\\" ; ~ {0=C:\\, 1=D:\\}",
        "VAL_ 256 L 0 \"say \"x\"\" 1 \"b\" ; ~ {0=say \"x\", 1=b}",
        "VAL_ 256 L 0 \"a\", 1 \"b\" ; ~ {0=a, 1=b}",
        "VAL_ 256 L 0 \"5\\\"\" 1 \"b\" ; ~ {0=5\", 1=b}",
        "VAL_ 256 L 0 \"never 1 \"b\" ; ~ {0=never, 1=b}",
        "VAL_ 256 L 0 \"a\" 1 \"never ; ~ {0=a, 1=never}",
        "VAL_ 256 L 0 \"a\" 1 \"b\" ~ {0=a, 1=b}",
        "VAL_ 256 L 0\"a\"1\"b\"; ~ {0=a, 1=b}",
        "VAL_ 256 L 0 \"\" 1 \"b\"; ~ {0=, 1=b}",
      })
  void labelThatIsNotInOrderLosesOnlyItself(String line, String labels) {
    Faults faults = new Faults();
    String file = MESSAGES + line + "\n" + REST;
    assertEquals(expected(), read(file, faults));
    assertEquals(
        labels,
        new TreeMap<>(
                Dbc.signal(Dbc.read(file, DbcOptions.STRICT, faults), "M", "L").labels())
            .toString());
    assertEquals(List.of(), faults.found());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "\"km/h ~ km/h A",
        "\"\"\" A ~ \"",
        "\"5\" pipe\" A ~ 5\" pipe",
        "\"\\\" A ~ \\",
        "\"%\" A // per \"cent\" ~ %",
        "\"%\"A,B ~ %",
      })
  void unitThatIsNotInOrderLosesOnlyItself(String unit, String wanted) {
    Faults faults = new Faults();
    String written = unit.endsWith("km/h") ? unit + " A" : unit;
    DbcFile file =
        Dbc.read(MESSAGES.replace("\"km\" A", written) + REST, DbcOptions.STRICT, faults);
    assertEquals(wanted, Dbc.signal(file, "M", "K").unit());
    assertEquals(List.of(), faults.found());
    assertEquals("Z", Dbc.signal(file, "N", "Z").unit());
  }

  /** Each unclosed text with the line of its opening quote; messages before and behind it stay. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CM_ \"never ends;",
        "CM_ BO_ 256 \"never",
        "CM_ SG_ 256 L \"never \\\"ends;",
        "BA_ \"Note\" \"never;",
        "BA_ \"Note\" BO_ 256 \"never",
        "BA_ \"Note;",
        "BA_DEF_ BO_ \"C\" ENUM \"a\",\"b;",
        "BA_DEF_DEF_ \"Note\" \"never;",
        "VAL_ 256 L 0 \"never ;",
        "VAL_TABLE_ T 0 \"never",
        "VERSION \"never",
        "EV_ E: 0 [0|1] \"never 0 1 X A;",
        "VENDOR_ \"never;",
        "\"never",
        "CM_ SG_ 256 L \"never;\nVENDOR_ 1 2 3;"
      })
  void textThatWasNeverClosedLosesOnlyItself(String line) {
    for (String end : List.of("\n", "\r\n", "\r")) {
      Faults faults = new Faults();
      assertEquals(expected(), read((MESSAGES + line + "\n" + REST).replace("\n", end), faults));
      assertEquals(List.of(), faults.found());
      String place = "x.dbc:6:"
          + (line.lastIndexOf(
                  '"',
                  line.endsWith("ends;") && line.contains("\\")
                      ? line.indexOf('\\')
                      : line.length())
              + 1);
      assertEquals(
          1,
          faults.warnings().stream()
              .filter(one -> one.toString()
                  .equals(place + ": a text without closing quote: taken as ended here"))
              .count(),
          faults.warnings().toString());
    }
  }

  @Test
  void twoTextsThatWereNeverClosedLoseOnlyThemselves() {
    String file = MESSAGES.replace("\"km\"", "\"km/h") + "CM_ \"last;\n";
    Faults faults = new Faults();
    DbcFile read = Dbc.read(file, DbcOptions.STRICT, faults);
    assertEquals("km/h A", Dbc.signal(read, "M", "K").unit());
    assertEquals("last", read.comment());
    assertEquals(
        "[x.dbc:5:29: a text without closing quote: taken as ended here,"
            + " x.dbc:6:5: a text without closing quote: taken as ended here]",
        faults.warnings().toString());
  }

  @Test
  void randomTextsNeverChangeWhatIsRead() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] pieces = {
      "\n",
      "\r\n",
      "\n\n",
      " ",
      ";",
      "; ",
      ";\n",
      "//",
      "\\\"",
      "\\\"",
      "\\\" ",
      " \\\"x\\\" ",
      "\\\\",
      "\\\";\n",
      "BO_ 300 Fake: 8 A\n",
      "\nBO_ 300 Fake: 8 A",
      " SG_ X : 0|8@1+ (1,0) [0|0] \\\"x\\\" A\n",
      "\n SG_ X m1 : 0|8@1+ (1,0) [0|0] \\\"\\\" A",
      "CM_ ",
      "\nCM_ BO_ 256 \\\"t\\\";",
      "\nVAL_ 256 L 1 \\\"u\\\" ;",
      "BA_ \\\"GenMsgCycleTime\\\" BO_ 512 99;\n",
      "VERSION \\\"\\\"\n",
      "0 ",
      " 1 ",
      "words",
      "end",
      "A,B",
      "1",
      "\nNS_ :\n",
      "\nSG_MUL_VAL_ 256 L K 1-1;\n",
      "\nSIG_VALTYPE_ 256 L : 1;",
      "é",
      "表",
      "|",
      "@",
      "(",
      "]",
      ":",
      "\nEV_ ",
      "%"
    };
    for (int round = 0; round < 5_000; round++) {
      StringBuilder file = new StringBuilder(MESSAGES);
      for (int i = random.nextInt(3); i >= 0; i--) {
        String place = PLACES.get(random.nextInt(PLACES.size()));
        file.append(place.formatted(text(random, pieces)));
      }
      file.append(REST);
      Faults faults = new Faults();
      assertEquals(expected(), read(file.toString(), faults), "seed " + seed + "\n" + file);
    }
  }

  private static String text(Random random, String[] pieces) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }
}
