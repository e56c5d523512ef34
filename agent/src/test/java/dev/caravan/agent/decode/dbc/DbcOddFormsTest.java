package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.caravan.agent.config.Faults;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One odd form at a time: what is made of it, and the one warning that says so. Each file is read as the files of a
 * configuration are, so none of these forms keeps the agent from starting.
 */
class DbcOddFormsTest {
  private static final String MESSAGE = "BO_ 256 M: 8 A\n";
  private static final String PLAIN = " SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n";
  private static final String MUX = " SG_ X M : 0|8@1+ (1,0) [0|0] \"\" A\n";

  /** Text, payload of message 100h, decoded signals without label, warnings without file name. */
  static Stream<Arguments> forms() {
    return Stream.of(
        form(MESSAGE + " SG_ S:0|8@1+(1,0)[0|0]\"\"A\n", "05", "S=5=5.0"),
        form(
            "BO_\t256  M\t:  8 A\n SG_ S : 0 | 8 @ 1 + ( 1 , 0 ) [ 0 | 0 ] \"\" A\n",
            "05",
            "S=5=5.0"),
        form(
            MESSAGE + " SG_ S 0|8@1+ (1,0) [0|0] \"\" A\n",
            "05",
            "S=5=5.0",
            "2:8: no ':' behind the name of signal S: taken as there"),
        form(
            MESSAGE + " SG_ S : 0|8@1+ (2,1 [0|0] \"\" A\n",
            "05",
            "S=5=11.0",
            "2:22: no ')' behind the offset of signal S: taken as there"),
        form(
            MESSAGE + " SG_ S : 0|8@1+ (1,0) [0|0] km/h A\n",
            "05",
            "S=5=5.0",
            "2:29: no quotes: 'km/h' taken as a unit"),
        form("bo_ 256 M: 8 A\n" + PLAIN, "05", "S=5=5.0", "1:1: keyword 'bo_': taken as BO_"),
        form(
            MESSAGE + PLAIN + "BO_REL_ a 1;\n",
            "05",
            "S=5=5.0",
            "3:1: no known statement: 'BO_REL_'; skipped up to the next one"),
        form(
            "BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 A\n SG_ Old : 0|0@1+ (1,0) [0|0] \"\" A\n"
                + " SG_ Gone :\n" + MESSAGE + PLAIN,
            "05",
            "S=5=5.0"),
        form(
            MESSAGE + " SG_ Z : 0|0@1+ (1,0) [0|0] \"\" A\n" + PLAIN,
            "05",
            "S=5=5.0",
            "2:2: signal Z has 0 bits; want 1..64: left out"),
        form(
            MESSAGE
                + " SG_ BO_ : 0|8@1+ (1,0) [0|0] \"\" A\n SG_ SG_ : 8|8@1+ (1,0) [0|0] \"\" A\n",
            "0506",
            "BO_=5=5.0, SG_=6=6.0"),
        form(
            MESSAGE + " SG_ M : 0|8@1+ (1,0) [0|0] \"\" A\n SG_ m0 : 8|8@1+ (1,0) [0|0] \"\" A\n",
            "0506",
            "M=5=5.0, m0=6=6.0"),
        form(
            MESSAGE + MUX + " SG_ Y M : 8|8@1+ (1,0) [0|0] \"\" A\n"
                + " SG_ A m5 : 16|8@1+ (1,0) [0|0] \"\" A\n SG_ B m6 : 16|8@1+ (1,0) [0|0] \"\" A\n",
            "050607",
            "X=5=5.0, Y=6=6.0, A=7=7.0",
            "4:2: message M has 2 multiplexors: those signals of which no SG_MUL_VAL_ speaks, A the"
                + " first, taken as hanging on X"),
        form(
            MESSAGE + MUX + " SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" A\nSG_MUL_VAL_ 256 A X 5;\n",
            "0506",
            "X=5=5.0, A=6=6.0"),
        form(
            MESSAGE + MUX + " SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" A\nSG_MUL_VAL_ 256 A X 9-4;\n",
            "0506",
            "X=5=5.0, A=6=6.0",
            "4:21: range '9-4' runs backwards: taken the other way round"),
        form(
            MESSAGE + MUX + " SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" A\n"
                + "SG_MUL_VAL_ 256 A X 0x1-0x3, 0x5 - 0x5;\n",
            "0506",
            "X=5=5.0, A=6=6.0"),
        form(
            MESSAGE + MUX + " SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" A\nSG_MUL_VAL_ 256 A X 5-5, x;\n",
            "0506",
            "X=5=5.0, A=6=6.0",
            "4:26: 'x' is no range such as 0-3: skipped"),
        form(
            MESSAGE + MUX + " SG_ A m300 : 8|8@1+ (1,0) [0|0] \"\" A\n",
            "0506",
            "X=5=5.0",
            "3:2: signal A is there when X is 300, which its 8 bits cannot be: never decoded"),
        form(
            MESSAGE
                + " SG_ A : 0|8@1+ (.25,-.5) [0|1E-05] \"\" A\n SG_ B : 8|8@1+ (1.e3,+1) [-1e+3|+5.] \"\" A\n",
            "0506",
            "A=5=0.75, B=6=6001.0"),
        form(
            MESSAGE + PLAIN + "SIG_VALTYPE_ 256 S 0\n",
            "05",
            "S=5=5.0",
            "3:20: no ';' behind '0': taken as ended there"),
        form(
            MESSAGE + " SG_ F : 0|32@1- (1,0) [0|0] \"\" A\nSIG_VALTYPE_ 256 F : 2;\n",
            "0000803F",
            "F=1.0=1.0",
            "3:22: signal F is called a double and has 32 bits: taken as the float of 32 bits"),
        // 1.5 is 3FC00000 as a float of IEEE 754, 3FF8000000000000 as a double
        form(MESSAGE + " SG_ F : 7|32@2- (1,0) [0|0] \"\" A\n", "3FC00000", "F=1.5=1.5"),
        form(MESSAGE + " SG_ F : 7|64@3+ (2,1) [0|0] \"\" A\n", "3FF8000000000000", "F=1.5=4.0"),
        form(MESSAGE + " SG_ F : 0|32@5- (1,0) [0|0] \"\" A\n", "0000C03F", "F=1.5=1.5"),
        form(MESSAGE + " SG_ F : 0|64@6- (1,0) [0|0] \"\" A\n", "000000000000F83F", "F=1.5=1.5"),
        form(
            MESSAGE + " SG_ F : 7|16@2- (1,0) [0|0] \"\" A\n",
            "3E00",
            "F=1.5=1.5",
            "2:15: signal F is a float of 32 bits (SavvyCAN's @2) and has 16 bits: taken as the"
                + " float of 16 bits"),
        form(
            MESSAGE + " SG_ F : 7|24@2- (1,0) [0|0] \"\" A\n SG_ S : 24|8@1+ (1,0) [0|0] \"\" A\n"
                + "CM_ SG_ 256 F \"known all the same\";\n",
            "3FC00005",
            "S=5=5.0",
            "2:15: signal F is a float of 32 bits (SavvyCAN's @2) and has 24 bits: left out"),
        form(
            MESSAGE + " SG_ T : 7|32@4- (1,0) [0|0] \"\" A\n SG_ S : 32|8@1+ (1,0) [0|0] \"\" A\n",
            "4142434405",
            "S=5=5.0",
            "2:15: signal T is a text (SavvyCAN's @4), which is not decoded: left out"),
        form(
            MESSAGE + PLAIN + "VAL_ 256 S 0 \"a\", 5 \"b\" ;\n",
            "05",
            "S=5=5.0=b",
            "3:17: a comma between the texts of values: skipped"),
        form(
            MESSAGE + PLAIN + "CM_ SG_ 256 S \"never ends;\nBA_DEF_ BO_ \"X\" INT 0 1;\n",
            "05",
            "S=5=5.0",
            "3:15: a text without closing quote: taken as ended here"),
        form(
            MESSAGE + PLAIN + " SG_ S : 8|8@1+ (1,0) [0|0] \"\" A\nVAL_ 256 S 6 \"six\" ;\n",
            "0606",
            "S=6=6.0=six, S#2=6=6.0=six",
            "3:2: message M has two signals S: this one is called S#2"),
        form(
            MESSAGE
                + " SG_ N : 0|8@1- (1,0) [0|0] \"\" A\nVAL_ 256 N 3 \"c\" -1 \"neg\" 0 \"z\" ;\n",
            "FF",
            "N=-1=-1.0=neg"),
        form(MESSAGE + " SG_ B : 7|64@0- (1,0) [0|0] \"\" A\n", "FFFFFFFFFFFFFFFE", "B=-2=-2.0"));
  }

  private static Arguments form(String text, String payload, String decoded, String... warnings) {
    return arguments(text, payload, decoded, List.of(warnings));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void oddFormIsReadWithOneWarningAtMost(
      String text, String payload, String decoded, List<String> warnings) {
    Faults faults = new Faults();
    DbcPlan plan = DbcPlan.of(List.of(Dbc.read(text, DbcOptions.STRICT, faults)), faults);
    assertEquals(List.of(), faults.found());
    String padded = payload + "00".repeat(8 - payload.length() / 2);
    assertEquals(decoded, String.join(", ", Dbc.decoded(plan, Dbc.frame(0x100, 0, padded))), text);
    assertEquals(
        warnings.stream().map(warning -> "x.dbc:" + warning).toList(),
        faults.warnings().stream().map(Object::toString).toList());
  }

  @Test
  void signalsBehindALostMessageDoNotGoToTheOneBefore() {
    Faults faults = new Faults();
    String text = MESSAGE + PLAIN + "BO 512 N: 8 A\n SG_ T : 8|8@1+ (1,0) [0|0] \"\" A\n";
    DbcFile file = Dbc.read(text, DbcOptions.TOLERANT, faults);
    assertEquals(
        List.of("S"),
        Dbc.message(file, "M").signals().stream().map(DbcSignal::name).toList());
    assertEquals(1, faults.warnings().size(), faults.warnings().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void sixteenBitTextWithoutByteOrderMarkIsRead(String charset) {
    Faults faults = new Faults();
    byte[] content = ("VERSION \"\"\n\n" + MESSAGE + PLAIN).getBytes(Charset.forName(charset));
    DbcFile file = Dbc.read(content, DbcOptions.STRICT, faults);
    assertEquals(1, Dbc.message(file, "M").signals().size());
    assertEquals(
        "[x.dbc: the file is " + charset + ", by its zero bytes: read as such]",
        faults.warnings().toString());
  }

  @Test
  void fileOfFiftyMegabytesIsReadInBoundedTime() {
    String line = "CM_ SG_ 256 S \"" + "x".repeat(4_000) + "\";\n";
    byte[] content = (MESSAGE + PLAIN + line.repeat(12_500)).getBytes(StandardCharsets.UTF_8);
    Faults faults = new Faults();
    DbcFile file = Dbc.read(content, DbcOptions.STRICT, faults);
    assertEquals(4_000, Dbc.signal(file, "M", "S").comment().length());
    assertEquals(List.of(), faults.warnings());
  }
}
