package dev.caravan.agent.encode.json;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.ClockSpans;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.EventLosses;
import dev.caravan.agent.encode.Losses;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.encode.Retelling;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Snapshot;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.LedgerCounts;
import dev.caravan.agent.wire.MalformedMessageException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes an event of each snapshot of one route, at once. The pipeline's thread calls all methods. */
final class JsonEvents implements Encoder {
  private static final int ID_BYTES = 16;
  private static final long NS_PER_US = 1_000L;
  private static final long SET_NS = 100_000_000L;

  private final JsonSettings settings;
  private final DeviceName device;
  private final String route;
  private final Making making;
  private final ClockSpans clocks;
  private final JsonBuffer text = new JsonBuffer();
  private final Samples samples;
  private final SecureRandom random = new SecureRandom();
  private final EventLosses losses;
  private final Counter encoded;

  // at the latest tick
  private long tickedNs;

  JsonEvents(JsonSettings settings, DeviceName device, String route, Making making) {
    this.settings = settings;
    this.device = device;
    this.route = route;
    this.making = making;
    this.clocks = new ClockSpans(making.timeline());
    this.samples = new Samples(text, settings.largeAreTexts());
    this.losses = new EventLosses(making.health(), route);
    this.encoded = making.health().counter(SharedMetrics.ENCODE_EVENTS, route);
  }

  @Override
  public void restore(Bytes newestBody) throws MalformedMessageException {
    losses.continueFrom(lost(StoredJson.read(newestBody)));
  }

  private static EventLosses.Told lost(StoredJson event) {
    return new EventLosses.Told(event.ledger().batchesEvicted(), event.ledger().batchesRejected());
  }

  @Override
  public void lostBefore(Losses lost, long reportsBehindNewest) {
    losses.lostBefore(lost);
  }

  /** Each of them says that so many others were lost before it. */
  private record Told(EventLosses.Told lost) implements Retelling {
    @Override
    public Bytes retold(Bytes body, int reports) throws MalformedMessageException {
      StoredJson event = StoredJson.read(body);
      return event.with(event.boot(), ledger(lost)).stored();
    }
  }

  private static LedgerCounts ledger(EventLosses.Told lost) {
    return LedgerCounts.NONE.withLost(0, lost.evicted(), 0, lost.rejected());
  }

  @Override
  public Retelling retelling(Optional<Bytes> newestBody, Losses lost) {
    EventLosses.Told told = new EventLosses.Told(0, 0);
    if (newestBody.isPresent()) {
      try {
        told = lost(StoredJson.read(newestBody.get()));
      } catch (MalformedMessageException e) {
        // as if there were none
        told = new EventLosses.Told(0, 0);
      }
    }
    return new Told(told.atLeast(lost));
  }

  @Override
  public GoingOver goingOver() {
    EventLosses.Told sofar = losses.counted();
    return (told, lost) -> {
      if (told instanceof Told events) {
        losses.goOn(events.lost.atLeast(lost), sofar);
      }
    };
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    if (Math.abs(nowNs - tickedNs) > SET_NS) {
      clocks.look();
    }
    tickedNs = nowNs;
    clocks.ticked(nowNs);
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Snapshot snapshot) {
      boolean isMade = false;
      try {
        Bytes body = body(snapshot);
        encoded.increment();
        out.accept(new Payload(body, 1, snapshot.timeNs(), Payload.Schema.NONE));
        isMade = true;
      } finally {
        text.cut(0);
        if (!isMade) {
          losses.giveUp();
        }
      }
    }
  }

  private Bytes body(Snapshot snapshot) {
    clocks.look();
    text.cut(0);
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    text.name("fleet").text(device.fleet()).put(',').name("device").text(device.device());
    text.put(',').name("route").text(route).put(',').name("id").hex(Bytes.owning(id));
    text.put(',').name("kind").text(snapshot.kind());
    if (!snapshot.trigger().isEmpty()) {
      text.put(',').name("trigger").text(snapshot.trigger());
    }
    long timeUs = Math.floorDiv(clocks.restatedNs(snapshot.timeNs()), NS_PER_US);
    text.put(',').name("time").whole(timeUs).put(',').name("text").text(snapshot.text());
    text.put(',').name("paths").put('[');
    List<String> paths = snapshot.paths();
    for (int i = 0; i < paths.size(); i++) {
      text.ascii(i == 0 ? "" : ",").text(paths.get(i));
    }
    text.put(']').put(',').name("samples").put('[');
    int headBytes = text.size();
    snapshot
        .samples()
        .forEach(sample -> samples.row(
            sample, Math.floorDiv(clocks.restatedNs(sample.timeNs()) + NS_PER_US / 2, NS_PER_US)));
    if (text.size() > headBytes) {
      text.cut(text.size() - 1);
    }
    Bytes json = text.ascii(Layout.EVENT.closing()).bytes();
    return new StoredJson(
            Layout.EVENT,
            settings.isCompressed(),
            headBytes,
            making.bootId(),
            making.bootCount(),
            false,
            ledger(losses.told()),
            clocks.now(),
            settings.isCompressed() ? Gzip.deflated(json) : json)
        .stored();
  }
}
