package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
  private static final SignalTable TABLE = new SignalTable(Naming.AS_DECODED);
  private static final Signal SPEED =
      TABLE.define(new SignalSpec("Speed", "g", "km/h", Kind.UNSIGNED, 0.5, 0, 0, 100, Map.of()));
  private static final Signal GEAR = TABLE.define(new SignalSpec(
      "can-0.Gear#2", "g", "", Kind.UNSIGNED, 1, 0, 0, 9, Map.of(0L, "P", 3L, "D", 4L, "D")));
  private static final Signal OPEN = TABLE.define(SignalSpec.of("Open", "g", "", Kind.BOOLEAN));
  private static final Signal NAME = TABLE.define(SignalSpec.of("Name", "g", "", Kind.TEXT));
  private static final Signal HEIGHT = TABLE.define(SignalSpec.of("Height", "g", "", Kind.DOUBLE));

  private final Map<String, Slot> slots = new HashMap<>();

  private Slot slot(String path) {
    return slots.computeIfAbsent(path, Slot::new);
  }

  /** Speed 10, gear 3 (D), open, name it's, height NaN; Other never had a value. */
  private int held(String expression) {
    Condition condition = Expression.read(expression, this::slot).condition();
    slot("Speed").set(new Sample(SPEED).setInteger(SPEED, 0, Quality.OK, 20));
    slot("can-0.Gear#2").set(new Sample(GEAR).setInteger(GEAR, 0, Quality.OK, 3));
    slot("Open").set(new Sample(OPEN).setInteger(OPEN, 0, Quality.OK, 1));
    slot("Name").set(new Sample(NAME).setText(NAME, 0, Quality.OK, "it's"));
    slot("Height").set(new Sample(HEIGHT).setFloating(HEIGHT, 0, Quality.OK, Double.NaN));
    return condition.holds();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "Speed < 10 | NO",
        "Speed <= 10 | YES",
        "Speed > 9.99 | YES",
        "Speed >= 1e1 | YES",
        "Speed == +10. | YES",
        "Speed != 10 | NO",
        "Speed > -6 | YES",
        "5 < Speed | YES",
        "10 >= Speed | YES",
        "5 >= Speed | NO",
        "Speed>9 and(Speed<11) | YES",
        "can-0.Gear#2 == 'D' | YES",
        "'P' == can-0.Gear#2 | NO",
        "can-0.Gear#2 != 'P' | YES",
        "can-0.Gear#2 == 'none' | NO",
        "can-0.Gear#2 == 3 | YES",
        "Name == 'it''s' | YES",
        "Name != '' | YES",
        "Name == 3 | NO",
        "Open | YES",
        "not Open | NO",
        "Open == true | YES",
        "false == Open | NO",
        "Open and true | YES",
        "Speed | YES",
        "Name | NO",
        "Height == Height | NO",
        "Height != 1 | YES",
        "Height < 1 or Height >= 1 | NO",
        "Speed > can-0.Gear#2 | YES",
        "Name == Name | YES",
        "Name != Name | NO",
        "Name < Name | NO",
        "Name == Speed | NO",
        "not Speed == 10 | NO",
        "not not Open | YES",
        "not Open or Open | YES",
        "not (Open or Open) | NO",
        "Open or Open and not Open | YES",
        "(Open or Open) and not Open | NO",
        "not Open and not Open or Open | YES",
        "changed(Speed) | NO",
        "not changed( Speed ) | YES",
        "Other > 1 | UNKNOWN",
        "not Other | UNKNOWN",
        "changed(Other) | UNKNOWN",
        "Other == 'x' | UNKNOWN",
        "Other == Speed | UNKNOWN",
        "Other > 1 or Open | YES",
        "Open or Other > 1 | YES",
        "Other > 1 and not Open | NO",
        "Other > 1 and Open | UNKNOWN",
        "Other > 1 or not Open | UNKNOWN",
      })
  void expressionHolds(String expression, String wanted) {
    int expected = switch (wanted) {
      case "YES" -> Condition.YES;
      case "NO" -> Condition.NO;
      default -> Condition.UNKNOWN;
    };
    assertEquals(expected, held(expression), expression);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "~~ | want a signal, a number, a text, not or (, got the end at character 1",
        "Speed < | want a signal, a number, a text, not or (, got the end at character 8",
        "< 3 | want a signal, a number, a text, not or (, got < at character 1",
        "Speed < -6 Speed | want and, or, or the end, got Speed at character 12",
        "Speed = 3 | want ==, got = at character 7",
        "Speed ! 3 | want != or not, got ! at character 7",
        "Speed =< 3 | want ==, got = at character 7",
        "1 < Speed < 3 | want and, or, or the end, got < at character 11",
        "(Speed < 3 | want and, or, or ), got the end at character 11",
        "Speed < 3) | want and, or, or the end, got ) at character 10",
        "() | want a signal, a number, a text, not or (, got ) at character 2",
        "3 | want a comparison with a signal, got 3 at character 1",
        "not 'x' | want a comparison with a signal, got text 'x' at character 5",
        "Open and 3 | want a comparison with a signal, got 3 at character 10",
        "3 < 4 | want a signal on one side of <, got 4 at character 5",
        "Name < 'x' | want == or != with a text, true or false, got < at character 6",
        "Open >= true | want == or != with a text, true or false, got >= at character 6",
        "Speed == (Open) | want a signal, a number or a text beside ==, got ( at character 10",
        "Name == 'x | want ' behind the text, got the end at character 11; the text begins at character 9",
        "changed Speed | want ( behind changed, got Speed at character 9",
        "changed(3) | want a signal, got 3 at character 9",
        "changed(Speed | want ), got the end at character 14",
        "and Open | want a signal, a number, a text, not or (, got and at character 1",
        "Open or or Open | want a signal, a number, a text, not or (, got or at character 9",
      })
  void faultNamesWhatWasWantedAndWhere(String expression, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Expression.read(expression, this::slot));
    assertEquals(message, e.getMessage());
  }

  @Test
  void depthAndLengthAreBounded() {
    String deep = "(".repeat(70) + "Open" + ")".repeat(70);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Expression.read(deep, this::slot));
    assertTrue(String.valueOf(e.getMessage()).startsWith("want at most 64 levels"), e.getMessage());
    String flat = "Open" + " or Open".repeat(400);
    assertEquals(Condition.YES, held(flat));
    assertThrows(
        IllegalArgumentException.class,
        () -> Expression.read(flat + " or Open".repeat(200), this::slot));
  }

  @Test
  void everyBeginningIsReadOrRefused() {
    String whole = "not (Speed <= -1.5 or can-0.Gear#2 == 'D') and changed(Name) and Open != true";
    for (int length = 0; length <= whole.length(); length++) {
      String cut = whole.substring(0, length);
      try {
        Expression.read(cut, this::slot);
      } catch (IllegalArgumentException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith("want "), cut + ": " + e);
      }
    }
  }

  @Test
  void changeIsOneOfTheNewestValueUntilItIsSettled() {
    Condition changed = Expression.read("changed(Speed)", this::slot).condition();
    Sample sample = new Sample(SPEED);
    slot("Speed").set(sample.setInteger(SPEED, 0, Quality.OK, 1));
    assertEquals(Condition.NO, changed.holds());
    slot("Speed").set(sample.setInteger(SPEED, 0, Quality.OK, 2));
    assertEquals(Condition.YES, changed.holds());
    slot("Speed").settle();
    assertEquals(Condition.NO, changed.holds());
    assertEquals("Speed = 1", slot("Speed").toString());
  }

  @Test
  void slotsTellTheirLabelsAndTexts() {
    held("Open");
    assertEquals("can-0.Gear#2 = 3 (D)", slot("can-0.Gear#2").toString());
    assertEquals("Name = 'it's'", slot("Name").toString());
    assertEquals("Other = no value", slot("Other").toString());
  }
}
