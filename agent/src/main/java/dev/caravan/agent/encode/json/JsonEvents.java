package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.EventLosses;
import dev.caravan.agent.encode.Happenings;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.util.List;

/** Writes the events of one route. */
final class JsonEvents implements Happenings.Form {
  private final JsonSettings settings;
  private final DeviceName device;
  private final String route;
  private final JsonBuffer text = new JsonBuffer();
  private final Samples samples;

  JsonEvents(JsonSettings settings, DeviceName device, String route) {
    this.settings = settings;
    this.device = device;
    this.route = route;
    this.samples = new Samples(text, settings.largeAreTexts());
  }

  @Override
  public EventLosses.Told lost(Bytes body) throws MalformedMessageException {
    LedgerCounts counts = StoredJson.read(body).ledger();
    return new EventLosses.Told(counts.batchesEvicted(), counts.batchesRejected());
  }

  @Override
  public Bytes retold(Bytes body, EventLosses.Told lost) throws MalformedMessageException {
    StoredJson event = StoredJson.read(body);
    return event.with(event.boot(), ledger(lost)).stored();
  }

  private static LedgerCounts ledger(EventLosses.Told lost) {
    return LedgerCounts.NONE.withLost(0, lost.evicted(), 0, lost.rejected());
  }

  @Override
  public Bytes body(Snapshot snapshot, Happenings.Told told) {
    text.cut(0);
    text.name("fleet").text(device.fleet()).put(',').name("device").text(device.device());
    text.put(',').name("route").text(route).put(',').name("id").hex(told.id());
    text.put(',').name("kind").text(snapshot.kind());
    if (!snapshot.trigger().isEmpty()) {
      text.put(',').name("trigger").text(snapshot.trigger());
    }
    text.put(',').name("time").whole(told.eventUs(snapshot));
    text.put(',').name("text").text(snapshot.text());
    text.put(',').name("paths").put('[');
    List<String> paths = snapshot.paths();
    for (int i = 0; i < paths.size(); i++) {
      text.ascii(i == 0 ? "" : ",").text(paths.get(i));
    }
    text.put(']').put(',').name("samples").put('[');
    int headBytes = text.size();
    snapshot.samples().forEach(sample -> samples.row(sample, told.sampleUs(sample.timeNs())));
    if (text.size() > headBytes) {
      text.cut(text.size() - 1);
    }
    Bytes json = text.ascii(Layout.EVENT.closing()).bytes();
    return new StoredJson(
            Layout.EVENT,
            settings.isCompressed(),
            headBytes,
            told.making().bootId(),
            told.making().bootCount(),
            false,
            ledger(told.lost()),
            told.clock(),
            settings.isCompressed() ? Gzip.deflated(json) : json)
        .stored();
  }
}
