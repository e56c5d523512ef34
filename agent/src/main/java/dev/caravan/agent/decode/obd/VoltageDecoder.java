package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.Telegram;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The battery voltage that a diagnostic adapter measures at its socket, a telegram such as {@code 12.6V}, as the signal
 * {@code {source}.Adapter.BatteryVoltage} in V. One thread.
 */
public final class VoltageDecoder implements Decoder {
  private static final int MOST_BYTES = 6;

  private final Signal signal;
  private final SignalGroup group;
  private final SampleGroup samples = new SampleGroup();

  // of the frame accepted last
  private boolean knewLast;

  /** For the frames of one source. */
  public VoltageDecoder(String source, SignalTable signals) {
    String name = source + ".Adapter";
    // not in tenths: 126 * 0.1 is not the double nearest to 12.6
    SignalSpec spec =
        new SignalSpec(name + ".BatteryVoltage", name, "V", Kind.DOUBLE, 1, 0, 0, 100, Map.of());
    signal = signals.define(spec);
    group = signals.group(signal);
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    int tenths = in instanceof Telegram telegram ? tenths(telegram.content()) : -1;
    knewLast = tenths >= 0;
    if (knewLast) {
      samples.begin(group, in.timeNs()).addFloating(signal, Quality.OK, tenths / 10.0);
      out.accept(samples);
    }
  }

  /** Of {@code 12.6V}; -1 if it is nothing like that. */
  private static int tenths(Bytes text) {
    int end = text.length() - 1;
    if (end < 3 || end >= MOST_BYTES || text.at(end) != 'V' || text.at(end - 2) != '.') {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < end; i++) {
      int digit = text.at(i) - '0';
      if (i != end - 2) {
        if (digit < 0 || digit > 9) {
          return -1;
        }
        value = value * 10 + digit;
      }
    }
    return value;
  }
}
