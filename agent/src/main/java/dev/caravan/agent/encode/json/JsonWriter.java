package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes the samples of one route into the text of a body. */
final class JsonWriter implements Gathering.Form {
  private final JsonSettings settings;
  private final DeviceName device;
  private final String route;
  private final JsonBuffer text = new JsonBuffer();
  private final JsonBuffer whole = new JsonBuffer();
  private final Samples samples;
  private final LayoutWriter file;
  private final LastSamples last = new LastSamples();
  private final Map<String, byte[]> units = new LinkedHashMap<>();

  JsonWriter(JsonSettings settings, DeviceName device, String route) {
    this.settings = settings;
    this.device = device;
    this.route = route;
    this.samples = new Samples(text, settings.largeAreTexts());
    this.file = new LayoutWriter(settings.file(), device, route, settings.largeAreTexts(), text);
  }

  @Override
  public Gathering.Told told(Bytes body) throws MalformedMessageException {
    StoredJson json = StoredJson.read(body);
    return new Gathering.Told(json.start(), json.boot(), json.ledger());
  }

  @Override
  public Bytes retold(Bytes body, long boot, LedgerCounts ledger) throws MalformedMessageException {
    return StoredJson.read(body).with(boot, ledger).stored();
  }

  @Override
  public long size() {
    return text.size() + last.bytes();
  }

  @Override
  public void cut(long size) {
    text.cut((int) Math.min(size, text.size()));
    if (size == 0) {
      last.clear();
      units.clear();
    }
  }

  @Override
  public int add(SampleGroup group, long timeUs) {
    if (settings.layout() == Layout.FILE && file.isOfSignals()) {
      return keepLast(group, timeUs);
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
    return group.size();
  }

  private int keepLast(SampleGroup group, long timeUs) {
    int more = 0;
    for (int i = 0; i < group.size(); i++) {
      more += last.add(group.sample(i), timeUs) ? 1 : 0;
    }
    return more;
  }

  @Override
  public Optional<Bytes> body(Gathering.Told told, boolean isLedgerDue, ClockReading clock) {
    last.leave(file);
    if (text.size() == 0) {
      return Optional.empty();
    }
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
    return Optional.of(new StoredJson(
            layout,
            settings.isCompressed(),
            headBytes,
            told.start(),
            told.boot(),
            isLedgerDue,
            told.ledger(),
            clock,
            json)
        .stored());
  }

  private void head(JsonBuffer to) {
    to.name("fleet").text(device.fleet()).put(',').name("device").text(device.device());
    to.put(',').name("route").text(route).ascii(StoredJson.UNITS).put('{');
    int empty = to.size();
    units.forEach(
        (path, unit) -> to.ascii(to.size() == empty ? "" : ",").name(path).bytes(unit));
    to.put('}').ascii(StoredJson.GROUPS);
  }
}
