package dev.caravan.agent.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalRoomTest {
  private static boolean all(String path) {
    return true;
  }

  private static List<Signal> signals(SignalSpec... specs) {
    SignalTable table = new SignalTable(Naming.AS_DECODED, 0);
    for (SignalSpec spec : specs) {
      table.define(spec);
    }
    return table.signals();
  }

  private static final SignalSpec SPEED =
      SignalSpec.of("can0.M.Speed", "can0.M", "km/h", Kind.UNSIGNED);

  @Test
  void aSignalTakesItsPlaceItsTextsAndAPlaceInEachRoute() {
    // path 12 and unit 4 characters, group 6
    long own = 1_100 + 2 * 16 + 2_400 + 2 * 6;
    long inARoute = 650 + 6 * 16 + 400 + 6 * 6;
    List<Signal> one = signals(SPEED);
    assertEquals(own, SignalRoom.bytes(one, List.of()));
    assertEquals(
        own + 3 * inARoute,
        SignalRoom.bytes(
            one, List.of(SignalRoomTest::all, SignalRoomTest::all, SignalRoomTest::all)));
    assertEquals(own, SignalRoom.bytes(one, List.of(path -> path.equals("other"))));
  }

  @Test
  void labelsTakeTheirTextsAndAPlaceEach() {
    SignalSpec gear = new SignalSpec(
        "can0.M.Speed", "can0.M", "km/h", Kind.UNSIGNED, 1, 0, 0, 0, Map.of(0L, "no", 1L, "yes"));
    long more = SignalRoom.bytes(signals(gear), List.of(SignalRoomTest::all))
        - SignalRoom.bytes(signals(SPEED), List.of(SignalRoomTest::all));
    // two labels of five characters, held and in one route
    assertEquals(2 * (160 + 48) + 5 * (2 + 6), more);
  }

  @Test
  void signalsOfOneMessageTakeItsPlaceOnce() {
    SignalSpec other = SignalSpec.of("can0.M.Power", "can0.M", "km/h", Kind.UNSIGNED);
    long one = SignalRoom.bytes(signals(SPEED), List.of());
    assertEquals(1_100 + 2 * 16, SignalRoom.bytes(signals(SPEED, other), List.of()) - one);
  }
}
