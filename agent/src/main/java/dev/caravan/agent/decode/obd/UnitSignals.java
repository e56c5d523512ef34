package dev.caravan.agent.decode.obd;

import dev.caravan.agent.decode.HeardSignals;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The signals of one control unit, each defined when it is first needed: {@code obd0.7E8.EngineSpeed}. */
final class UnitSignals {
  private static final int SIGNALS_OF_A_TEST = 3;

  private final String prefix;
  private final SignalTable table;
  private final HeardSignals heard;
  // by row, without any until they are defined
  private final Signal[][] current;
  private final Signal[][] frozen;
  private final Map<Integer, Signal[]> tests = new HashMap<>();

  UnitSignals(String source, int ecu, int rows, SignalTable table, HeardSignals heard) {
    this.heard = heard;
    this.prefix = source + "." + ecuName(ecu) + ".";
    this.table = table;
    this.current = new Signal[rows][0];
    this.frozen = new Signal[rows][0];
  }

  static String ecuName(int ecu) {
    String format = ecu < 0x100 ? "%02X" : ecu <= 0x7FF ? "%03X" : "%08X";
    return String.format(Locale.ROOT, format, ecu);
  }

  /** Whether a row's signals are known of this unit. */
  boolean has(Row row, boolean isFrozen) {
    return (isFrozen ? frozen : current)[row.index()].length > 0;
  }

  /** The signals of a row, in its order. */
  Signal[] of(Row row, boolean isFrozen) {
    Signal[][] all = isFrozen ? frozen : current;
    Signal[] known = all[row.index()];
    if (known.length == 0) {
      String before = prefix + (isFrozen ? "FreezeFrame." : "");
      List<SignalSpec> specs = row.signals();
      known = new Signal[specs.size()];
      for (int i = 0; i < known.length; i++) {
        known[i] =
            table.define(specs.get(i).placed(before + specs.get(i).path(), before + row.name()));
      }
      all[row.index()] = known;
    }
    return known;
  }

  /** Value, lowest and highest allowed value of one test of a monitor; null if there is no room for it. */
  Signal @Nullable [] ofTest(int monitor, int test, int scaling, ObdTable.Scaling scale) {
    int key = (monitor << 16) | (test << 8) | scaling;
    Signal[] known = tests.get(key);
    String group = String.format(Locale.ROOT, "%sMonitor.M%02XT%02X", prefix, monitor, test);
    if (known == null && heard.admits(SIGNALS_OF_A_TEST, group)) {
      known = new Signal[] {
        test(group + ".Value", group, scaling, scale),
        test(group + ".Min", group, scaling, scale),
        test(group + ".Max", group, scaling, scale)
      };
      tests.put(key, known);
    }
    return known;
  }

  /** Scalings from 0x80 on are signed. */
  private Signal test(String path, String group, int scaling, ObdTable.Scaling scale) {
    return table.define(new SignalSpec(
        path,
        group,
        scale.unit(),
        scaling >= 0x80 ? Kind.SIGNED : Kind.UNSIGNED,
        scale.factor(),
        scale.offset(),
        Double.NaN,
        Double.NaN,
        Map.of()));
  }

  /** The signals of each test of a monitor that is known so far. */
  void eachOfMonitor(int monitor, Consumer<Signal[]> out) {
    tests.forEach((key, signals) -> {
      if (key >> 16 == monitor) {
        out.accept(signals);
      }
    });
  }
}
