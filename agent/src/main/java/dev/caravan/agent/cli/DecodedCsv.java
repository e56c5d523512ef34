package dev.caravan.agent.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A table with a heading, RFC 4180, a row for each signal:
 *
 * <pre>
 * t,bus,id,ext,message,signal,raw,value,unit,label,quality,data
 * 1398128223.803317,can0,0x166,false,EngineData,Speed,624,62.4,km/h,,ok,
 * </pre>
 *
 * <p>A frame without signals has one row. Of a frame that is not known there are only the first four cells and the last,
 * its payload in hex, or {@code R4} for a remote request of four bytes. What a raw value means that says that there is no value
 * stands in {@code value} all the same, {@code quality} says so.
 */
final class DecodedCsv implements DecodedFrames {
  private static final byte[] HEADING =
      "t,bus,id,ext,message,signal,raw,value,unit,label,quality,data\r\n".getBytes(US_ASCII);
  private static final byte[] EXTENDED = ",true,".getBytes(US_ASCII);
  private static final byte[] STANDARD = ",false,".getBytes(US_ASCII);
  private static final byte[] NO_SIGNAL = ",,,,,,,\r\n".getBytes(US_ASCII);
  private static final byte[] NO_MESSAGE = ",,,,,,,".getBytes(US_ASCII);
  private static final byte[] OK = ",ok,\r\n".getBytes(US_ASCII);

  private final LineOutput out;
  private final boolean isForTerminal;
  private final MessageTexts texts = new MessageTexts(new MessageTexts.Form() {
    @Override
    public byte[] bus(String name) {
      return LineOutput.made(to -> cell(to.put(','), name).ascii(",0x"));
    }

    @Override
    public byte[] message(DbcMessage message) {
      return LineOutput.made(to -> cell(to, message.name()));
    }

    @Override
    public byte[] name(DbcSignal signal) {
      return LineOutput.made(to -> cell(to.put(','), signal.name()).put(','));
    }

    @Override
    public byte[] unit(DbcSignal signal) {
      return LineOutput.made(to -> cell(to.put(','), signal.unit()).put(','));
    }

    @Override
    public byte[] label(String label) {
      return LineOutput.made(to -> cell(to, label));
    }
  });

  /** Writes the heading. */
  DecodedCsv(LineOutput out, boolean isForTerminal) throws IOException {
    this.out = out.bytes(HEADING);
    this.isForTerminal = isForTerminal;
  }

  private LineOutput cell(LineOutput to, String text) throws IOException {
    return to.cell(text, isForTerminal);
  }

  private void begin(CanFrame frame) throws IOException {
    out.seconds(frame.timeNs()).bytes(texts.bus(frame.channel()));
    out.hex(DecodedFrames.shownId(frame), DecodedFrames.idDigits(frame));
    out.bytes(frame.is(CanFrame.EXTENDED) ? EXTENDED : STANDARD);
  }

  @Override
  public void known(CanFrame frame, DbcReading reading) throws IOException {
    MessageTexts.Message message = texts.of(reading);
    if (reading.size() == 0) {
      begin(frame);
      out.bytes(message.head).bytes(NO_SIGNAL);
    }
    for (int i = 0; i < reading.size(); i++) {
      MessageTexts.Signal signal = message.signal(reading, i);
      long raw = reading.rawBits(i);
      begin(frame);
      out.bytes(message.head).bytes(signal.name);
      numbers(signal.kind, signal.scale, raw);
      out.bytes(signal.unit);
      byte[] label = signal.label(raw);
      if (label != null) {
        out.bytes(label);
      }
      end(reading.quality(i));
    }
  }

  private void numbers(Kind kind, Scale scale, long raw) throws IOException {
    switch (kind) {
      case FLOAT, DOUBLE -> out.number(Double.longBitsToDouble(raw));
      case UNSIGNED -> out.unsigned(raw);
      default -> out.whole(raw);
    }
    out.put(',').exact(scale, raw);
  }

  private void end(Quality quality) throws IOException {
    if (quality == Quality.OK) {
      out.bytes(OK);
    } else {
      out.put(',').ascii(quality.name().toLowerCase(Locale.ROOT)).ascii(",\r\n");
    }
  }

  @Override
  public void j1939(CanFrame frame, List<Sample> samples) throws IOException {
    for (Sample sample : samples) {
      begin(frame);
      cell(out, DecodedFrames.message(sample)).put(',');
      cell(out, DecodedFrames.name(sample)).put(',');
      if (sample.signal().kind() == Kind.TEXT) {
        cell(out.put(','), sample.text());
      } else {
        numbers(sample.signal().kind(), sample.signal().scale(), sample.rawBits());
      }
      cell(out.put(','), sample.signal().spec().unit()).put(',');
      cell(out, sample.signal().spec().labels().getOrDefault(sample.rawBits(), ""));
      end(sample.quality());
    }
  }

  @Override
  public void unknown(CanFrame frame) throws IOException {
    begin(frame);
    out.bytes(NO_MESSAGE);
    if (frame.is(CanFrame.REMOTE)) {
      out.put('R').whole(frame.length());
    } else {
      for (int i = 0; i < frame.length(); i++) {
        out.hex(frame.byteAt(i), 2);
      }
    }
    out.ascii("\r\n");
  }
}
