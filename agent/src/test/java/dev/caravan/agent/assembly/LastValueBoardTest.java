package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalSpec;
import dev.caravan.agent.decode.SignalTable;
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

  private String shown(Sample sample) {
    board.accept(sample);
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
    board.accept(new Sample(labelled).setInteger(labelled, 5, Quality.OK, 3));
    board.tick(4_000_000_000L);
    assertEquals("3 third", board.all().get(1).value());
  }
}
