package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encodings of DBC files, told and guessed. */
class DbcTextTest {
  private final Faults faults = new Faults();

  private static byte[] file(String comment, String label, String charset) {
    String text = """
        BO_ 7 M: 8 A
         SG_ S : 0|8@1+ (1,0) [0|0] "%s" A
        CM_ SG_ 7 S "%s";
        VAL_ 7 S 0 "%s" 1 "%s" ;
        """;
    return text.formatted(label, comment, label, comment).getBytes(Charset.forName(charset));
  }

  private DbcSignal read(byte[] content, DbcOptions.Encoding encoding) {
    DbcOptions options = new DbcOptions(encoding, true, DbcOptions.J1939.AUTO);
    DbcFile file = Dbc.read(content, options, faults);
    return Dbc.signal(file, "M", "S");
  }

  /** ソ, 表 and 能 end with 5C in Shift-JIS, 功 and 許 in Big5: no backslash before the quote behind them. */
  @ParameterizedTest
  @CsvSource({
    "shift-jis, windows-31j, エンジン回転数を表, ソ",
    "shift-jis, windows-31j, 車速の性能, 能",
    "shift-jis, Shift_JIS, 暴, 貼ー",
    "cp1251, windows-1251, Скорость автомобиля, км/ч",
    "cp1250, windows-1250, Otáčky motoru příliš, žluť",
    "cp1252, windows-1252, Öltemperatur, °C",
    "euc-kr, x-windows-949, 엔진 회전수, 똠",
    "big5, Big5, 引擎成功, 許功",
    "gb18030, GB18030, 发动机转速, 誠",
    "utf-8, UTF-8, 発動機, ソ",
  })
  void toldEncodingIsRead(String word, String charset, String comment, String label) {
    DbcSignal signal =
        read(file(comment, label, charset), DbcOptions.Encoding.of(word).orElseThrow());
    assertEquals(label, signal.unit());
    assertEquals(comment, signal.comment());
    assertEquals(Map.of(0L, label, 1L, comment), signal.labels());
    assertEquals(List.of(), faults.warnings());
  }

  @ParameterizedTest
  @CsvSource({
    "windows-31j, エンジン回転数を表, Japanese",
    "windows-31j, エンジンのスピードソ, Japanese",
    "windows-1251, Скорость автомобиля, Russian",
    "windows-1251, Частота вращения коленчатого вала, Russian",
    "GB18030, 发动机转速信号, Chinese",
  })
  void encodingThatIsCertainIsGuessedWithAWarning(String charset, String comment, String language) {
    DbcSignal signal = read(file(comment, "x", charset), DbcOptions.Encoding.AUTO);
    assertEquals(comment, signal.comment());
    assertEquals(
        "[x.dbc: the text is not UTF-8 and looks " + language + ": read as " + charset + "]",
        faults.warnings().toString());
  }

  /** Which of several it is cannot be told, so that the reader must. */
  @ParameterizedTest
  @CsvSource({
    "windows-31j, 車速信号",
    "windows-1253, Ταχύτητα οχήματος",
    "windows-1255, מהירות הרכב",
  })
  void encodingThatIsNotCertainIsReadAsWesternWithAWarning(String charset, String comment) {
    read(file(comment, "x", charset), DbcOptions.Encoding.AUTO);
    assertEquals(
        "[x.dbc: the text is not UTF-8 and does not look like Windows-1252, which it is read as;"
            + " say its encoding if names or texts look wrong]",
        faults.warnings().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Öl-Temperatur für Größe",
        "Température extérieure “à l’arrêt” – été",
        "ƒA ƒB ‚a",
        "°C ±5 µm",
        "señal nº 5 – año",
        "Größe, Maß, Füße"
      })
  void westernTextIsReadWithoutAWarning(String comment) {
    DbcSignal signal = read(file(comment, "°C", "windows-1252"), DbcOptions.Encoding.AUTO);
    assertEquals(comment, signal.comment());
    assertEquals(List.of(), faults.warnings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "x-UTF-16LE-BOM"})
  void byteOrderMarkOfSixteenBitsGoesBeforeWhatIsTold(String charset) {
    DbcSignal signal = read(file("発動機", "ソ", charset), DbcOptions.Encoding.AUTO);
    assertEquals("発動機", signal.comment());
    assertEquals("ソ", signal.unit());
  }

  @Test
  void smallJavaHasTheNextBestCharacterSetOrNone() {
    assertEquals(
        "Shift_JIS",
        DbcText.charset(List.of("x-nowhere", "Shift_JIS")).orElseThrow().name());
    assertTrue(DbcText.charset(List.of("x-nowhere", "x-neither")).isEmpty());
  }
}
