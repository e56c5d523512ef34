package dev.caravan.agent.source.nmea;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.serial.SerialLine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An instrument that talks NMEA 0183 on a serial line, most often a satellite receiver. It is listened to, nothing is
 * sent to it.
 *
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class NmeaSource implements Source {
  private static final int READ_MS = 250;
  private static final int BUFFER_BYTES = 4096;

  /** A receiver talks every second, with a position or without. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "sentence",
      Part.State.DEGRADED,
      "is the receiver on and its wire connected, does it talk NMEA 0183?",
      "bytes or sentences that are none",
      "wrong `baud`, a bad cable, or a receiver that talks another protocol?");

  private final NmeaSettings settings;
  private final Timeline timeline;
  private final NmeaParser parser;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final LossRun malformed;
  private final Counter passedOver;
  private final FrameWatch watch;

  // while open
  private volatile @Nullable SerialLine line;
  private int used;
  private int filled;
  private long arrivedNs;

  /** A source that is not yet open. */
  public NmeaSource(NmeaSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    this.timeline = timeline;
    this.parser = new NmeaParser(settings.checksumRequired(), new Noted());
    Counter malformedSentences = health.counter("source.malformed", settings.name());
    this.malformed =
        new LossRun(settings.name(), "malformed sentences", malformedSentences, timeline);
    this.passedOver = health.counter("source.passed_over", settings.name());
    this.watch = new FrameWatch(
        settings.name(),
        SILENCE,
        () -> malformedSentences.value() + passedOver.value(),
        timeline,
        health);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    close();
    SerialLine opened = SerialLine.open(settings.serial());
    used = 0;
    filled = 0;
    parser.reset();
    watch.opened();
    line = opened;
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    SerialLine open = line;
    if (open == null) {
      throw new IOException("read " + settings.serial().port() + ": closed");
    }
    if (used == filled) {
      used = 0;
      filled = 0;
      filled = open.read(buffer, READ_MS);
      arrivedNs = timeline.nowNs();
    }
    used = parser.parse(buffer, used, filled, arrivedNs, out);
    malformed.tick();
    watch.read(out.size());
    return true;
  }

  @Override
  public void close() {
    SerialLine open = line;
    line = null;
    if (open == null) {
      return;
    }
    open.close();
    malformed.end();
  }

  /** What is no sentence, on the reading thread. */
  private final class Noted implements NmeaParser.Notices {
    @Override
    public void malformed(String why) {
      malformed.lost(1, why);
    }

    @Override
    public void passedOver(int bytes) {
      passedOver.add(bytes);
    }
  }
}
