package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.web.LastValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastValueBoardTest {
  private final LastValueBoard board = new LastValueBoard(true);
  private final SignalTable signals = new SignalTable(Naming.AS_DECODED);

  private Signal signal(Kind kind, double factor, double offset, Map<Long, String> labels) {
    return signals.define(
        new SignalSpec("s.A", "s", "V", kind, factor, offset, Double.NaN, Double.NaN, labels));
  }

  private void accept(Sample sample) {
    board.accept(Groups.of(signals, sample));
  }

  private String shown(Sample sample) {
    accept(sample);
    board.tick(2_000_000_000L);
    return board.all().get(0).value();
  }

  @ParameterizedTest
  @CsvSource({
    "UNSIGNED, 3824, 0.001, 0, 3.824",
    "UNSIGNED, 2765, 0.01, 0, 27.65",
    "UNSIGNED, -1, 1, 0, 18446744073709551615",
    "SIGNED, 9007199254740993, 1, 0, 9007199254740993",
    "SIGNED, 10, 0.1, -40, -39"
  })
  void pageShowsWhatIsMeant(Kind kind, long raw, double factor, double offset, String wanted) {
    Signal signal = signal(kind, factor, offset, Map.of());
    assertEquals(wanted, shown(new Sample(signal).setInteger(signal, 5, Quality.OK, raw)));
  }

  @Test
  void pageShowsFloatsWithTheirOwnDigitsAndLabelsBesideTheNumber() {
    Signal signal = signal(Kind.FLOAT, 1, 0, Map.of());
    assertEquals("0.1", shown(new Sample(signal).setFloating(signal, 5, Quality.OK, 0.1f)));
    Signal labelled = signal(Kind.UNSIGNED, 1, 0, Map.of(3L, "third"));
    accept(new Sample(labelled).setInteger(labelled, 5, Quality.OK, 3));
    board.tick(4_000_000_000L);
    assertEquals("3 third", board.all().get(1).value());
  }

  private void number(Signal signal, long timeNs, long raw) {
    accept(new Sample(signal).setInteger(signal, timeNs, Quality.OK, raw));
  }

  @Test
  void pageIsRenewedOnceASecondAlsoWhenTheTimeIsSetBack() {
    Signal signal = signal(Kind.UNSIGNED, 1, 0, Map.of());
    board.tick(10_000_000_000L);
    number(signal, 5, 1);
    board.tick(10_999_999_999L);
    assertEquals(List.of(), board.all());
    board.tick(11_000_000_000L);
    assertEquals("1", board.all().get(0).value());
    number(signal, 6, 2);
    board.tick(4_000_000_000L);
    assertEquals("2", board.all().get(0).value());
  }

  @Test
  void whatIsPublishedDoesNotChangeUnderItsReader() {
    Signal signal = signal(Kind.UNSIGNED, 1, 0, Map.of());
    number(signal, 5, 1);
    board.tick(2_000_000_000L);
    List<LastValues.Value> before = board.all();
    number(signal, 6, 2);
    board.tick(4_000_000_000L);
    assertEquals("1", before.get(0).value());
    assertEquals("2", board.all().get(0).value());
  }

  @Test
  void signalsAreSortedByTheirPathsAndThoseThatNeverCameAreNotThere() {
    Signal later = signals.define(SignalSpec.of("s.B", "s", "V", Kind.UNSIGNED));
    signals.define(SignalSpec.of("s.Never", "s", "V", Kind.UNSIGNED));
    Signal earlier = signals.define(SignalSpec.of("s.A", "s", "V", Kind.UNSIGNED));
    number(earlier, 5, 1);
    number(later, 5, 1);
    board.tick(2_000_000_000L);
    assertEquals(
        List.of("s.A", "s.B"), board.all().stream().map(LastValues.Value::path).toList());
  }

  @Test
  void whatHasNoValueShowsNoneAndWhy() {
    Signal signal = signal(Kind.UNSIGNED, 1, 0, Map.of());
    number(signal, 5, 7);
    accept(new Sample(signal).setInteger(signal, 6, Quality.NOT_AVAILABLE, 7));
    board.tick(2_000_000_000L);
    assertEquals(List.of(new LastValues.Value("s.A", "", "V", 6, "not_available")), board.all());
  }

  @Test
  void textAndBytesAreShownAsTheyAre() {
    Signal text = signals.define(SignalSpec.of("s.T", "s", "", Kind.TEXT));
    Signal bytes = signals.define(SignalSpec.of("s.Z", "s", "", Kind.BYTES));
    accept(new Sample(text).setText(text, 5, Quality.OK, "P0301"));
    accept(new Sample(bytes).setBytes(bytes, 5, Quality.OK, Bytes.ofHex("0aff")));
    board.tick(2_000_000_000L);
    assertEquals(
        List.of("P0301", "0aff"),
        board.all().stream().map(LastValues.Value::value).toList());
  }

  @Test
  void nothingIsKeptWhereNoPageIsWanted() {
    LastValueBoard unwanted = new LastValueBoard(false);
    Signal signal = signal(Kind.UNSIGNED, 1, 0, Map.of());
    unwanted.accept(Groups.of(signals, new Sample(signal).setInteger(signal, 5, Quality.OK, 1)));
    unwanted.tick(2_000_000_000L);
    assertEquals(List.of(), unwanted.all());
  }
}
