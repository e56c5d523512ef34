package dev.caravan.agent.decode.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.DecoderPlan;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.Telegram;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the telegrams of one source by its tables. A field that is empty or holds a text that means so has the quality
 * not available; one that should be there and is not, or cannot be read, is undecodable; a key, JSON path or group that
 * is absent gives no sample. The first telegram that fits no table is shown in the log.
 */
public final class LineDecoder implements Decoder {
  /** The keys of a table. */
  public static final List<Key<?>> TABLE_KEYS = LineTable.KEYS;

  /** Of a field in it. */
  public static final List<Key<?>> FIELD_KEYS = Field.KEYS;

  private static final Logger LOG = LoggerFactory.getLogger(LineDecoder.class);
  private static final int SHOWN_BYTES = 120;

  /** A table, and the signals of its fields. */
  private record Known(LineTable table, SignalGroup group, List<Signal> signals) {}

  private final String source;
  private final List<Known> tables;
  private final SampleGroup samples = new SampleGroup();
  private boolean knewLast;
  private final Condition misfits = new Condition();

  private LineDecoder(String source, List<Known> tables) {
    this.source = source;
    this.tables = tables;
  }

  /** Reads tables; what is wrong goes to {@code faults}, and then there may be nothing to decode. */
  public static Optional<DecoderPlan> of(String source, List<Path> files, Faults faults) {
    List<LineTable> tables = files.stream()
        .map(file -> LineTable.read(file, faults))
        .filter(table -> !table.fields().isEmpty())
        .toList();
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of((signals, health) -> new LineDecoder(
            source, tables.stream().map(table -> known(source, table, signals)).toList()));
  }

  private static Known known(String source, LineTable table, SignalTable signals) {
    String group = source + "." + table.message();
    List<Signal> defined =
        table.fields().stream().map(field -> signals.define(field.spec(group))).toList();
    return new Known(table, signals.group(defined.get(0)), defined);
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    knewLast = false;
    if (in instanceof Telegram telegram) {
      for (int i = 0; i < tables.size(); i++) {
        Known known = tables.get(i);
        samples.begin(known.group(), telegram.timeNs());
        knewLast |= known.table().form() == LineTable.Form.BINARY
            ? readBinary(telegram.content(), known)
            : readText(telegram.content(), known);
        if (samples.size() > 0) {
          out.accept(samples);
        }
      }
      if (!knewLast && misfits.isNews("message")) {
        LOG.warn(
            "{}: a message fits no table of its decode list, first: {}",
            source,
            telegram.content().printable(SHOWN_BYTES));
      }
    }
  }

  private boolean readText(Bytes content, Known known) {
    LineTable table = known.table();
    String message = new String(content.toArray(), table.encoding());
    Optional<Map<String, String>> found = TextFields.of(table, message);
    for (int i = 0; i < known.signals().size() && found.isPresent(); i++) {
      Field field = table.fields().get(i);
      Signal signal = known.signals().get(i);
      String text = found.get().get(field.from());
      if (text != null) {
        read(text, field, table.numbers(), signal);
      } else if (table.form() == LineTable.Form.CSV) {
        samples.addNone(signal, Quality.UNDECODABLE);
      }
    }
    return found.isPresent();
  }

  private void read(String text, Field field, NumberForm form, Signal signal) {
    boolean hasSuffix = text.endsWith(field.suffix());
    String bare =
        hasSuffix ? text.substring(0, text.length() - field.suffix().length()).strip() : text;
    if (text.isEmpty() || field.notAvailable().has(text) || field.notAvailable().has(bare)) {
      samples.addNone(signal, Quality.NOT_AVAILABLE);
    } else if (field.error().has(text) || field.error().has(bare)) {
      samples.addNone(signal, Quality.ERROR);
    } else if (!hasSuffix) {
      samples.addNone(signal, Quality.UNDECODABLE);
    } else {
      value(text, bare, field, form, signal);
    }
  }

  private void value(String text, String bare, Field field, NumberForm form, Signal signal) {
    try {
      switch (field.kind()) {
        case TEXT, BYTES -> samples.addText(signal, Quality.OK, text);
        case FLOAT, DOUBLE -> floating(field, signal, Double.parseDouble(form.plain(bare)));
        case SIGNED, UNSIGNED, BOOLEAN -> whole(field, signal, Long.parseLong(form.plain(bare)));
      }
    } catch (NumberFormatException e) {
      samples.addNone(signal, Quality.UNDECODABLE);
    }
  }

  private void floating(Field field, Signal signal, double raw) {
    if (!Double.isFinite(raw)) {
      samples.addNone(signal, Quality.UNDECODABLE);
      return;
    }
    boolean isSingle = field.kind() == Kind.FLOAT;
    Quality quality = field.notAvailable().has(raw, isSingle)
        ? Quality.NOT_AVAILABLE
        : field.error().has(raw, isSingle) ? Quality.ERROR : quality(field, raw);
    samples.addFloating(signal, quality, raw);
  }

  private void whole(Field field, Signal signal, long raw) {
    String text = field.kind() == Kind.SIGNED ? Long.toString(raw) : Long.toUnsignedString(raw);
    Quality quality = field.notAvailable().has(text)
        ? Quality.NOT_AVAILABLE
        : field.error().has(text) ? Quality.ERROR : quality(field, (double) raw);
    samples.addNumber(signal, quality, raw);
  }

  private boolean readBinary(Bytes frame, Known known) {
    LineTable table = known.table();
    byte[] begins = table.header().toArray();
    if (begins.length > frame.length()
        || !Bytes.of(frame.toArray(), 0, begins.length).equals(table.header())) {
      return false;
    }
    for (int i = 0; i < known.signals().size(); i++) {
      read(frame, table, table.fields().get(i), known.signals().get(i));
    }
    return true;
  }

  private void read(Bytes frame, LineTable table, Field field, Signal signal) {
    Place place = field.place().orElseThrow();
    if (!place.isWithin(frame)) {
      samples.addNone(signal, Quality.UNDECODABLE);
    } else if (field.kind() == Kind.TEXT) {
      String all = new String(frame.toArray(), place.at(), place.bytes(), table.encoding());
      read(all.replace("\0", "").strip(), field, table.numbers(), signal);
    } else if (field.kind().isInteger()) {
      whole(field, signal, place.raw(frame));
    } else {
      floating(field, signal, place.floating(frame));
    }
  }

  private static Quality quality(Field field, double raw) {
    double value = raw * field.factor() + field.offset();
    return value < field.min() || value > field.max() ? Quality.OUT_OF_RANGE : Quality.OK;
  }
}
