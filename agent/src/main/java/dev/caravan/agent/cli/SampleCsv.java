package dev.caravan.agent.cli;

import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.SampleView;
import java.io.IOException;

/** Samples as rows of a table. */
final class SampleCsv implements SampleLines {
  private final LineOutput out;
  private final boolean isForTerminal;
  private final SampleTexts texts = new SampleTexts(new SampleTexts.Form() {
    @Override
    public byte[] path(String path) {
      return LineOutput.made(to -> cell(to.put(','), path).put(','));
    }

    @Override
    public byte[] unit(String unit) {
      return LineOutput.made(to -> cell(to.put(','), unit).put(','));
    }

    @Override
    public byte[] label(String label) {
      return LineOutput.made(to -> cell(to, label));
    }

    @Override
    public byte[] quality(Quality quality) {
      return LineOutput.made(to -> to.ascii(SampleTexts.word(quality)).put(','));
    }
  });

  // of the batch at hand
  private byte[] head = {};
  private byte[] tail = {};

  SampleCsv(LineOutput out, boolean isForTerminal) {
    this.out = out;
    this.isForTerminal = isForTerminal;
  }

  /** A cell of a row. */
  LineOutput cell(LineOutput to, String text) throws IOException {
    return to.cell(text, isForTerminal);
  }

  @Override
  public void begin(StreamKey stream, String name, long sequence, String event) {
    head = LineOutput.made(to -> {
      cell(to, stream.device().device()).put(',');
      cell(to, stream.route()).put(',');
      (event.isEmpty() ? to.whole(sequence) : to.ascii(event)).put(',');
    });
    tail = LineOutput.made(to -> end(to, stream));
  }

  /** Writes the last cells of a row of a stream. */
  void end(LineOutput to, StreamKey stream) throws IOException {
    cell(to.put(','), stream.device().fleet()).put(',');
    to.ascii(stream.stream().toString()).ascii("\r\n");
  }

  @Override
  public void line(SampleView sample) throws IOException {
    SampleTexts.Texts signal = texts.of(sample.signal());
    Quality quality = sample.quality();
    out.bytes(head).seconds(SampleLines.ns(sample.timeUs())).bytes(signal.path);
    byte[] label = null;
    if (quality.hasValue()) {
      value(sample, signal);
      label = signal.label(sample.rawBits());
    }
    out.bytes(signal.unit).bytes(texts.quality(quality));
    if (label != null) {
      out.bytes(label);
    }
    out.bytes(tail);
  }

  private void value(SampleView sample, SampleTexts.Texts signal) throws IOException {
    switch (sample.signal().kind()) {
      case TEXT -> cell(out, sample.text());
      case BYTES -> out.ascii(sample.bytes().toString());
      case BOOLEAN -> out.ascii(Boolean.toString(sample.rawBits() != 0));
      default -> out.exact(signal.scale, sample.rawBits());
    }
  }
}
