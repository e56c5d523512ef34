package dev.caravan.agent.decode.vss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearTest {
  // by hand
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      x                    | 1     | 0
      (x*40)-100           | 40    | -100
      -x                   | -1    | 0
      x/4 + 1.5            | 0.25  | 1.5
      2*(x - 3)*5          | 10    | -30
      (x+100)/40           | 0.025 | 2.5
      x*1.8e1 - -2E-1      | 18    | 0.2
      3 - (1 - X)          | 1     | 2
      x + x                | 2     | 0
      ((x))*(2+2)/(8-4)    | 1     | 0
      """)
  void formulaOfFactorAndOffsetIsRead(String formula, double factor, double offset) {
    assertEquals(Optional.of(new Linear(factor, offset, "")), Linear.of(formula));
  }

  @Test
  void roundingOfAllOfItIsToldApart() {
    assertEquals(Optional.of(new Linear(40, -100, "floor")), Linear.of("floor((x*40)-100)"));
    assertEquals(Optional.of(new Linear(1, 0, "round")), Linear.of("floor(x+0.5)"));
    assertEquals(Optional.of(new Linear(2, 1, "round")), Linear.of("floor( x*2 + 1 + .5 )"));
    assertEquals(Optional.of(new Linear(1, 0.25, "ceil")), Linear.of("ceil(x+0.25)"));
    assertEquals(Optional.of(new Linear(1, 0, "round")), Linear.of("round(x)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "x*0",
        "x^2",
        "x*x",
        "1/x",
        "x/0",
        "x/(1-1)",
        "abs(x)",
        "floor(abs(x/5))",
        "floor(x)+1",
        "floor(x)*(x)",
        "floor(x)-ceil(x)",
        "x%2",
        "x==1",
        "y",
        "x y",
        "2x",
        "(x",
        "x)",
        "x+",
        "*x",
        "1e400*x",
        "x*PI",
        "floor(x",
        "1..2*x",
        "x > 2 and x < 3",
        "NaN*x",
        "0x10*x",
        "1d*x"
      })
  void everythingElseIsNone(String formula) {
    assertEquals(Optional.empty(), Linear.of(formula));
  }

  @Test
  void longFormulaIsNone() {
    assertEquals(Optional.empty(), Linear.of("(".repeat(100_000) + "x" + ")".repeat(100_000)));
    assertEquals(
        Optional.of(new Linear(1, 0, "")), Linear.of("(".repeat(400) + "x" + ")".repeat(400)));
  }
}
