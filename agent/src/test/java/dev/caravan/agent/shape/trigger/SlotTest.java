package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotTest {
  @ParameterizedTest
  @CsvSource({
    "3824, 0.001, A = 3.824",
    "9007199254740993, 1, A = 9007199254740993",
    "3, 1, A = 3 (third)"
  })
  void textOfAnEventHasTheDigitsThatAreMeant(long raw, double factor, String wanted) {
    Signal signal = new SignalTable(Naming.AS_DECODED)
        .define(new SignalSpec(
            "A", "s", "V", Kind.UNSIGNED, factor, 0, Double.NaN, Double.NaN, Map.of(3L, "third")));
    Slot slot = new Slot("A");
    slot.set(new Sample(signal).setInteger(signal, 5, Quality.OK, raw));
    assertEquals(wanted, slot.toString());
  }
}
