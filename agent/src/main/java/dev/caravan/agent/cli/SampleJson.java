package dev.caravan.agent.cli;

import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.wire.SampleView;
import java.io.IOException;

/** Samples as JSON objects. */
final class SampleJson implements SampleLines {
  private final LineOutput out;
  private final JsonLine json;
  private final SampleTexts texts = new SampleTexts(new SampleTexts.Form() {
    @Override
    public byte[] path(String path) {
      return JsonLine.made(to -> to.name("signal").text(path).name("value"));
    }

    @Override
    public byte[] unit(String unit) {
      return JsonLine.made(to -> to.name("unit").text(unit));
    }

    @Override
    public byte[] label(String label) {
      return JsonLine.made(to -> to.name("label").text(label));
    }

    @Override
    public byte[] quality(Quality quality) {
      return JsonLine.made(to -> to.name("quality").text(SampleTexts.word(quality)));
    }
  });

  // of the batch at hand
  private byte[] head = {};
  private byte[] tail = {};

  SampleJson(LineOutput out) {
    this.out = out;
    this.json = new JsonLine(out);
  }

  /** Begins the object of a stream. */
  static JsonLine open(JsonLine line, StreamKey stream) throws IOException {
    return line.open()
        .name("device")
        .text(stream.device().device())
        .name("route")
        .text(stream.route());
  }

  /** Ends it. */
  static void end(JsonLine line, StreamKey stream) throws IOException {
    line.name("fleet").text(stream.device().fleet());
    line.name("stream").text(stream.stream().toString()).close().end();
  }

  @Override
  public void begin(StreamKey stream, String name, long sequence, String event) {
    head = JsonLine.made(to -> {
      open(to, stream);
      if (event.isEmpty()) {
        to.name("seq").whole(sequence);
      } else {
        to.name("event").text(event);
      }
      to.name("t");
    });
    tail = JsonLine.made(to -> end(to, stream));
  }

  @Override
  public void line(SampleView sample) throws IOException {
    SampleTexts.Texts signal = texts.of(sample.signal());
    Quality quality = sample.quality();
    out.bytes(head).seconds(SampleLines.ns(sample.timeUs())).bytes(signal.path);
    if (quality.hasValue()) {
      value(sample, signal);
      byte[] label = signal.label(sample.rawBits());
      if (label != null) {
        out.bytes(label);
      }
    } else {
      json.none();
    }
    out.bytes(signal.unit).bytes(texts.quality(quality)).bytes(tail);
  }

  private void value(SampleView sample, SampleTexts.Texts signal) throws IOException {
    switch (sample.signal().kind()) {
      case TEXT -> json.text(sample.text());
      case BYTES -> json.text(sample.bytes().toString());
      case BOOLEAN -> json.flag(sample.rawBits() != 0);
      default -> json.value(signal.scale, sample.rawBits());
    }
  }
}
