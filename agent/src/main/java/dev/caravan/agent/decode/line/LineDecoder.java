package dev.caravan.agent.decode.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.Telegram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the telegrams of one source by one table. A field that is empty or holds a text that means so has the quality not
 * available; one that should be there and is not, or cannot be read, is undecodable; a key, JSON path or group that is
 * absent gives no sample.
 */
public final class LineDecoder implements Decoder {
  private final LineTable table;
  private final List<Signal> signals;
  private final Sample sample;
  private boolean knewLast;

  private LineDecoder(LineTable table, List<Signal> signals) {
    this.table = table;
    this.signals = signals;
    this.sample = new Sample(signals.get(0));
  }

  /** Reads a table and defines its signals; what is wrong with it goes to {@code faults}, and then there may be none. */
  public static Optional<LineDecoder> of(
      String source, Path file, SignalTable signals, Faults faults) {
    LineTable table = LineTable.read(file, faults);
    if (table.fields().isEmpty()) {
      return Optional.empty();
    }
    String group = source + "." + table.message();
    return Optional.of(new LineDecoder(
        table,
        table.fields().stream().map(field -> signals.define(field.spec(group))).toList()));
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super Sample> out) {
    knewLast = in instanceof Telegram telegram
        && (table.form() == LineTable.Form.BINARY
            ? readBinary(telegram, out)
            : readText(telegram, out));
  }

  private boolean readText(Telegram telegram, Consumer<? super Sample> out) {
    String message = new String(telegram.content().toArray(), table.encoding());
    Optional<Map<String, String>> found = TextFields.of(table, message);
    for (int i = 0; i < signals.size() && found.isPresent(); i++) {
      Field field = table.fields().get(i);
      String text = found.get().get(field.from());
      if (text != null) {
        out.accept(read(text, field, signals.get(i), telegram.timeNs()));
      } else if (table.form() == LineTable.Form.CSV) {
        out.accept(without(signals.get(i), telegram.timeNs(), Quality.UNDECODABLE));
      }
    }
    return found.isPresent();
  }

  private Sample read(String text, Field field, Signal signal, long timeNs) {
    if (text.isEmpty() || field.notAvailable().contains(text)) {
      return without(signal, timeNs, Quality.NOT_AVAILABLE);
    }
    if (field.error().contains(text)) {
      return without(signal, timeNs, Quality.ERROR);
    }
    try {
      return switch (field.kind()) {
        case TEXT, BYTES -> sample.setText(signal, timeNs, Quality.OK, text);
        case FLOAT, DOUBLE -> floating(field, signal, timeNs, Double.parseDouble(number(text)));
        case SIGNED, UNSIGNED, BOOLEAN ->
          sample.setInteger(
              signal, timeNs, quality(field, (double) Long.parseLong(text)), Long.parseLong(text));
      };
    } catch (NumberFormatException e) {
      return without(signal, timeNs, Quality.UNDECODABLE);
    }
  }

  /** Java would also read {@code 1d}, {@code NaN} and {@code 0x1p3}, which no sensor prints as a number. */
  private static String number(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.+-eE".indexOf(text.charAt(i)) < 0) {
        throw new NumberFormatException();
      }
    }
    return text;
  }

  private Sample floating(Field field, Signal signal, long timeNs, double raw) {
    if (!Double.isFinite(raw)) {
      return without(signal, timeNs, Quality.UNDECODABLE);
    }
    return sample.setFloating(signal, timeNs, quality(field, raw), raw);
  }

  private boolean readBinary(Telegram telegram, Consumer<? super Sample> out) {
    Bytes frame = telegram.content();
    byte[] begins = table.header().toArray();
    if (begins.length > frame.length()
        || !Bytes.of(frame.toArray(), 0, begins.length).equals(table.header())) {
      return false;
    }
    for (int i = 0; i < signals.size(); i++) {
      Field field = table.fields().get(i);
      out.accept(
          read(frame, field, field.place().orElseThrow(), signals.get(i), telegram.timeNs()));
    }
    return true;
  }

  private Sample read(Bytes frame, Field field, Place place, Signal signal, long timeNs) {
    if (!place.isWithin(frame)) {
      return without(signal, timeNs, Quality.UNDECODABLE);
    }
    if (field.kind() == Kind.TEXT) {
      String text = new String(frame.toArray(), place.at(), place.bytes(), table.encoding());
      return sample.setText(signal, timeNs, Quality.OK, text.replace("\0", "").strip());
    }
    if (!field.kind().isInteger()) {
      return floating(field, signal, timeNs, place.floating(frame));
    }
    long raw = place.raw(frame);
    String text = field.kind() == Kind.SIGNED ? Long.toString(raw) : Long.toUnsignedString(raw);
    Quality quality = field.notAvailable().contains(text)
        ? Quality.NOT_AVAILABLE
        : field.error().contains(text) ? Quality.ERROR : quality(field, (double) raw);
    return sample.setInteger(signal, timeNs, quality, raw);
  }

  private static Quality quality(Field field, double raw) {
    double value = raw * field.factor() + field.offset();
    return value < field.min() || value > field.max() ? Quality.OUT_OF_RANGE : Quality.OK;
  }

  private Sample without(Signal signal, long timeNs, Quality quality) {
    return switch (signal.kind()) {
      case TEXT, BYTES -> sample.setText(signal, timeNs, quality, "");
      case FLOAT, DOUBLE -> sample.setFloating(signal, timeNs, quality, 0);
      case SIGNED, UNSIGNED, BOOLEAN -> sample.setInteger(signal, timeNs, quality, 0);
    };
  }
}
