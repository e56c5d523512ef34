package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever units are said to have answered, the decoder goes on, and what is no answer gives no value. */
class ObdFuzzTest {
  private static final int[] SERVICES = {1, 1, 1, 2, 3, 6, 7, 9, 0x0A, 0x19, 0x22, 0x55};
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final int[] UNITS = {-1, 0, 0x10, 0x7E8, 0x7E9, 0x18DAF110, Integer.MAX_VALUE};

  private static Bytes random(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most + 1)];
    random.nextBytes(bytes);
    return Bytes.owning(bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyReplyIsTakenOrLeft(long seed) {
    Random random = new Random(seed);
    Obd obd = Obd.shipped();
    for (int i = 0; i < 50_000; i++) {
      int service = SERVICES[random.nextInt(SERVICES.length)];
      Bytes request = random.nextInt(8) == 0
          ? random(random, 7)
          : Bytes.of(new byte[] {(byte) service}).then(random(random, 3));
      Bytes payload = random.nextInt(4) == 0
          ? random(random, 40)
          : Bytes.of(new byte[] {(byte) (service | 0x40)})
              .then(
                  request.length() < 2
                      ? Bytes.EMPTY
                      : Bytes.of(request.toArray(), 1, request.length() - 1))
              .then(random(random, 12));
      Outcome outcome = OUTCOMES.get(random.nextInt(4));
      DiagnosticReply reply =
          new DiagnosticReply(i, UNITS[random.nextInt(UNITS.length)], request, outcome, payload);
      obd.decode(reply).forEach((path, value) -> {
        boolean isValue = value.quality() == Quality.OK;
        assertTrue(!isValue || outcome == Outcome.POSITIVE, () -> "seed=" + seed + " " + reply);
      });
    }
    assertTrue(obd.signals.signals().size() < 20_000);
  }
}
