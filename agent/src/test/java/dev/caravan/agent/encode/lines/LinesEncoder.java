package dev.caravan.agent.encode.lines;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
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
      SampleGroup group = reading.group();
      oldestNs = samples == 0 ? group.timeNs() : Math.min(oldestNs, group.timeNs());
      samples += group.size();
      for (int i = 0; i < group.size(); i++) {
        lines
            .append(group.signal(i).path())
            .append("\t{\"t\":")
            .append(group.timeNs() / 1_000_000)
            .append(",\"v\":")
            .append(group.quality(i).hasValue() ? Double.toString(group.value(i)) : "null")
            .append("}\n");
      }
    }
  }

  @Override
  public boolean isFull() {
    return samples >= mostSamples;
  }

  @Override
  public void tick(long nowNs, Consumer<? super Payload> out) {
    if (isFull()) {
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
