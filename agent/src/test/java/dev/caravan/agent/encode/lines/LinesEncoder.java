package dev.caravan.agent.encode.lines;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.encode.Encoder;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import java.util.function.Consumer;

/** Writes a line for each sample. */
final class LinesEncoder implements Encoder {
  private final int mostSamples;
  private final StringBuilder lines = new StringBuilder();
  private int samples;
  private long oldestNs;

  LinesEncoder(int mostSamples) {
    this.mostSamples = mostSamples;
  }

  @Override
  public void accept(Report in, Consumer<? super Payload> out) {
    if (in instanceof Reading reading) {
      Sample sample = reading.sample();
      oldestNs = samples == 0 ? sample.timeNs() : Math.min(oldestNs, sample.timeNs());
      samples++;
      lines
          .append(sample.signal().path())
          .append("\t{\"t\":")
          .append(sample.timeNs() / 1_000_000)
          .append(",\"v\":")
          .append(sample.quality().hasValue() ? Double.toString(sample.value()) : "null")
          .append("}\n");
    }
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    if (samples >= mostSamples) {
      flush(out);
    }
  }

  @Override
  public void flush(Consumer<? super Payload> out) {
    if (samples > 0) {
      Bytes body = LinesFormat.bytes(lines.toString());
      int reports = samples;
      lines.setLength(0);
      samples = 0;
      out.accept(new Payload(body, reports, oldestNs, Payload.Schema.NONE));
    }
  }

  @Override
  public void finish(Consumer<? super Payload> out) {
    flush(out);
  }
}
