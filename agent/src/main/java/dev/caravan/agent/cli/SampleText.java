package dev.caravan.agent.cli;

import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.SampleView;
import java.io.IOException;

/** Samples as aligned lines for people. */
final class SampleText implements SampleLines {
  static final String DIM = "\u001b[2m";
  static final String RED = "\u001b[31m";
  static final String BOLD = "\u001b[1m";
  static final String PLAIN = "\u001b[0m";

  private static final int PATH_WIDTH = 60;

  private final LineOutput out;
  private final boolean isColoured;
  private final SampleTexts texts = new SampleTexts(new SampleTexts.Form() {
    @Override
    public byte[] path(String path) {
      return LineOutput.made(to -> to.plain(path).blanks(Math.max(1, PATH_WIDTH - path.length())));
    }

    @Override
    public byte[] unit(String unit) {
      return LineOutput.made(
          to -> paint(to, PLAIN).ascii(unit.isEmpty() ? "" : " ").plain(unit));
    }

    @Override
    public byte[] label(String label) {
      return LineOutput.made(to -> to.ascii(" (").plain(label).put(')'));
    }

    @Override
    public byte[] quality(Quality quality) {
      return LineOutput.made(to -> {
        if (quality != Quality.OK) {
          paint(paint(to, RED).ascii("  ").ascii(SampleTexts.word(quality)), PLAIN);
        }
        to.put('\n');
      });
    }
  });

  // of the batch at hand
  private byte[] head = {};

  SampleText(LineOutput out, boolean isColoured) {
    this.out = out;
    this.isColoured = isColoured;
  }

  /** Begins a colour, where there are any. */
  LineOutput paint(LineOutput to, String colour) throws IOException {
    return isColoured ? to.ascii(colour) : to;
  }

  @Override
  public void begin(StreamKey stream, String name, long sequence, String event) {
    head = LineOutput.made(to -> {
      to.ascii("  ").plain(name).put('/').plain(stream.route()).ascii("  ");
      paint(to, PLAIN);
    });
  }

  @Override
  public void line(SampleView sample) throws IOException {
    SampleTexts.Texts signal = texts.of(sample.signal());
    Quality quality = sample.quality();
    paint(out, DIM).clock(SampleLines.ns(sample.timeUs())).bytes(head).bytes(signal.path);
    paint(out, SampleLines.isOk(sample) ? BOLD : RED);
    if (quality.hasValue()) {
      value(sample, signal);
      out.bytes(signal.unit);
      byte[] label = signal.label(sample.rawBits());
      if (label != null) {
        out.bytes(label);
      }
    } else {
      paint(out.put('-'), PLAIN);
    }
    out.bytes(texts.quality(quality));
  }

  private void value(SampleView sample, SampleTexts.Texts signal) throws IOException {
    switch (sample.signal().kind()) {
      case TEXT -> out.plain(sample.text());
      case BYTES -> out.ascii(sample.bytes().toString());
      case BOOLEAN -> out.ascii(Boolean.toString(sample.rawBits() != 0));
      default -> out.shown(signal.scale, sample.rawBits());
    }
  }
}
