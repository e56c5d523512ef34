package dev.caravan.agent.encode.records;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.ClockReading;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.encode.EventLosses;
import dev.caravan.agent.encode.Gathering;
import dev.caravan.agent.encode.Happenings;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.Records;
import java.util.Optional;

/** Writes the bodies of one route, of samples or of events. One thread, but for what looks at stored bodies. */
final class RecordsWriter implements Gathering.Form, Happenings.Form {
  private final DeviceName device;
  private final String route;
  private final RecordRows rows = new RecordRows();
  private final WireBytes body = new WireBytes();
  private final WireBytes inner = new WireBytes();

  RecordsWriter(DeviceName device, String route) {
    this.device = device;
    this.route = route;
  }

  @Override
  public long size() {
    return rows.all().length();
  }

  @Override
  public void cut(long size) {
    rows.all().cut((int) size);
  }

  @Override
  public int add(SampleGroup group, long timeUs) {
    for (int i = 0; i < group.size(); i++) {
      rows.add(group.sample(i), timeUs);
    }
    return group.size();
  }

  @Override
  public Optional<Bytes> body(Gathering.Told told, boolean isLedgerDue, ClockReading clock) {
    head(told.start(), told.boot());
    body.raw(rows.all().array(), rows.all().length());
    inner.clear();
    long[] counts = told.ledger().counts();
    for (int i = 0; i < counts.length; i++) {
      inner.presentField(i + 1, counts[i]);
    }
    body.field(Records.LEDGER_FIELD_NUMBER, inner);
    clock(clock);
    return Optional.of(body.bytes());
  }

  @Override
  public Bytes body(Snapshot snapshot, Happenings.Told told) {
    rows.all().clear();
    snapshot.samples().forEach(sample -> rows.add(sample, told.sampleUs(sample.timeNs())));
    head(told.making().bootId(), told.making().bootCount());
    body.raw(rows.all().array(), rows.all().length());
    inner.clear();
    inner.textField(Records.Event.ID_FIELD_NUMBER, told.id().toString());
    inner.textField(Records.Event.KIND_FIELD_NUMBER, snapshot.kind());
    if (!snapshot.trigger().isEmpty()) {
      inner.textField(Records.Event.TRIGGER_FIELD_NUMBER, snapshot.trigger());
    }
    inner.presentField(Records.Event.TIME_US_FIELD_NUMBER, told.eventUs(snapshot));
    inner.textField(Records.Event.TEXT_FIELD_NUMBER, snapshot.text());
    snapshot.paths().forEach(path -> inner.textField(Records.Event.PATHS_FIELD_NUMBER, path));
    inner.presentField(Records.Event.EVENTS_EVICTED_FIELD_NUMBER, told.lost().evicted());
    inner.presentField(Records.Event.EVENTS_REJECTED_FIELD_NUMBER, told.lost().rejected());
    body.field(Records.EVENT_FIELD_NUMBER, inner);
    clock(told.clock());
    return body.bytes();
  }

  private void head(Bytes start, long boot) {
    body.clear();
    body.textField(Records.FLEET_FIELD_NUMBER, device.fleet());
    body.textField(Records.DEVICE_FIELD_NUMBER, device.device());
    body.textField(Records.ROUTE_FIELD_NUMBER, route);
    body.textField(Records.BOOT_ID_FIELD_NUMBER, start.toString());
    body.varintField(Records.BOOT_FIELD_NUMBER, boot);
  }

  private void clock(ClockReading clock) {
    inner.clear();
    inner.presentField(Records.Clock.TIME_US_FIELD_NUMBER, clock.timeUs());
    inner.presentField(Records.Clock.MONOTONIC_US_FIELD_NUMBER, clock.monotonicUs());
    inner.varintField(
        Records.Clock.ORIGIN_FIELD_NUMBER, WireNumbers.of(clock.origin()).getNumber());
    inner.varintField(Records.Clock.ERROR_US_FIELD_NUMBER, clock.errorUs());
    body.field(Records.CLOCK_FIELD_NUMBER, inner);
  }

  @Override
  public Gathering.Told told(Bytes stored) throws MalformedMessageException {
    return StoredRecords.read(stored).told();
  }

  @Override
  public Bytes retold(Bytes stored, long boot, LedgerCounts ledger)
      throws MalformedMessageException {
    return StoredRecords.read(stored).with(boot, ledger);
  }

  @Override
  public EventLosses.Told lost(Bytes stored) throws MalformedMessageException {
    return StoredRecords.read(stored).lost();
  }

  @Override
  public Bytes retold(Bytes stored, EventLosses.Told lost) throws MalformedMessageException {
    return StoredRecords.read(stored).with(lost);
  }
}
