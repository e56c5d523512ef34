package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConditionTest {
  private final Condition condition = new Condition();

  @Test
  void eachKindIsNewsOnceUntilItIsOver() {
    assertEquals(0, condition.over());
    assertTrue(condition.isNews("refused"));
    assertFalse(condition.isNews("refused"));
    assertTrue(condition.isNews("no such host"));
    assertFalse(condition.isNews("refused"));
    assertEquals(4, condition.over());
    assertEquals(0, condition.over());
    assertTrue(condition.isNews("refused"));
    assertEquals(1, condition.over());
  }

  @Test
  void kindsAreBounded() {
    int news = 0;
    for (int i = 0; i < 1_000; i++) {
      news += condition.isNews("reason " + i) ? 1 : 0;
    }
    assertEquals(16, news);
    assertEquals(1_000, condition.over());
  }

  @Test
  void whatComesInNumbersIsCountedInNumbers() {
    assertFalse(condition.isThere());
    assertTrue(condition.isNews("full", 64));
    assertTrue(condition.isThere());
    assertFalse(condition.isNews("full", 36));
    assertEquals(100, condition.over());
    assertFalse(condition.isThere());
  }
}
