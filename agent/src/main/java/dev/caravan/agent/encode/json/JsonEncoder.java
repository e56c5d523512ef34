package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.ClockSpans;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.LedgerBook;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the samples of one route as they come, and closes a body when it is old or large enough, or when the time of day was set.
 *
 * <p>Times are microseconds since 1970 UTC, rounded half up to the quantum, by the clock of the close, as the columns have them.
 */
final class JsonEncoder implements Encoder {
  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;

  private final JsonSettings settings;
  private final DeviceName device;
  private final String route;
  private final Making making;
  private final ClockSpans clocks;
  private final LedgerBook ledger;
  private final JsonBuffer text = new JsonBuffer();
  private final JsonBuffer whole = new JsonBuffer();
  private final Samples samples;
  private final LayoutWriter file;
  private final LastSamples last = new LastSamples();
  private final Map<String, byte[]> units = new LinkedHashMap<>();
  private final long quantumNs;
  private long bootCount = 1;

  // of the open body
  private int count;
  private long openedNs;
  private ClockReading opened;
  private long oldestNs;

  // at the latest tick
  private long tickedNs;

  JsonEncoder(JsonSettings settings, DeviceName device, String route, Making making) {
    this.settings = settings;
    this.device = device;
    this.route = route;
    this.making = making;
    this.clocks = new ClockSpans(making.timeline());
    this.ledger = new LedgerBook(making.health(), route, settings.closing().maxAgeNs());
    this.samples = new Samples(text, settings.largeAreTexts());
    this.file = new LayoutWriter(settings.file(), device, route, settings.largeAreTexts(), text);
    this.quantumNs = settings.closing().quantumNs();
    this.opened = clocks.now();
  }

  /** The ledger of the newest body is the base of the new one, and the boot count rises by one. */
  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    StoredJson newest = StoredJson.read(newestBody);
    ledger.continueFrom(newest.ledger());
    bootCount = newest.boot() + 1;
  }

  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    ledger.lostBefore(lost, reportsBehindNewest);
  }

  @Override
  public long bootCount() {
    return bootCount;
  }

  @Override
  public JsonRetelling retelling(Optional<Bytes> newestBody, Losses lost) {
    return JsonRetelling.behind(newestBody, making.bootId(), lost);
  }

  @Override
  public GoingOver goingOver() {
    LedgerCounts counted = ledger.counted();
    return (told, lost) -> {
      if (told instanceof JsonRetelling bodies) {
        ledger.goOn(LedgerBook.atLeast(bodies.run().told(), lost), counted);
        bootCount = bodies.bootCount();
      }
    };
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Reading reading) {
      if (count == 0) {
        openedNs = making.timeline().nowNs();
        clocks.look();
        opened = clocks.now();
        oldestNs = Long.MAX_VALUE;
      }
      add(reading.group());
    }
  }

  private void add(SampleGroup group) {
    int before = text.size();
    boolean isWritten = false;
    try {
      write(group, timeUs(clocks.restatedNs(group.timeNs())));
      isWritten = true;
    } finally {
      if (!isWritten) {
        text.cut(before);
      }
    }
    oldestNs = Math.min(oldestNs, group.timeNs());
  }

  private long timeUs(long timeNs) {
    return Math.floorDiv(timeNs + quantumNs / 2, quantumNs) * (quantumNs / NS_PER_US);
  }

  private void write(SampleGroup group, long timeUs) {
    if (settings.layout() == Layout.FILE && file.isOfSignals()) {
      keepLast(group, timeUs);
      return;
    }
    switch (settings.layout()) {
      case FILE -> file.group(group, timeUs);
      case ROWS -> {
        for (int i = 0; i < group.size(); i++) {
          samples.row(group.sample(i), timeUs);
        }
      }
      case THINGSBOARD -> samples.telemetry(group, timeUs);
      case BATCH -> {
        samples.group(group, timeUs);
        for (int i = 0; i < group.size(); i++) {
          SignalTexts.Texts own = samples.texts(group.signal(i));
          if (own.hasUnit) {
            units.putIfAbsent(group.signal(i).path(), own.unit);
          }
        }
      }
      default -> samples.group(group, timeUs);
    }
    count += group.size();
  }

  /** What they replace is not sent. */
  private void keepLast(SampleGroup group, long timeUs) {
    int replaced = 0;
    for (int i = 0; i < group.size(); i++) {
      if (last.add(group.sample(i), timeUs)) {
        count++;
      } else {
        replaced++;
      }
    }
    ledger.withhold(replaced);
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    boolean isSet = Math.abs(nowNs - tickedNs) > SET_NS && isSet();
    tickedNs = nowNs;
    clocks.ticked(nowNs);
    if (count > 0
        && (isSet || isFull() || nowNs - openedNs >= settings.closing().maxAgeNs())) {
      close(out);
    }
  }

  private boolean isSet() {
    clocks.look();
    return clocks.now().isSetSince(opened);
  }

  @Override
  public boolean isFull() {
    return count >= settings.closing().maxSamples()
        || text.size() + last.bytes() >= settings.closing().maxBytes();
  }

  @Override
  public void flush(Consumer<? super Payload> out) {
    if (count > 0) {
      ledger.tellNext();
      close(out);
    }
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    flush(out);
  }

  private void close(Consumer<? super Payload> out) {
    int reports = count;
    ClockReading clock = isSet() ? opened : clocks.now();
    LedgerCounts counts = ledger.send(reports);
    boolean isTold = ledger.isToBeTold(counts, making.timeline().sinceBootNs());
    boolean isMade = false;
    try {
      last.leave(file);
      if (text.size() > 0) {
        Bytes body = body(counts, isTold, clock);
        out.accept(new Payload(body, reports, oldestNs, Payload.Schema.NONE));
        isMade = true;
      }
    } finally {
      text.cut(0);
      last.clear();
      units.clear();
      count = 0;
      if (!isMade) {
        ledger.giveUp(reports);
      }
    }
  }

  private Bytes body(LedgerCounts counts, boolean isTold, ClockReading clock) {
    Layout layout = settings.layout();
    whole.cut(0);
    int headBytes = 0;
    if (layout == Layout.FILE) {
      file.whole(whole);
    } else {
      if (layout == Layout.BATCH) {
        head(whole);
        headBytes = whole.size();
      }
      // the brace of the first object is part of what is told of the stream; the comma behind the
      // last goes
      text.cut(text.size() - 1);
      whole.bytes(text, layout.isList() ? 1 : 0).ascii(layout.closing());
    }
    Bytes plain = whole.bytes();
    Bytes json = !settings.isCompressed()
        ? plain
        : layout == Layout.FILE ? Gzip.quicklyDeflated(plain) : Gzip.deflated(plain);
    return new StoredJson(
            layout,
            settings.isCompressed(),
            headBytes,
            making.bootId(),
            bootCount,
            isTold,
            counts,
            clock,
            json)
        .stored();
  }

  private void head(JsonBuffer to) {
    to.name("fleet").text(device.fleet()).put(',').name("device").text(device.device());
    to.put(',').name("route").text(route).put(',').name("units").put('{');
    int empty = to.size();
    units.forEach(
        (path, unit) -> to.ascii(to.size() == empty ? "" : ",").name(path).bytes(unit));
    to.ascii("},").name("groups").put('[');
  }
}
