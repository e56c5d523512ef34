package dev.caravan.agent.source.nmea;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.LossRun;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.SourceMetrics;
import dev.caravan.agent.source.serial.SerialLine;
import dev.caravan.agent.source.serial.SerialReader;
import java.io.IOException;

/**
 * An instrument that talks NMEA 0183 on a serial line, most often a satellite receiver. It is listened to, nothing is
 * sent to it.
 *
 * <p>One thread opens and reads; {@link #close()} may come from any.
 */
public final class NmeaSource implements Source {
  /** A receiver talks every second, with a position or without. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "sentence",
      Part.State.DEGRADED,
      "is the receiver on and its wire connected, does it talk NMEA 0183?",
      "bytes or sentences that are none",
      "wrong `baud`, a bad cable, or a receiver that talks another protocol?");

  private final NmeaSettings settings;
  private final SerialReader reader;

  /** A source that is not yet open. */
  public NmeaSource(NmeaSettings settings, Timeline timeline, Health health) {
    this.settings = settings;
    String name = settings.name();
    Counter malformedSentences = health.counter(SharedMetrics.SOURCE_MALFORMED, name);
    Counter passedOver = health.counter(SourceMetrics.PASSED_OVER, name);
    LossRun malformed = new LossRun(name, "malformed sentences", malformedSentences, timeline);
    this.reader = new SerialReader(
        settings.serial(),
        new Sentences(settings.checksumRequired(), malformed, passedOver),
        malformed,
        new FrameWatch(
            name, SILENCE, () -> malformedSentences.value() + passedOver.value(), timeline, health),
        timeline);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void open() throws IOException {
    reader.open();
  }

  @Override
  public boolean read(FrameChunk out) throws IOException {
    reader.read(SerialReader.WAIT_MS, out);
    return true;
  }

  @Override
  public void close() {
    reader.close();
  }

  /** What is said, and what is no sentence. */
  private static final class Sentences implements SerialReader.Protocol, NmeaParser.Notices {
    private final NmeaParser parser;
    private final LossRun malformed;
    private final Counter passedOver;

    Sentences(boolean checksumRequired, LossRun malformed, Counter passedOver) {
      this.parser = new NmeaParser(checksumRequired, this);
      this.malformed = malformed;
      this.passedOver = passedOver;
    }

    @Override
    public int begin(SerialLine line, byte[] buffer) {
      parser.reset();
      return 0;
    }

    @Override
    public int accept(byte[] bytes, int from, int to, long timeNs, FrameChunk out) {
      return parser.parse(bytes, from, to, timeNs, out);
    }

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
