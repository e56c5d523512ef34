package dev.caravan.agent.cli;

import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadEvent;
import java.util.HashMap;
import java.util.Map;

/** Passes on one sample a second of each signal, so that a person can follow. */
final class ThinnedPrinter implements Receiver.Listener {
  private static final long SECOND_US = 1_000_000L;

  private final SamplePrinter printer;
  private final Map<String, Long> shownUs = new HashMap<>();

  ThinnedPrinter(SamplePrinter printer) {
    this.printer = printer;
  }

  @Override
  public void sample(StreamKey stream, long sequence, BatchSample sample) {
    Long before = shownUs.get(sample.signal().path());
    if (before == null || Math.abs(sample.timeUs() - before) >= SECOND_US) {
      shownUs.put(sample.signal().path(), sample.timeUs());
      printer.sample(stream, sequence, sample);
    }
  }

  @Override
  public void gap(StreamKey stream, long from, long to) {
    printer.gap(stream, from, to);
  }

  @Override
  public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
    printer.event(stream, event, samples);
  }

  @Override
  public void replaced(StreamKey stream) {
    printer.replaced(stream);
  }

  @Override
  public void tells(String words) {
    printer.tells(words);
  }

  @Override
  public void messageEnds() {
    printer.messageEnds();
  }
}
