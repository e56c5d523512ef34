package dev.caravan.agent.encode.telemetry;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.stage.Stage;
import dev.caravan.v1.BatchContent;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Gathers the reports of one route and closes a batch of them when it is old or large enough.
 *
 * <p>{@link #accept} only adds; {@link #tick} and {@link #finish} close. So all samples of a frame are in the ledger and
 * in the batch, or in neither, if tick is called between frames. The one exception is a caller that never ticks: at
 * {@value #MOST_SAMPLES} samples, the most that the format allows, accept closes too.
 *
 * <p>When the time of day is set, the next tick closes the batch that was open, with the clocks as they were when it was
 * begun: so its times can still be corrected.
 *
 * <p>Age is counted on the timeline, not in the time of samples, so that a replayed log is batched as it comes. The
 * pipeline's thread calls all methods.
 */
public final class TelemetryEncoder implements Stage<Report, Payload> {
  /** The most samples that a batch may have. */
  static final int MOST_SAMPLES = 1 << 20;

  private static final int BOOT_ID_BYTES = 8;
  private static final long NS_PER_US = 1_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  private final TelemetrySettings settings;
  private final Timeline timeline;
  private final SignalBook signals;
  private final LedgerBook ledger;
  private final BodyPacker packer;
  private final Bytes bootId;
  private final long quantumNs;
  private final ColumnWriter columns = new ColumnWriter();
  private final WireBytes content = new WireBytes();
  private final WireBytes ledgerMessage = new WireBytes();
  private long bootCount = 1;

  // of the open batch
  private int samples;
  private long estimateBytes;
  private long openedNs;
  private ClockReading opened;
  private long oldestNs;
  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<Bytes, Integer> blocks = new HashMap<>();
  private final WireBytes textFields = new WireBytes();
  private final WireBytes blockFields = new WireBytes();

  // at the latest tick
  private long tickedNs;

  // of the sample before, since all samples of a frame have one time
  private long timeNs = Long.MIN_VALUE;
  private long time;

  /**
   * An encoder for one route.
   *
   * @param known signals that will come, so that the schema need not change when each comes first
   * @param bootId names this start of the agent, the same for all its routes; {@link #newBootId}
   */
  public TelemetryEncoder(
      TelemetrySettings settings,
      Sender sender,
      List<Signal> known,
      Timeline timeline,
      Health health,
      Bytes bootId) {
    this.settings = settings;
    this.timeline = timeline;
    this.signals = new SignalBook(sender);
    this.ledger = new LedgerBook(health, sender.route());
    this.packer = new BodyPacker(settings.isCompressed());
    this.bootId = bootId;
    this.quantumNs = NS_PER_US * Math.round(Math.pow(10, settings.quantumExponent()));
    this.opened = ClockReading.of(timeline);
    known.forEach(signals::buffer);
  }

  /** A random name for one start of the agent. */
  public static Bytes newBootId() {
    byte[] id = new byte[BOOT_ID_BYTES];
    new SecureRandom().nextBytes(id);
    return Bytes.owning(id);
  }

  /**
   * Goes on from the newest body that this route stored before this start: its ledger is the base of the new one, and
   * the boot count rises by one. Called before the first report, if at all.
   *
   * @throws MalformedMessageException if it is no body of a batch; then nothing has changed
   */
  public void restore(Bytes newestBody) throws MalformedMessageException {
    BatchContent newest = MessageParts.content(newestBody).content();
    ledger.continueFrom(LedgerCounts.of(newest.getLedger()));
    bootCount = newest.getBootCount() + 1;
  }

  /** Names this start of the agent. */
  public Bytes bootId() {
    return bootId;
  }

  /** Starts of the agent with this route, from 1. */
  public long bootCount() {
    return bootCount;
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (samples == MOST_SAMPLES) {
      close(out);
    }
    if (in instanceof Reading reading) {
      add(reading.sample());
    }
  }

  private void add(Sample sample) {
    long sampleNs = sample.timeNs();
    if (sampleNs != timeNs) {
      timeNs = sampleNs;
      time = Math.floorDiv(sampleNs + quantumNs / 2, quantumNs);
    }
    if (samples == 0) {
      openedNs = timeline.nowNs();
      opened = ClockReading.of(timeline);
      oldestNs = sampleNs;
    }
    oldestNs = Math.min(oldestNs, sampleNs);
    SignalBuffer buffer = signals.buffer(sample.signal());
    long raw = switch (buffer.kind()) {
      case TEXT -> textIndex(sample.text());
      case BYTES -> blockIndex(sample.bytes());
      default -> sample.rawBits();
    };
    Quality quality = sample.quality();
    int number = quality == Quality.OK ? WireNumbers.OK : WireNumbers.of(quality);
    estimateBytes += buffer.add(time, raw, number);
    samples++;
  }

  private int textIndex(String text) {
    Integer known = texts.get(text);
    if (known == null) {
      known = texts.size();
      texts.put(text, known);
      byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      textFields.bytesField(BatchContent.TEXTS_FIELD_NUMBER, utf8, utf8.length);
      estimateBytes += utf8.length + 3;
    }
    return known;
  }

  private int blockIndex(Bytes block) {
    Integer known = blocks.get(block);
    if (known == null) {
      known = blocks.size();
      blocks.put(block, known);
      blockFields.bytesField(BatchContent.BLOCKS_FIELD_NUMBER, block.toArray(), block.length());
      estimateBytes += block.length() + 3;
    }
    return known;
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    // between two ticks there is no second, but where the time of day was set
    boolean mayBeSet = nowNs - tickedNs > SECOND_NS;
    tickedNs = nowNs;
    if (samples > 0
        && (nowNs - openedNs >= settings.maxAgeNs()
            || (mayBeSet && ClockReading.of(timeline).isSetSince(opened))
            || samples >= settings.maxSamples()
            || estimateBytes >= settings.maxBytes())) {
      close(out);
    }
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    if (samples > 0) {
      close(out);
    }
    packer.close();
  }

  private void close(Consumer<? super Payload> out) {
    Payload.Schema schema = signals.schema();
    columns.layOut(signals.groups(), settings.quantumExponent());
    content.clear();
    writeHeader(ledger.send(samples));
    columns.writeTo(content);
    content.raw(textFields.array(), textFields.length());
    content.raw(blockFields.array(), blockFields.length());
    Payload payload = new Payload(packer.pack(schema.id(), content), samples, oldestNs, schema);
    clear();
    out.accept(payload);
  }

  private void writeHeader(LedgerCounts counts) {
    byte[] boot = bootId.toArray();
    content.bytesField(BatchContent.BOOT_ID_FIELD_NUMBER, boot, boot.length);
    content.varintField(BatchContent.BOOT_COUNT_FIELD_NUMBER, bootCount);
    ledgerMessage.clear();
    counts.writeTo(ledgerMessage);
    content.field(BatchContent.LEDGER_FIELD_NUMBER, ledgerMessage);
    content.varintField(BatchContent.BASE_TIME_FIELD_NUMBER, WireBytes.zigzag(columns.baseTime()));
    content.varintField(BatchContent.TIME_EXPONENT_FIELD_NUMBER, columns.exponent());
    ClockReading now = ClockReading.of(timeline);
    ClockReading clock = now.isSetSince(opened) ? opened : now;
    long baseUs = columns.baseTime() * Math.round(Math.pow(10, columns.exponent()));
    content.varintField(
        BatchContent.MONOTONIC_US_FIELD_NUMBER,
        WireBytes.zigzag(clock.monotonicUs() - (clock.timeUs() - baseUs)));
    content.varintField(
        BatchContent.TIME_ORIGIN_FIELD_NUMBER, WireNumbers.of(clock.origin()).getNumber());
    content.varintField(BatchContent.TIME_ERROR_US_FIELD_NUMBER, clock.errorUs());
  }

  private void clear() {
    for (SignalBook.GroupBuffers group : signals.groups()) {
      for (SignalBuffer signal : group.signals()) {
        signal.clear();
      }
    }
    samples = 0;
    estimateBytes = 0;
    texts.clear();
    blocks.clear();
    textFields.clear();
    blockFields.clear();
  }
}
