package dev.caravan.agent.shape.trigger;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Whatever an expression is: a condition, or a reason in words. */
class ExpressionFuzzTest {
  @FuzzTest(maxDuration = "3m")
  void anyTextIsAConditionOrToldInWords(byte[] data) {
    try {
      assertNotNull(
          Expression.read(new String(data, StandardCharsets.UTF_8), Slot::new).condition());
    } catch (IllegalArgumentException e) {
      // the one kind that its reader may throw; not one that is more special, from within Java
      assertNotNull(e.getMessage());
      assertFalse(e instanceof NumberFormatException, e::toString);
    }
  }

  @Test
  void thousandsOfSpoiltExpressionsAreRead() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "anyTextIsAConditionOrToldInWords"),
        20_000,
        this::anyTextIsAConditionOrToldInWords);
  }
}
