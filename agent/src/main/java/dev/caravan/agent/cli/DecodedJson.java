package dev.caravan.agent.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.util.List;

/**
 * One JSON object for each frame:
 *
 * <pre>
 * {"t":1398128223.803317,"bus":"can0","id":"0x166","ext":false,"message":"EngineData",
 *  "signals":{"Speed":{"raw":624,"value":62.4,"unit":"km/h"}}}
 * {"t":1398128223.803317,"bus":"can0","id":"0x167","ext":false,"message":null,"data":"D032"}
 * </pre>
 *
 * <p>{@code label} stands where the raw value has a text, {@code quality} where it says that there is no value:
 * {@code value} is then what it would mean otherwise. A frame that has no signals because it is but one of several that
 * its message is sent in has {@code "part":true}. An unknown remote request has {@code "remote":true}, an
 * adapter's word of an error {@code "error":true} at its end.
 */
final class DecodedJson implements DecodedFrames {
  private static final byte[] TIME = "{\"t\":".getBytes(US_ASCII);
  private static final byte[] EXTENDED = "\",\"ext\":true,\"message\":".getBytes(US_ASCII);
  private static final byte[] STANDARD = "\",\"ext\":false,\"message\":".getBytes(US_ASCII);
  private static final byte[] VALUE = ",\"value\":".getBytes(US_ASCII);

  private final LineOutput out;
  private final JsonLine json;
  private final MessageTexts texts = new MessageTexts(new MessageTexts.Form() {
    @Override
    public byte[] bus(String name) {
      return JsonLine.made(to -> to.name("bus").text(name).name("id").part("\"0x"));
    }

    @Override
    public byte[] message(DbcMessage message) {
      return JsonLine.made(to -> to.text(message.name()).name("signals").open());
    }

    @Override
    public byte[] name(DbcSignal signal) {
      return JsonLine.made(to -> to.first(signal.name()).open().name("raw"));
    }

    @Override
    public byte[] unit(DbcSignal signal) {
      return JsonLine.made(to -> to.name("unit").text(signal.unit()));
    }

    @Override
    public byte[] label(String label) {
      return JsonLine.made(to -> to.name("label").text(label));
    }
  });

  DecodedJson(LineOutput out) {
    this.out = out;
    this.json = new JsonLine(out);
  }

  private void begin(CanFrame frame) throws IOException {
    out.bytes(TIME).seconds(frame.timeNs()).bytes(texts.bus(frame.channel()));
    out.hex(DecodedFrames.shownId(frame), DecodedFrames.idDigits(frame));
    out.bytes(frame.is(CanFrame.EXTENDED) ? EXTENDED : STANDARD);
  }

  @Override
  public void known(CanFrame frame, DbcReading reading) throws IOException {
    MessageTexts.Message message = texts.of(reading);
    begin(frame);
    out.bytes(message.head);
    for (int i = 0; i < reading.size(); i++) {
      MessageTexts.Signal signal = message.signal(reading, i);
      long raw = reading.rawBits(i);
      if (i > 0) {
        out.put(',');
      }
      out.bytes(signal.name);
      raw(signal.kind, raw);
      out.bytes(VALUE);
      json.value(signal.scale, raw);
      out.bytes(signal.unit);
      byte[] label = signal.label(raw);
      if (label != null) {
        out.bytes(label);
      }
      quality(reading.quality(i));
      out.put('}');
    }
    out.put('}');
    if (reading.isPart()) {
      json.name("part").flag(true);
    }
    json.close().end();
  }

  private void quality(Quality quality) throws IOException {
    if (quality != Quality.OK) {
      json.name("quality").text(DecodedFrames.words(quality));
    }
  }

  @Override
  public void j1939(CanFrame frame, List<Sample> samples) throws IOException {
    begin(frame);
    json.text(DecodedFrames.message(samples.get(0))).name("signals").open();
    for (Sample sample : samples) {
      Signal signal = sample.signal();
      json.name(DecodedFrames.name(sample)).open();
      if (signal.kind() == Kind.TEXT) {
        json.name("value").text(sample.text());
      } else {
        json.name("raw");
        raw(signal.kind(), sample.rawBits());
        json.name("value").value(signal.scale(), sample.rawBits());
        String label = signal.spec().labels().get(sample.rawBits());
        if (label != null) {
          json.name("label").text(label);
        }
      }
      quality(sample.quality());
      json.close();
    }
    json.close().close().end();
  }

  private void raw(Kind kind, long bits) throws IOException {
    switch (kind) {
      case FLOAT, DOUBLE -> json.number(Double.longBitsToDouble(bits));
      case UNSIGNED -> json.unsigned(bits);
      default -> json.whole(bits);
    }
  }

  @Override
  public void unknown(CanFrame frame) throws IOException {
    begin(frame);
    json.none().name("data");
    out.put('"');
    int length = frame.is(CanFrame.REMOTE) ? 0 : frame.length();
    for (int i = 0; i < length; i++) {
      out.hex(frame.byteAt(i), 2);
    }
    out.put('"');
    if (frame.is(CanFrame.REMOTE)) {
      json.name("remote").flag(true);
    }
    if (frame.is(CanFrame.ERROR)) {
      json.name("error").flag(true);
    }
    json.close().end();
  }
}
