package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.DecoderPlan;
import dev.caravan.agent.decode.HeardSignals;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.Frame;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns replies of control units into samples, by tables. A signal is called {@code {source}.{unit}.{name}}, the unit
 * by the identifier it answers under, so that two units never mix; those of one answer are a group.
 *
 * <p>An answer is taken whole or not at all: service, parameter and length must be those of request and table. Every
 * signal that was asked for and has no value gets a sample with the reason as its quality: {@code NOT_AVAILABLE} or
 * {@code ERROR} for a refusal, {@code STALE} for silence, {@code UNDECODABLE} for what cannot be understood. "Response
 * pending" is no answer. A reply of nobody counts for each unit that has the signal; one of a unit that the adapter does
 * not name is of the only one that is listed, else of a unit {@code 00}.
 *
 * <p>A signal that an answer itself says it has none of, by a bit or by being shorter, is {@code NOT_AVAILABLE} once, and
 * then has no samples until an answer has it. A number that is none of an enumeration's is {@code OUT_OF_RANGE}.
 *
 * <p>The pipeline's thread calls it.
 */
public final class ObdDecoder implements Decoder {
  /** Behind the unit. */
  private static final int MOST_LEVELS = 6;

  private final String source;
  private final ObdTable table;
  private final SignalTable signals;
  private final HeardSignals heard;
  private final Counter undecodable;
  private final Map<Integer, UnitSignals> units = new TreeMap<>();

  /** Whose the replies are of which the adapter does not say it. */
  private final int untold;

  private final TroubleCodes codes = new TroubleCodes();
  private final InfoText info = new InfoText();
  private final Parts parts;
  private final SampleGroup samples = new SampleGroup();

  /** Signals, by their index, that the latest answer said it has none of. */
  private final BitSet absent = new BitSet();

  /** Whether there was no room for a unit; then there is none for any other. */
  private boolean isFull;

  // of the frame accepted last
  private boolean knewLast;

  private ObdDecoder(
      String source, ObdTable table, List<Integer> ecus, SignalTable signals, Health health) {
    this.source = source;
    this.table = table;
    this.signals = signals;
    this.heard = new HeardSignals(source, signals, health);
    this.parts = new Parts(table);
    this.undecodable = health.counter(ObdMetrics.UNDECODABLE, source);
    this.untold = ecus.size() == 1 ? ecus.get(0) : DiagnosticReply.UNTOLD;
    for (int ecu : ecus) {
      UnitSignals unit = add(ecu);
      table.rows().forEach(row -> unit.of(row, false));
    }
  }

  /** Reads the tables of one source; faults go to {@code faults}. */
  public static DecoderPlan of(String source, List<ObdSettings> files, Faults faults) {
    ObdTable table = new ObdTable();
    files.forEach(settings -> table.read(settings.file(), faults));
    List<Integer> ecus =
        files.stream().flatMap(settings -> settings.ecus().stream()).distinct().toList();
    return (signals, health) -> new ObdDecoder(source, table, ecus, signals, health);
  }

  /** A name of a table may have dots, and stands behind the unit, or behind that and {@code FreezeFrame}. */
  @Override
  public List<PathPattern> mayHear() {
    return Stream.iterate(source + ".*.*", path -> path + ".*")
        .limit(MOST_LEVELS)
        .map(PathPattern::of)
        .toList();
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    knewLast = false;
    if (!(in instanceof DiagnosticReply reply)) {
      return;
    }
    if (isLeftOut(reply)) {
      heard.count();
      return;
    }
    switch (reply.outcome()) {
      case POSITIVE -> {
        if (!read(reply, out) && !isLeftOut(reply)) {
          without(reply, Quality.UNDECODABLE, out);
        }
      }
      case NEGATIVE -> refused(reply, out);
      case SILENCE -> without(reply, Quality.STALE, out);
      case GARBLED -> without(reply, Quality.UNDECODABLE, out);
    }
  }

  /** The unit's signals; null if it is nobody, or there is no room for it. */
  private @Nullable UnitSignals unit(int told) {
    int ecu = named(told);
    UnitSignals known = units.get(ecu);
    if (known == null && ecu >= 0 && !isFull) {
      int most = table.rows().stream().mapToInt(row -> row.signals().size()).sum();
      isFull = !heard.admits(most, "unit " + UnitSignals.ecuName(ecu));
      known = isFull ? null : add(ecu);
    }
    return known;
  }

  /** Whether a reply is of a unit that there is no room for. */
  private boolean isLeftOut(DiagnosticReply reply) {
    int ecu = named(reply.ecu());
    return isFull && ecu >= 0 && !units.containsKey(ecu);
  }

  private UnitSignals add(int ecu) {
    UnitSignals added = new UnitSignals(source, ecu, table.rows().size(), signals, heard);
    units.put(ecu, added);
    return added;
  }

  private int named(int ecu) {
    return ecu == DiagnosticReply.UNTOLD ? untold : ecu;
  }

  // answers

  /** Whether the answer is one to its request; then its samples are out, if the table knows it. */
  private boolean read(DiagnosticReply reply, Consumer<? super SampleGroup> out) {
    Bytes payload = reply.payload();
    Bytes request = reply.request();
    if (payload.length() < 1 || (payload.at(0) & 0x40) == 0) {
      return false;
    }
    int service = payload.at(0) & ~0x40;
    if (request.length() > 0 && request.at(0) != service) {
      return false;
    }
    if (service == 0x06) {
      return readTests(reply, out);
    }
    return switch (service) {
      case 0x01, 0x02, 0x22 -> parts.cut(service, reply) && readParts(service, reply, out);
      default -> readOne(service, reply, out);
    };
  }

  private boolean readParts(int service, DiagnosticReply reply, Consumer<? super SampleGroup> out) {
    UnitSignals unit = parts.count() == 0 ? null : unit(reply.ecu());
    if (unit == null) {
      return parts.count() == 0;
    }
    for (int i = 0; i < parts.count(); i++) {
      Row row = parts.row(i);
      knewLast = true;
      if (row.form() == Row.Form.TEXT || row.form() == Row.Form.HEX) {
        info.read(row, reply.payload(), parts.start(i));
      }
      give(
          row,
          unit.of(row, service == 0x02),
          reply.timeNs(),
          reply.payload(),
          parts.start(i),
          parts.end(i),
          out);
    }
    return true;
  }

  private boolean readOne(int service, DiagnosticReply reply, Consumer<? super SampleGroup> out) {
    Bytes payload = reply.payload();
    Bytes request = reply.request();
    int width = Row.parameterBytes(service);
    if (payload.length() < 1 + width) {
      return false;
    }
    for (int i = 1; i <= width && request.length() > 0; i++) {
      if (i >= request.length() || request.at(i) != payload.at(i)) {
        return false;
      }
    }
    Row row = table.find(Row.keyAt(service, payload, 1));
    if (row == null) {
      return true;
    }
    if (row.isCounted()) {
      return readItems(row, reply, 1 + width, out);
    }
    int at = 1 + width;
    int end = end(row, reply, at);
    boolean isWhole = switch (row.form()) {
      case CODES -> codes.read(reply);
      case UDS_CODES -> codes.readUds(payload);
      default -> end >= 0;
    };
    UnitSignals unit = isWhole ? unit(reply.ecu()) : null;
    if (unit == null) {
      return false;
    }
    if (row.form() == Row.Form.TEXT || row.form() == Row.Form.HEX) {
      info.read(row, payload, at);
    }
    knewLast = true;
    give(row, unit.of(row, false), reply.timeNs(), payload, at, end, out);
    return true;
  }

  /** Where the data ends: at the shortest that may be it, as the longer ones only add to it; -1 if at none. */
  private static int end(Row row, DiagnosticReply reply, int at) {
    for (int length : row.lengths()) {
      if (reply.endsAt(at + length)) {
        return at + length;
      }
    }
    return -1;
  }

  private boolean readItems(
      Row row, DiagnosticReply reply, int at, Consumer<? super SampleGroup> out) {
    Bytes items = InfoText.items(row, reply, at);
    UnitSignals unit = items == null ? null : unit(reply.ecu());
    if (items == null || unit == null) {
      return false;
    }
    info.readAll(row, items);
    knewLast = true;
    give(row, unit.of(row, false), reply.timeNs(), items, 0, items.length(), out);
    return true;
  }

  /** Samples of signals of one group follow. */
  private void begin(Signal[] of, long timeNs) {
    samples.begin(signals.group(of[0]), timeNs);
  }

  private void end(Consumer<? super SampleGroup> out) {
    if (samples.size() > 0) {
      out.accept(samples);
    }
  }

  /** Samples of data whose length is right; of items there may be fewer than the table has signals. */
  private void give(
      Row row,
      Signal[] of,
      long timeNs,
      Bytes payload,
      int at,
      int end,
      Consumer<? super SampleGroup> out) {
    begin(of, timeNs);
    switch (row.form()) {
      case NUMBERS -> {
        for (int i = 0; i < of.length; i++) {
          Field field = row.fields().get(i);
          if (field.isIn(payload, at, end - at)) {
            absent.clear(of[i].index());
            long raw = field.raw(payload, at);
            samples.addNumber(of[i], quality(of[i], field, raw), raw);
          } else if (!absent.get(of[i].index())) {
            absent.set(of[i].index());
            samples.addNone(of[i], Quality.NOT_AVAILABLE);
          }
        }
      }
      case TEXT, HEX -> {
        boolean isText = info.isLegible();
        Quality quality = isText ? Quality.OK : Quality.UNDECODABLE;
        samples.addText(of[0], quality, isText ? info.text() : "");
      }
      case CODE -> {
        codes.readOne(payload, at);
        samples.addText(of[0], Quality.OK, codes.text());
      }
      case CODES, UDS_CODES -> {
        samples.addText(of[0], Quality.OK, codes.text());
        samples.addNumber(of[1], Quality.OK, codes.count());
      }
      case TESTS -> {}
    }
    end(out);
  }

  private static Quality quality(Signal signal, Field field, long raw) {
    if (raw == field.notAvailable()) {
      return Quality.NOT_AVAILABLE;
    }
    if (field.isEnumeration() && !signal.spec().labels().containsKey(raw)) {
      return Quality.OUT_OF_RANGE;
    }
    double value = signal.physical(raw);
    double slack = 1e-9 * Math.max(1, Math.abs(value));
    return value < signal.spec().min() - slack || value > signal.spec().max() + slack
        ? Quality.OUT_OF_RANGE
        : Quality.OK;
  }

  /** {@code 46 (monitor, test, scaling, value, lowest, highest)*}, the last three of two bytes each. */
  private boolean readTests(DiagnosticReply reply, Consumer<? super SampleGroup> out) {
    Bytes payload = reply.payload();
    Bytes request = reply.request();
    Row row = table.find(0x06 << 16);
    int monitor = payload.length() > 1 ? payload.at(1) : -1;
    if (monitor < 0 || (request.length() > 1 && request.at(1) != monitor)) {
      return false;
    }
    if (row == null || (monitor % 0x20 == 0 && reply.endsAt(6))) {
      return true; // only tells which monitors there are
    }
    if ((payload.length() - 1) % 9 != 0 || !reply.isCan()) {
      return false;
    }
    for (int at = 1; at < payload.length(); at += 9) {
      if (payload.at(at) != monitor) {
        return false;
      }
    }
    UnitSignals unit = unit(reply.ecu());
    if (unit == null) {
      return false;
    }
    knewLast = true;
    for (int at = 1; at < payload.length(); at += 9) {
      int scaling = payload.at(at + 2);
      ObdTable.Scaling known = table.scaling(scaling);
      Signal[] of = unit.ofTest(
          monitor, payload.at(at + 1), scaling, known == null ? ObdTable.Scaling.NONE : known);
      if (of != null && known == null) {
        undecodable.increment();
        without(of, reply.timeNs(), Quality.UNDECODABLE, out);
        continue;
      }
      if (of != null) {
        begin(of, reply.timeNs());
        for (int i = 0; i < of.length; i++) {
          long raw = Field.raw(payload, at + 3 + 2 * i, 0, 16, scaling >= 0x80);
          samples.addNumber(of[i], Quality.OK, raw);
        }
        end(out);
      }
    }
    return true;
  }

  // no answer

  private void refused(DiagnosticReply reply, Consumer<? super SampleGroup> out) {
    Bytes payload = reply.payload();
    if (payload.length() != 3
        || payload.at(0) != 0x7F
        || (reply.request().length() > 0 && reply.request().at(0) != payload.at(1))) {
      without(reply, Quality.UNDECODABLE, out);
      return;
    }
    // ISO 14229-1, annex A.1
    switch (payload.at(2)) {
      case 0x78 -> knewLast = true; // the answer will come
      case 0x11, 0x12, 0x21, 0x22, 0x31, 0x33, 0x7E, 0x7F ->
        without(reply, Quality.NOT_AVAILABLE, out);
      default -> without(reply, Quality.ERROR, out);
    }
  }

  /** A sample without a value for every signal that was asked for. */
  private void without(DiagnosticReply reply, Quality quality, Consumer<? super SampleGroup> out) {
    if (quality == Quality.UNDECODABLE) {
      undecodable.increment();
    }
    Bytes request = reply.request();
    int service = request.length() > 0 ? request.at(0) : -1;
    if (service == 0x06) {
      withoutTests(reply, quality, out);
      return;
    }
    int stride = Math.max(1, Row.stride(service));
    int width = Row.parameterBytes(service);
    int at = 1;
    while (service >= 0 && at + width <= request.length()) {
      Row row = table.find(Row.keyAt(service, request, at));
      if (row != null) {
        knewLast = true;
        without(row, service == 0x02, reply, quality, out);
      }
      boolean isList = service == 0x01 || service == 0x02 || service == 0x22;
      at = isList ? at + stride : Integer.MAX_VALUE - width;
    }
  }

  private void without(
      Row row,
      boolean isFrozen,
      DiagnosticReply reply,
      Quality quality,
      Consumer<? super SampleGroup> out) {
    // An identifier that came with noise is no proof of a unit.
    boolean isSure = quality != Quality.UNDECODABLE || units.containsKey(named(reply.ecu()));
    UnitSignals unit = isSure ? unit(reply.ecu()) : null;
    if (unit != null) {
      without(unit.of(row, isFrozen), reply.timeNs(), quality, out);
      return;
    }
    if (isLeftOut(reply)) {
      return;
    }
    for (UnitSignals each : units.values()) {
      if (each.has(row, isFrozen)) {
        without(each.of(row, isFrozen), reply.timeNs(), quality, out);
      }
    }
  }

  private void withoutTests(
      DiagnosticReply reply, Quality quality, Consumer<? super SampleGroup> out) {
    int monitor = reply.request().length() > 1 ? reply.request().at(1) : -1;
    int ecu = named(reply.ecu());
    for (Map.Entry<Integer, UnitSignals> unit : units.entrySet()) {
      if (unit.getKey() == ecu || !units.containsKey(ecu)) {
        unit.getValue().eachOfMonitor(monitor, signals -> {
          knewLast = true;
          without(signals, reply.timeNs(), quality, out);
        });
      }
    }
  }

  private void without(
      Signal[] of, long timeNs, Quality quality, Consumer<? super SampleGroup> out) {
    begin(of, timeNs);
    for (Signal signal : of) {
      if (!absent.get(signal.index())) {
        samples.addNone(signal, quality);
      }
    }
    end(out);
  }
}
