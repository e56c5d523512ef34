package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.CanFrame;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The signals of one list of trouble codes of one address. One thread.
 *
 * <pre>
 * lamps and flash, one byte each:  7..6 malfunction indicator  5..4 red stop  3..2 amber warning  1..0 protect
 * </pre>
 *
 * @see "SAE J1939-73, 5.7.1"
 */
final class TroubleSignals {
  private static final List<String> LAMPS =
      List.of("MalfunctionIndicatorLamp", "RedStopLamp", "AmberWarningLamp", "ProtectLamp");
  /** How many signals a list has: two of each lamp, the codes, their number. */
  static final int COUNT = 2 * LAMPS.size() + 2;

  private static final Map<Long, String> LAMP =
      Map.of(0L, "Off", 1L, "On", 2L, "Error", 3L, "NotAvailable");
  private static final Map<Long, String> FLASH =
      Map.of(0L, "SlowFlash", 1L, "FastFlash", 2L, "Reserved", 3L, "NoFlash");

  private final Signal[] lamps = new Signal[LAMPS.size()];
  private final Signal[] flashes = new Signal[LAMPS.size()];
  private final Signal codes;
  private final Signal count;
  private final SignalGroup group;
  private final SampleGroup samples = new SampleGroup();

  // of the message before; most are like the one before them
  private Bytes payload = Bytes.EMPTY;
  private String text = "";
  private int codesHeld;

  TroubleSignals(String group, TroubleList list, SignalTable table) {
    for (int i = 0; i < lamps.length; i++) {
      String path = group + "." + LAMPS.get(i);
      lamps[i] = table.define(choice(path, group, LAMP));
      flashes[i] = table.define(choice(path + "Flash", group, FLASH));
    }
    codes = table.define(SignalSpec.of(group + "." + list.word() + "Dtcs", group, "", Kind.TEXT));
    count = table.define(
        SignalSpec.of(group + "." + list.word() + "DtcCount", group, "", Kind.UNSIGNED));
    this.group = table.group(codes);
  }

  private static SignalSpec choice(String path, String group, Map<Long, String> labels) {
    return new SignalSpec(path, group, "", Kind.UNSIGNED, 1, 0, 0, 3, labels);
  }

  /** A message of at least a lamp byte, a flash byte and one code. */
  void accept(CanFrame message, Consumer<? super SampleGroup> out) {
    if (!isAsBefore(message)) {
      payload = message.payload();
      text = TroubleCodes.text(message);
      codesHeld = TroubleCodes.count(message);
    }
    samples.begin(group, message.timeNs());
    for (int i = 0; i < lamps.length; i++) {
      int lamp = message.byteAt(0) >>> (6 - 2 * i) & 3;
      int flash = message.byteAt(1) >>> (6 - 2 * i) & 3;
      samples.addNumber(lamps[i], ofLamp(lamp), lamp);
      Quality ofFlash = flash == 2 ? Quality.OUT_OF_RANGE : Quality.OK;
      samples.addNumber(flashes[i], ofFlash, flash);
    }
    samples.addText(codes, Quality.OK, text);
    samples.addNumber(count, Quality.OK, codesHeld);
    out.accept(samples);
  }

  private boolean isAsBefore(CanFrame message) {
    if (payload.length() != message.length()) {
      return false;
    }
    for (int i = 0; i < message.length(); i++) {
      if (payload.at(i) != message.byteAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static Quality ofLamp(int lamp) {
    return switch (lamp) {
      case 2 -> Quality.ERROR;
      case 3 -> Quality.NOT_AVAILABLE;
      default -> Quality.OK;
    };
  }
}
